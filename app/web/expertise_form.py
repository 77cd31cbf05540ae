"""The form of expertise, filled and read the same way in every portal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from flask import request
from flask_babel import lazy_gettext as _l
from wtforms.fields.choices import SelectChoice

from app.services.evaluation.profiles import ExpertiseInput
from app.web.binding import tools
from app.web.filters import localized_text
from forms.expertise import ExpertiseForm

if TYPE_CHECKING:
    from app.models import EvaluatorProfile

LANGUAGES = {"fi": _l("Finnish"), "sv": _l("Swedish"), "en": _l("English")}

AnyForm = TypeVar("AnyForm", bound=ExpertiseForm)


def fill_form(kind: type[AnyForm], profile: EvaluatorProfile, **more: Any) -> AnyForm:
    """Return a form as it was sent, or with what is known of a person; ``more`` fills further fields."""
    # An empty form would count as one in which nothing is ticked.
    form = kind(
        request.form if request.method == "POST" else None,
        languages=profile.languages,
        keywords=profile.keywords,
        ford=profile.ford,
        profile_text=profile.profile_text,
        publications="\n".join(profile.publications),
        **more,
    )
    registers = tools().registers
    form.languages.choices = [SelectChoice(key, str(text)) for key, text in LANGUAGES.items()]
    form.keywords.choices = [
        SelectChoice(each.id, localized_text(each.name)) for each in registers.expertise_keywords
    ]
    form.ford.choices = [
        SelectChoice(each.code, f"{each.code} {localized_text(each.name)}")
        for each in registers.ford
    ]
    return form


def read_form(form: ExpertiseForm) -> ExpertiseInput:
    """Return what was typed."""
    return ExpertiseInput(
        languages=form.languages.data or (),
        keywords=form.keywords.data or (),
        ford=form.ford.data or (),
        profile_text=form.profile_text.data or "",
        publications=(form.publications.data or "").splitlines(),
    )
