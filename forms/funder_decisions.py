"""Forms of the consensus and of draft decisions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from wtforms import (
    DateField,
    Form,
    HiddenField,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from forms.funder import EuroField, split_lines
from forms.messages import N_

_LONG = Length(max=8000, message=N_("Use at most %(count)s characters", count=8000))


def parse_score(text: str) -> Fraction:
    """Return the exact number that a person wrote: 4, 3,5 or 7/2.

    Raises:
        ValueError: if it is no number.
    """
    try:
        return Fraction(text.strip().replace(",", "."))
    except ZeroDivisionError as error:
        raise ValueError(text) from error


def _is_score(_form: Form, field: Any) -> None:
    try:
        parse_score(field.data or "")
    except ValueError as error:
        raise ValidationError(N_("Enter a number such as 4 or 3,5")) from error


class ConsensusForm(Form):
    """The consensus: scores with comments by criterion, and the overall assessment."""

    method = RadioField(
        N_("Scores of the consensus"),
        choices=[
            SelectChoice("median", N_("The medians of the evaluators")),
            SelectChoice("agreed", N_("The agreed scores that are written below")),
        ],
        default="median",
        validators=[InputRequired(N_("Choose one of the options"))],
    )
    statement = TextAreaField(
        N_("Statement"),
        validators=[_LONG],
        description=N_("How the consensus was reached. Needed reading when evaluators disagreed."),
    )
    strengths = TextAreaField(N_("Strengths"), validators=[_LONG])
    weaknesses = TextAreaField(N_("Weaknesses"), validators=[_LONG])


def make_consensus_form(criteria: Iterable[tuple[str, Mapping[str, str]]]) -> type[ConsensusForm]:
    """Return a consensus form with a score and a comment for each criterion (id, name)."""
    fields: dict[str, Any] = {}
    for criterion_id, _name in criteria:
        fields[f"score_{criterion_id}"] = StringField(N_("Agreed score"), validators=[_is_score])
        fields[f"comment_{criterion_id}"] = TextAreaField(
            N_("Comment printed in the decision"), validators=[_LONG]
        )
    return type("CallConsensusForm", (ConsensusForm,), fields)


class DraftForm(Form):
    """What an officer writes into a draft decision; the page shows the fields that the letter prints."""

    reasons = TextAreaField(N_("Reasons, one paragraph on each line"), validators=[_LONG])
    changes = TextAreaField(
        N_("What is changed, one change on each line"),
        validators=[_LONG],
        description=N_("Leave empty if a claim is rejected or not examined."),
    )
    corrections = TextAreaField(N_("What was wrong, one error on each line"), validators=[_LONG])
    conditions = TextAreaField(N_("Conditions, one on each line"), validators=[_LONG])
    conditions_due = DateField(
        N_("Conditions must be met by"),
        validators=[Optional()],
        description=N_("Leave empty if there are no conditions."),
    )
    strengths = TextAreaField(N_("Strengths"), validators=[_LONG])
    weaknesses = TextAreaField(N_("Weaknesses"), validators=[_LONG])
    reserve_until = DateField(
        N_("The reserve place is valid until"),
        validators=[Optional()],
        description=N_("Only for applications on the reserve list."),
    )
    service_method = RadioField(
        N_("How notice is given"),
        choices=[
            SelectChoice("electronic", N_("In the service: received on the 3rd day")),
            SelectChoice("letter", N_("By letter: received on the 7th day")),
        ],
        default="electronic",
        validators=[Optional()],
    )
    library = SelectMultipleField(
        N_("Add texts from the library"),
        validators=[Optional()],
        description=N_("They are added when you save. Write over […] before you present."),
    )
    version = HiddenField()

    def to_fields(self, names: Collection[str]) -> dict[str, Any]:
        """Return the named fields of the draft; those left empty are cleared."""
        return {name: self._read(name) for name in names}

    def _read(self, name: str) -> Any:
        value = self[name].data
        if name in _LISTS:
            return split_lines(value)
        return _iso(value) if isinstance(value, date) or value is None else value.strip()


_LISTS = frozenset({"reasons", "changes", "corrections", "conditions"})


class SupportsForm(Form):
    """The support of each partner, and the reasons if it is less than was applied for."""

    reductions = TextAreaField(
        N_("Reasons of the reduction, one on each line"),
        validators=[_LONG],
        description=N_(
            "Needed when less is granted than was applied for. Printed in the decision."
        ),
    )

    @property
    def lines(self) -> list[str]:
        """Return the reasons."""
        return split_lines(self.reductions.data)


def make_supports_form(partners: Iterable[tuple[str, str]], language: str) -> type[SupportsForm]:
    """Return a form with an amount for each partner (key, name), as written in a language."""
    fields: dict[str, Any] = {}
    for key, name in partners:
        fields[f"support_{key}"] = EuroField(
            N_("Support of %(partner)s", partner=f"{key} {name}"),
            language=language,
            validators=[
                InputRequired(N_("Enter an amount in euros")),
                NumberRange(min=Decimal(0), message=N_("Enter an amount in euros")),
            ],
        )
    return type("DecisionSupportsForm", (SupportsForm,), fields)


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
