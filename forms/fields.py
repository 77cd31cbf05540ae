"""Fields of generated forms: each reads what a person types and gives the canonical JSON value.

``canonical()`` returns the value to store. A text that cannot be read stays in the field as typed,
with an error; requirements (required, limits, lengths) are judged elsewhere, by the rules of the call.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, cast

from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from forms.messages import N_
from scoring.business_id import find_business_id

Choices = Sequence[tuple[str, object]]


def as_choices(pairs: Choices) -> list[SelectChoice]:
    """Return pairs of value and label as options; a label may be a data text in all languages."""
    return [SelectChoice(value, cast("str", label)) for value, label in pairs]


def clean_text(text: str) -> str:
    """Return a text with one kind of line break, without control characters and outer space."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in lines if each.isprintable() or each in "\n\t").strip()


class LineField(StringField):
    """One line of text."""

    def canonical(self) -> str:
        """Return the text without line breaks."""
        return " ".join(clean_text(self.data or "").split("\n"))


class LongTextField(TextAreaField):
    """Paragraphs of text."""

    def canonical(self) -> str:
        """Return the text with one kind of line break."""
        return clean_text(self.data or "")


class KeyField(HiddenField):
    """A hidden identifier of a row, given by the server."""

    def canonical(self) -> str:
        """Return the identifier."""
        return str(self.data or "").strip()


class BusinessIdField(LineField):
    """A Finnish business ID; a wrong one is kept as typed and pointed out."""

    def canonical(self) -> str:
        """Return the ID as 1234567-8 when it is one, else the text as typed."""
        text = super().canonical()
        return find_business_id(text) or text

    def find_warning(self) -> str | None:
        """Return what is wrong with the ID, if something is."""
        text = super().canonical()
        if not text or find_business_id(text):
            return None
        return N_(
            "Enter a business ID such as 1234567-1. The check digit of this one does not match."
        )


class DayField(StringField):
    """A day, written 31.3.2027 or 2027-03-31."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed. Raises ValueError with the message to show."""
        if not valuelist:
            return
        text = str(valuelist[0]).strip()
        self.data = read_day(text) if text else None

    def canonical(self) -> str | None:
        """Return the day as YYYY-MM-DD."""
        return str(self.data) if self.data else None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return show_day(str(self.data)) if self.data else ""


def read_day(text: str) -> str:
    """Return a typed day as YYYY-MM-DD. Raises ValueError with the message to show."""
    for pattern in ("%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, pattern).date().isoformat()  # noqa: DTZ007 - only a day
        except ValueError:
            continue
    raise ValueError(N_("Enter a day, for example 1.10.2027"))


def show_day(text: str) -> str:
    """Return a canonical day as 1.10.2027."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.day}.{day.month}.{day.year}"


class _OneOf:
    """What both kinds of a single choice share."""

    data: Any

    def canonical(self) -> str | None:
        """Return the identifier of the choice, or None."""
        return str(self.data) if self.data not in (None, "", "None") else None


def _refuse_unknown(field: Field, chosen: Sequence[str], choices: Any) -> None:
    known = {str(value) for value, *_rest in choices}
    if any(each not in known for each in chosen):
        raise ValidationError(N_("Choose one of the options on the list"))


class ChoiceField(_OneOf, SelectField):
    """One of many options, from a list."""

    def __init__(self, label: Any = None, *, choices: Choices = (), **kwargs: Any) -> None:
        """Put an empty choice first, so that nothing is chosen beforehand."""
        offered = as_choices([("", N_("Choose")), *choices])
        super().__init__(label, choices=offered, coerce=_as_text, **kwargs)

    def pre_validate(self, form: Any) -> None:
        """Refuse an option that is not offered."""
        _refuse_unknown(self, [str(self.data or "")], self.choices)


class RadiosField(_OneOf, RadioField):
    """One of a few options, all in view."""

    def __init__(self, label: Any = None, *, choices: Choices = (), **kwargs: Any) -> None:
        """Offer the options; none is chosen beforehand."""
        kwargs.setdefault("validate_choice", True)
        super().__init__(label, choices=as_choices(choices), coerce=_as_text, **kwargs)

    def pre_validate(self, form: Any) -> None:
        """Refuse an option that is not offered; choosing none is no mistake yet."""
        _refuse_unknown(self, [str(self.data)] if self.data else [], self.choices)


class YesNoField(RadiosField):
    """Yes or no, neither chosen beforehand."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        """Offer yes and no."""
        super().__init__(label, choices=[("yes", N_("Yes")), ("no", N_("No"))], **kwargs)

    def process_data(self, value: Any) -> None:
        """Take true, false or nothing."""
        super().process_data({True: "yes", False: "no"}.get(value, ""))

    def canonical(self) -> Any:
        """Return true, false or None."""
        return {"yes": True, "no": False}.get(str(self.data))


class OptionsField(SelectMultipleField):
    """Several options."""

    def __init__(self, label: Any = None, *, choices: Choices = (), **kwargs: Any) -> None:
        """Offer the options."""
        super().__init__(label, choices=as_choices(choices), coerce=_as_text, **kwargs)

    def pre_validate(self, form: Any) -> None:
        """Refuse options that are not offered."""
        _refuse_unknown(self, self.canonical(), self.choices)

    def canonical(self) -> list[str]:
        """Return the identifiers of the chosen options, each once, in the order of the list."""
        chosen = {str(each) for each in self.data or ()}
        offered = [str(value) for value, *_rest in self.choices]
        return [*(each for each in offered if each in chosen), *sorted(chosen - set(offered))]


class DeclarationField(BooleanField):
    """A declaration that is given or not."""

    def canonical(self) -> bool:
        """Return whether it is given."""
        return bool(self.data)


def _as_text(value: Any) -> str:
    return "" if value is None else str(value)
