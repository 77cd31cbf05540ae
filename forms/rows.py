"""Rows and pairs: forms within a form, built from data instead of classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import FieldList, FormField
from wtforms.form import BaseForm
from wtforms.meta import DefaultMeta
from wtforms.utils import unset_value

Fields = Mapping[str, Any]
"""Unbound fields by name."""
Row = Mapping[str, Any]
ROW_ID = "_row"
"""The hidden identifier of a row; no column can bear this name, and no answer holds it."""


class PartForm(BaseForm):
    """A form made of a mapping of fields, so that a column may bear any name."""

    def __init__(self, fields: Fields, formdata: Any, values: Row, prefix: str) -> None:
        """Bind the fields and fill them from what was typed, or from the stored values."""
        super().__init__(dict(fields), prefix=prefix, meta=DefaultMeta())
        self.process(formdata, data=dict(values))

    def canonical(self) -> dict[str, Any]:
        """Return the canonical value of each field; None for a text that cannot be read."""
        return {
            name: None if field.errors else field.canonical()
            for name, field in self._fields.items()
        }


class PartField(FormField):
    """A fixed group of fields with one name: a span of days, a range, one row of a table."""

    def __init__(self, label: Any = None, *, fields: Fields, **kwargs: Any) -> None:
        """Remember the fields."""
        self.fields = fields
        super().__init__(PartForm, label, **kwargs)

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Build the inner form."""
        values = data if isinstance(data, Mapping) else {}
        self.object_data = values
        self.form = PartForm(self.fields, formdata, values, self.name + self.separator)

    def canonical(self) -> dict[str, Any] | None:
        """Return the values by name, or None when all are empty."""
        values = self.form.canonical()
        return values if any(is_filled(each) for each in values.values()) else None


def is_filled(value: Any) -> bool:
    """Tell whether a cell holds anything; an unticked box and an empty text do not."""
    return value not in (None, "", False, [])


class RowList(FieldList):
    """Rows that may be added and removed. ``fixed`` rows are given by the call or the partners."""

    def __init__(
        self,
        label: Any = None,
        *,
        fields: Fields,
        limit: int | None = None,
        fixed: bool = False,
        given: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        """Remember the columns. ``given`` names those that the server fills, not the person."""
        super().__init__(PartField(fields=fields), label, **kwargs)
        self.limit = limit
        self.fixed = fixed
        self.given = frozenset({*given, ROW_ID})
        self.typed_indices: list[int] = []

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        """Read every row that was sent: one too many is refused later, never dropped unseen."""
        self.max_entries = None
        if formdata:
            self.typed_indices = sorted(set(self._extract_indices(self.name, formdata)))
        super().process(formdata, data, extra_filters)
        if not formdata:
            self.typed_indices = list(range(len(self.entries)))
        self.max_entries = self.limit

    def canonical(self) -> list[dict[str, Any]]:
        """Return the rows that hold anything, in the order of the page."""
        return [row for _index, row in self.filled_rows()]

    def filled_rows(self) -> list[tuple[int, dict[str, Any]]]:
        """Return the rows that hold anything with the row number that the page gave them."""
        rows = [
            (index, entry.form.canonical())
            for index, entry in zip(self.typed_indices, self.entries, strict=True)
        ]
        return [
            (index, {name: value for name, value in row.items() if name != ROW_ID})
            for index, row in rows
            if self.fixed or any(is_filled(row[name]) for name in row.keys() - self.given)
        ]

    def row_ids(self) -> dict[int, str]:
        """Return the identifier of each row by the row number of the page; new rows have none."""
        return {
            index: str(entry.form[ROW_ID].data or "") if ROW_ID in entry.form else ""
            for index, entry in zip(self.typed_indices, self.entries, strict=True)
        }

    def add_row(self) -> None:
        """Add an empty row unless there are as many as the call takes."""
        if self.limit and len(self.entries) >= self.limit:
            return
        self.append_entry({})
        self.typed_indices.append(max(self.typed_indices, default=-1) + 1)

    def remove_row(self, index: int) -> None:
        """Remove the row that the page numbered so; the others keep what was typed."""
        if index not in self.typed_indices:
            return
        place = self.typed_indices.index(index)
        del self.entries[place]
        del self.typed_indices[place]


def apply_row_action(form: BaseForm, action: str) -> bool:
    """Do what an "add a row" or "remove" button asks: ``add:<list>`` or ``remove:<list>-<index>``.

    Returns whether the action was understood.
    """
    verb, _colon, target = action.partition(":")
    name, _dash, index = target.rpartition("-")
    if verb == "add" and target in form and isinstance(form[target], RowList):
        form[target].add_row()
        return True
    if verb == "remove" and name in form and index.isdigit() and isinstance(form[name], RowList):
        form[name].remove_row(int(index))
        return True
    return False


def fill_given(form: BaseForm, given: Mapping[str, str]) -> None:
    """Put the identifiers that the server gave to new rows into their hidden fields.

    ``given`` is keyed by the names of controls: ``<list>-<row number>-<field>``.
    """
    for field in form:
        if not isinstance(field, RowList):
            continue
        for index, entry in zip(field.typed_indices, field.entries, strict=True):
            for name, cell in entry.form._fields.items():
                cell.data = given.get(f"{field.name}-{index}-{name}", cell.data)
