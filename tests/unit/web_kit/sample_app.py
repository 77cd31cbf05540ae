"""A throw-away application that renders every macro: what the kit's tests look at."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
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

PAGES = Path(__file__).parent / "pages"
NOW = datetime(2027, 3, 19, 10, 15, tzinfo=UTC)
# Half a minute more than the whole hours, so that a slow page still shows them.
CLOSES = datetime(2027, 3, 31, 13, 15, 30, tzinfo=UTC)


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


def page(name: str) -> str:
    """Return the template of a page of the kit."""
    return (PAGES / f"{name}.html").read_text(encoding="utf-8")


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
    register_answers(app)
    return app


def register_views(app: Flask) -> None:
    """Add the pages that show the kit."""

    @app.get("/")
    def show_kit() -> str:
        flash("Hakemus on lähetetty.", "success")
        flash("Määräaika lähestyy.", "info")
        return render_template_string(
            page("parts"), closes=CLOSES, now=NOW, ago=NOW - timedelta(hours=2)
        )

    @app.get("/form")
    def show_form() -> str:
        return render_template_string(page("form"), form=EveryForm(data=FILLED), saved_at=NOW)

    @app.get("/errors")
    def show_errors() -> tuple[str, int]:
        form = EveryForm(WRONG)
        form.validate()
        return render_template_string(page("form"), form=form, saved_at=None), 422

    @app.get("/score")
    def show_score() -> str:
        return render_template_string(
            page("score"), form=ScoreForm(), anchors=ANCHORS, saved_at=None
        )

    @app.get("/list")
    def show_list() -> str:
        return render_template_string(page("list"), columns=COLUMNS, rows=list_rows(50))


def register_answers(app: Flask) -> None:
    """Add error pages and what scripts post to."""

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
