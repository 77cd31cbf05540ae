"""A throw-away application that renders every macro: what the kit's tests look at."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from flask import Flask, flash, jsonify, render_template, render_template_string, request
from flask_babel import Babel
from flask_wtf.csrf import CSRFProtect
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    FieldList,
    FileField,
    Form,
    FormField,
    HiddenField,
    IntegerField,
    MultipleFileField,
    PasswordField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange

from app.web import filters
from app.web.security import register_security
from forms.messages import N_

NOW = datetime(2027, 3, 19, 10, 15, tzinfo=UTC)
CLOSES = datetime(2027, 3, 31, 13, 15, tzinfo=UTC)


def options(**choices: str) -> list[SelectChoice]:
    """Return choices as WTForms wants them."""
    return [SelectChoice(value.strip("_"), label) for value, label in choices.items()]


class MoneyField(DecimalField):
    """Stands for the forms' own field: told by its class name."""


class PartnerForm(Form):
    row_id = HiddenField()
    name = StringField(N_("Name"), [InputRequired(N_("Give the name"))], description=N_("Official"))
    size = SelectField(N_("Size"), choices=options(_="", s=N_("Small"), l=N_("Large")))
    tasks = TextAreaField(N_("Tasks"), [Length(max=500)])


class CostForm(Form):
    row_id = HiddenField()
    task = StringField(N_("Task"), [InputRequired(N_("Give the task"))])
    hours = IntegerField(N_("Hours"))
    pay = MoneyField(N_("Pay"))
    confirmed = BooleanField(N_("Confirmed"))


class PeriodForm(Form):
    start = DateField(N_("Starts"))
    end = DateField(N_("Ends"))


class EveryForm(Form):
    """One field of each kind."""

    title = StringField(N_("Title"), [InputRequired(N_("Give the title"))], description=N_("Short"))
    email = StringField(N_("E-mail"), render_kw={"autocomplete": "email"})
    secret = PasswordField(N_("Password"))
    need = TextAreaField(
        N_("Need"), [Length(max=400, message=N_("At most %(n)s characters", n=400))]
    )
    count = IntegerField(
        N_("Count"),
        [NumberRange(0, 5, N_("Enter a number from %(low)s to %(high)s", low=0, high=5))],
    )
    share = DecimalField(N_("Share"))
    sum_applied = MoneyField(N_("Support"))
    language = SelectField(N_("Language"), choices=options(fi=N_("Finnish"), sv=N_("Swedish")))
    theme = RadioField(N_("Theme"), choices=options(T1=N_("Energy"), T2=N_("Health")))
    regions = SelectMultipleField(
        N_("Regions"),
        choices=[SelectChoice(str(number), f"Maakunta {number}") for number in range(14)],
    )
    truth = BooleanField(N_("The information is true"), [InputRequired(N_("Confirm it"))])
    agreement = FileField(N_("Agreement"))
    others = MultipleFileField(N_("Other attachments"))
    period = FormField(PeriodForm, N_("Period"), description=N_("Whole months"))
    partners = FieldList(FormField(PartnerForm), N_("Partners"), min_entries=1, max_entries=4)
    staff = FieldList(FormField(CostForm), N_("Staff costs"), min_entries=1)
    names = FieldList(StringField(N_("Name")), N_("Names"), min_entries=1)


class ScoreForm(Form):
    C1 = RadioField(
        {"fi": "Tarve ja uutuus", "en": "Need and novelty"},
        choices=[SelectChoice(str(points)) for points in range(6)],
        validate_choice=True,
    )
    C1_comment = TextAreaField(N_("Reasons"), [Length(max=1500)])


ANCHORS = {
    str(points): {
        "fi": f"Kuvaus tasosta {points}: hanke vastaa tarpeeseen tällä tavoin.",
        "en": f"Level {points}",
    }
    for points in range(6)
}
FILLED = {
    "title": "Älykkäät satamat",
    "need": "Tarve on suuri.\nToinen rivi.",
    "count": 3,
    "share": Decimal("12.5"),
    "sum_applied": Decimal("622560.48"),
    "theme": "T2",
    "regions": ["3"],
    "truth": True,
    "period": {"start": date(2027, 10, 1), "end": date(2030, 3, 31)},
    "partners": [{"row_id": "a", "name": "Satakunnan verkosto", "size": "l"}, {"name": "Kaupunki"}],
    "staff": [
        {"task": "Projektipäällikkö", "hours": 1720, "pay": Decimal("62000.00"), "confirmed": True}
    ]
    * 2,
    "names": ["Yksi"],
}
WRONG: MultiDict[str, str] = MultiDict(
    {"count": "9", "need": "x" * 401, "partners-0-name": "", "staff-0-task": "", "theme": "T9"}
)
COLUMNS: list[dict[str, Any]] = [
    {"key": "record", "label": "Asianumero"},
    {"key": "title", "label": "Hanke", "head": True, "one": True},
    {"key": "lead", "label": "Päätoteuttaja", "one": True},
    {"key": "region", "label": "Maakunta"},
    {"key": "support", "label": "Tuki", "num": True, "sort_href": "?sort=support"},
    {
        "key": "total",
        "label": "Pisteet",
        "num": True,
        "sort_href": "?sort=total",
        "sorted": "descending",
    },
    {"key": "spread", "label": "Hajonta", "num": True},
    {"key": "state", "label": "Tila"},
]


def list_rows(count: int) -> list[dict[str, Any]]:
    """Return rows of an officer's list, as long as real ones."""
    tag = filters.Markup('<strong class="govuk-tag govuk-tag--blue">Arvioitavana</strong>')
    return [
        {
            "record": f"IOV/{number}/2027",
            "title": filters.Markup('<a href="/list?id={}">{}</a>').format(
                number, "Vihreän vedyn arvoketjun osaamisverkosto Pohjois-Suomessa"
            ),
            "lead": "Oulun ammattikorkeakoulu Oy",
            "region": "Pohjois-Pohjanmaa",
            "support": filters.money(62_256_048 + number),
            "total": filters.points(Decimal("3.67")),
            "spread": filters.points(Decimal("1.5")),
            "state": tag,
            "cut": number == 4,
        }
        for number in range(count)
    ]


def make_app(language: str = "fi") -> Flask:
    """Return the application; /saves keeps what autosave posted in app.config["SAVED"]."""
    app = Flask("app", static_folder="static", template_folder="templates")
    app.config.update(SECRET_KEY="for tests", TESTING=True, DEMO=True, SAVED=[], ANSWERS=[])
    Babel(app, default_locale=language, default_timezone="Europe/Helsinki")
    CSRFProtect(app)
    register_security(app)
    filters.register_filters(app)
    app.jinja_env.globals.update(
        current_language=filters.current_language,
        language_links=lambda: [
            ("fi", "Suomeksi", "/"),
            ("sv", "På svenska", "/"),
            ("en", "In English", "/"),
        ],
        navigation=lambda: [
            SimpleNamespace(text="Haut", href="/", active=True),
            SimpleNamespace(text="Hakemukseni", href="/form", active=False),
        ],
        current_actor=lambda: SimpleNamespace(is_anonymous=False),
    )
    register_views(app)
    return app


def register_views(app: Flask) -> None:
    """Add the pages."""

    @app.get("/")
    def show_kit() -> str:
        flash("Hakemus on lähetetty.", "success")
        flash("Määräaika lähestyy.", "info")
        return render_template_string(KIT, closes=CLOSES, now=NOW, ago=NOW - timedelta(hours=2))

    @app.get("/form")
    def show_form() -> str:
        return render_template_string(FORM_PAGE, form=EveryForm(data=FILLED), saved_at=NOW)

    @app.get("/errors")
    def show_errors() -> tuple[str, int]:
        form = EveryForm(WRONG)
        form.validate()
        return render_template_string(FORM_PAGE, form=form, saved_at=None), 422

    @app.get("/score")
    def show_score() -> str:
        return render_template_string(SCORE_PAGE, form=ScoreForm(), anchors=ANCHORS, saved_at=None)

    @app.get("/list")
    def show_list() -> str:
        return render_template_string(LIST_PAGE, columns=COLUMNS, rows=list_rows(50))

    @app.get("/error/<int:code>")
    def show_error(code: int) -> str:
        conflicts = [{"label": "Tarve", "mine": "Minun tekstini", "theirs": "Toisen teksti"}]
        return render_template(
            f"errors/{code}.html", message="", conflicts=conflicts if code == 409 else []
        )

    @app.post("/account/logout", endpoint="account.log_out")
    def log_out() -> str:
        return ""

    @app.post("/saves")
    def save() -> Any:
        app.config["SAVED"].append(request.form.to_dict(flat=False))
        status, body = (
            app.config["ANSWERS"].pop(0) if app.config["ANSWERS"] else (200, SAVED_ANSWER)
        )
        return jsonify(body), status


SAVED_ANSWER = {
    "saved_at": "2027-03-19T12:32:00Z",
    "version": 8,
    "computed": {"staff-0-cost": "116 254,80 €"},
    "errors": {},
}
FORM_PAGE = """{% extends "base.html" %}
{% from "macros/fields.html" import field, field_list, error_summary, csrf %}
{% from "macros/ui.html" import saved_status, restore_offer, autosave, submit, back_link %}
{% block title %}Lomake{% endblock %}
{% block back %}{{ back_link('/') }}{% endblock %}
{% block content %}
{{ error_summary(form) }}
<h1 class="govuk-heading-l">Lomake</h1>
{{ restore_offer() }}
<form method="post" action="/form" novalidate {{ autosave('/saves', 7, 'u1:form') }}>{{ csrf() }}
{% for f in form if f.short_name not in ('partners', 'staff') %}{{ field(f, label_class='govuk-label--s', optional=(f.short_name == 'email')) }}{% endfor %}
{{ field_list(form.partners, row_label='Osapuoli', add_label='Lisää osapuoli', computed=[('sum', 'Osapuolen kustannukset', {0: '1,00 €'})]) }}
{{ field_list(form.staff, layout='sheet', row_label='Tehtävä', computed=[('cost', 'Kustannus', {0: '116 254,80 €'})], sums=[('cost', '116 254,80 €')]) }}
{{ submit('Tallenna ja jatka') }}
{{ saved_status(saved_at) }}
</form>{% endblock %}"""
SCORE_PAGE = """{% extends "base.html" %}
{% set body_class = 'app-wide' %}
{% from "macros/fields.html" import score, score_keys_switch, csrf %}
{% from "macros/ui.html" import saved_status, restore_offer, autosave, submit %}
{% block title %}Arviointi{% endblock %}
{% block content %}<h1 class="govuk-heading-l">Arviointi</h1>
<div class="app-split"><div class="app-split__main"><ul class="app-contents"><li><a class="govuk-link" href="#tarve">Tarve</a></li></ul>
<h2 class="govuk-heading-m" id="tarve">Tarve</h2>{% for n in range(12) %}<p class="app-answer app-pre">{{ 'Satamien energiankulutus kasvaa ja osaaminen on hajallaan. ' * 6 }}</p>{% endfor %}</div>
<div class="app-split__side"><form method="post" action="/score" data-score-keys {{ autosave('/saves', 1, 'u1:score') }}>{{ csrf() }}
<div class="app-total"><span>Kokonaispisteet <b data-computed="total">–</b></span></div>
{{ score_keys_switch() }}
{{ score(form.C1, anchors, about='Mihin tarpeeseen hanke vastaa?', weight='15', threshold='2', comment=form.C1_comment) }}
{{ submit('Lähetä arviointi') }}{{ saved_status(saved_at) }}</form></div></div>{% endblock %}"""
LIST_PAGE = """{% extends "base.html" %}
{% set body_class = 'app-wide' %}
{% from "macros/ui.html" import responsive_table, pager %}
{% block title %}Hakemukset{% endblock %}
{% block content %}<h1 class="govuk-heading-l">Hakemukset</h1>
<form method="get" action="/list" class="app-filters"><div class="govuk-form-group"><label class="govuk-label" for="q">Haku</label><input class="govuk-input govuk-input--width-20" id="q" name="q"></div><button class="govuk-button govuk-button--secondary">Hae</button></form>
{{ responsive_table(columns, rows, 'Hakemukset', dense=true, caption_hidden=true) }}
{{ pager(next='/list?after=50', text='1–50 / 1 000') }}{% endblock %}"""
KIT = """{% extends "base.html" %}
{% from "macros/ui.html" import tag, summary_list, key_figures, next_step, post_button, link_button, pager, responsive_table, matrix, confirm, timeline, empty, steps, task_list, deadline_banner, breadcrumbs, warning, details, compare %}
{% from "macros/charts.html" import bars, bar_cell %}
{% block title %}Osat{% endblock %}
{% block deadline %}{{ deadline_banner(closes, now) }}{% endblock %}
{% block back %}{{ breadcrumbs([('Haut', '/'), ('Innovaatioverkostot 2027', none)]) }}{% endblock %}
{% block content %}<h1 class="govuk-heading-l">Osat</h1>
{{ steps([('Luonnos', 'done'), ('Lähetetty', 'now'), ('Arviointi', 'next'), ('Päätös', 'next')]) }}
{% call next_step('Täydennä hakemus', 'Kaksi osiota on kesken.', '/form', 'Jatka') %}<p class="govuk-body">Määräaika lähestyy.</p>{% endcall %}
{{ key_figures([('Hakemuksia', 12), ('Haettu tuki', 62256048 | money), ('Jaettavissa', 400000000 | money(false), 'EAKR ja valtio')]) }}
<p class="govuk-body">{% for kind in ('neutral', 'todo', 'doing', 'done', 'warn', 'bad', 'info') %}{{ tag(kind, kind) }} {% endfor %}</p>
{{ summary_list([{'key': 'Nimi', 'value': {'fi': 'Satama', 'en': 'Port'}, 'href': '/form'}, {'key': 'Teksti', 'value': 'Yksi\nKaksi', 'pre': true}]) }}
{{ task_list([{'title': 'Perustiedot', 'href': '/form', 'status': 'Valmis', 'kind': 'done'}, {'title': 'Verkosto', 'href': '/form', 'status': 'Kesken', 'kind': 'doing', 'hint': '2 puuttuu'}, {'title': 'Lähetä', 'status': 'Ei vielä'}]) }}
{{ matrix(['Arvioija 1', 'Arvioija 2'], [{'title': 'Tarve', 'weight': 15, 'cells': [{'score': '4', 'comment': 'Hyvin perusteltu.'}, {'score': '1', 'flag': true}], 'mean': '2,5', 'spread': '3', 'flagged': true}, {'title': 'Toteutus', 'cells': [{'score': '3'}, none], 'mean': '3', 'spread': '0'}], 'Pisteet perusteittain', {'cells': ['3,5', '2'], 'mean': '2,75'}, with_consensus=true) }}
{{ responsive_table([{'key': 'a', 'label': 'Alue', 'head': true}, {'key': 'b', 'label': 'Tuki', 'num': true}], [{'a': 'Lappi', 'b': '1 €'}, {'a': 'Kainuu', 'b': bar_cell(3, 5)}], 'Alueet', foot={'a': 'Yhteensä', 'b': '1 €'}) }}
{{ bars('Tuki maakunnittain', [('Pohjois-Pohjanmaa', 622, '622 560,48 €'), ('Lappi', 311, '311 000,00 €')], 700, 'chart1', unit='Tuki') }}
{% call confirm('Peru hakemus', 'Perumista ei voi kumota.', '/', 'Peru hakemus', '/') %}<p class="govuk-body">Syy kirjataan.</p>{% endcall %}
<h2 class="govuk-heading-m">Tapahtumat</h2>{{ timeline([{'text': 'Hakemus lähetetty', 'at': ago, 'who': 'Hakija', 'note': 'IOV/1/2027'}]) }}
{{ empty('Ei hakemuksia', 'Aloita avoimesta hausta.', '/', 'Avoimet haut') }}
{{ warning('Lähetettyä hakemusta ei voi muuttaa.') }}
{% call details('Mikä on hajonta?') %}<p class="govuk-body">Suurimman ja pienimmän ero.</p>{% endcall %}
<section aria-labelledby="c"><h2 class="govuk-heading-m" id="c">Vertailu</h2>{{ compare('a\nb', 'c') }}</section>
{{ post_button('/form', 'Tee', hidden_text='jotain') }} {{ link_button('/form', 'Linkki', 'secondary') }}
{{ pager('/?before=1', '/?after=2', '51–100 / 1 000') }}
<p class="govuk-body"><span class="app-nowrap">{{ {'sv': 'Bara på svenska'} | localized }}</span> {{ closes | deadline }}</p>{% endblock %}"""
