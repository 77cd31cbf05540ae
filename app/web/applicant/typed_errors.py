"""Errors of a form by the control of the page that they belong to, whatever rows were removed there."""

from __future__ import annotations

from collections.abc import Iterator

from wtforms import Field

from app.web.form_fields import kind_of
from forms.from_definition import SectionForm
from forms.rows import PartField, RowList


def errors_by_control(form: SectionForm) -> dict[str, object]:
    """Return the first error of each control; row numbers are those that the page sent."""
    found: dict[str, object] = {}
    for field in form:
        for control, message in _walk(field, str(field.name)):
            found.setdefault(control, message)
    return found


def _walk(field: Field, name: str) -> Iterator[tuple[str, object]]:
    if isinstance(field, RowList):
        yield from ((f"{name}-list", each) for each in field.errors if isinstance(each, str))
        for index, entry in zip(field.typed_indices, field.entries, strict=True):
            yield from _walk(entry, f"{name}-{index}")
    elif isinstance(field, PartField):
        for child in field.form:
            yield from _walk(child, f"{name}-{child.short_name}")
    else:
        suffix = "-0" if kind_of(field) in {"radios", "checkboxes"} else ""
        yield from ((name + suffix, each) for each in field.errors)
