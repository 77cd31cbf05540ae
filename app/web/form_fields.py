"""What the field macros ask of a WTForms field: its kind, where an error link leads, its limit.

Used by app/templates/macros/fields.html, which holds the markup. Fields are told apart by class, so
a subclass is drawn as its parent unless it names its own kind in an attribute `kind`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    Field,
    FieldList,
    FileField,
    FormField,
    IntegerField,
    MultipleFileField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    SubmitField,
    TextAreaField,
)
from wtforms.form import BaseForm
from wtforms.validators import Length
from wtforms.widgets import HiddenInput

#: Most particular class first, because the kinds are told apart by isinstance.
KINDS: Final[tuple[tuple[type[Field], str], ...]] = (
    (FieldList, "list"),
    (FormField, "group"),
    (RadioField, "radios"),
    (SelectMultipleField, "checkboxes"),
    (SelectField, "select"),
    (SubmitField, "submit"),
    (BooleanField, "checkbox"),
    (MultipleFileField, "files"),
    (FileField, "file"),
    (DateField, "date"),
    (IntegerField, "integer"),
    (DecimalField, "decimal"),
    (PasswordField, "password"),
    (TextAreaField, "textarea"),
)


def kind_of(field: Field) -> str:
    """Return what a field is drawn as: hidden, list, group, radios, checkboxes … or text."""
    if isinstance(field.widget, HiddenInput):
        return "hidden"
    named = getattr(field, "kind", None)
    if isinstance(named, str):
        return named
    if type(field).__name__ == "MoneyField":
        return "money"
    return next((kind for parent, kind in KINDS if isinstance(field, parent)), "text")


def control_id(field: Field) -> str:
    """Return the id of the control that an error link takes to: of choices, the first."""
    kind = kind_of(field)
    if kind in {"radios", "checkboxes"}:
        return f"{field.id}-0"
    return f"{field.id}-list" if kind == "list" else str(field.id)


def max_length_of(field: Field) -> int | None:
    """Return the largest number of characters that a field takes, or None."""
    # The stubs do not know that Length is a validator like any other.
    validators: list[Any] = list(field.validators)
    rules = [rule for rule in validators if isinstance(rule, Length)]
    limits = [int(rule.max) for rule in rules if rule.max > 0]
    given = (field.render_kw or {}).get("data-maxlength")
    return min([*limits, int(given)] if given else limits, default=None)


class ShownError(NamedTuple):
    """An error with the control that it is about; in a table also with the row and its column."""

    id: str
    message: object
    row: int = 0
    column: object = ""


def list_errors(form: BaseForm) -> list[ShownError]:
    """Return every error of a form and of the forms within.

    The order is that of the page; messages of the form itself come first, with an empty id. Lists
    mix their own messages with those of their rows, so fields are walked, not error lists.
    """
    own = [ShownError("", error) for error in getattr(form, "form_errors", ())]
    return own + [found for field in form for found in _walk(field)]


def _walk(field: Field) -> Iterator[ShownError]:
    if isinstance(field, FieldList):
        own = (error for error in field.errors if isinstance(error, str))
        yield from (ShownError(control_id(field), error) for error in own)
        for number, entry in enumerate(field, start=1):
            yield from (error._replace(row=number) for error in _walk(entry))
    elif isinstance(field, FormField):
        found = list_errors(field.form)
        yield from (error._replace(id=error.id or str(field.id)) for error in found)
    else:
        label = field.label.text
        yield from (ShownError(control_id(field), error, column=label) for error in field.errors)


def has_errors(form: object) -> bool:
    """Return whether a form was judged and found wanting; safe for anything that is not a form."""
    return isinstance(form, BaseForm) and bool(list_errors(form))
