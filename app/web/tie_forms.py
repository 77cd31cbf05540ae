"""The forms of ties as the portals of officers and evaluators share them: read, and put into words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.services.evaluation.ties import JointWorkInput, OrganisationInput, TieInput
from forms.conflicts import TIE_KINDS, JointWorkForm, TieForm
from scoring.routing.screening.facts import TieKind

if TYPE_CHECKING:
    from datetime import date

    from werkzeug.datastructures import MultiDict
KIND_NAMES = {choice.value: choice.label for choice in TIE_KINDS}


def make_tie_form(data: MultiDict[str, str] | None = None) -> TieForm:
    """Return the form of a tie; its fields have names of their own, since the page has two forms."""
    return TieForm(data, prefix="tie")


def make_work_form(data: MultiDict[str, str] | None = None) -> JointWorkForm:
    """Return the form of joint work; see ``make_tie_form``."""
    return JointWorkForm(data, prefix="work")


def read_tie(form: TieForm) -> TieInput:
    """Return what a valid form tells of a tie."""
    organisation = OrganisationInput(form.organisation.data or "", form.y_tunnus.data or "")
    return TieInput(
        TieKind(form.kind.data), organisation, form.until.data, bool(form.is_of_close_person.data)
    )


def read_joint_work(form: JointWorkForm) -> JointWorkInput:
    """Return what a valid form tells of joint work."""
    until: date | None = form.until.data
    if until is None:
        raise ValueError("the form has not been validated")
    return JointWorkInput(form.name.data or "", form.email.data or "", form.what.data or "", until)
