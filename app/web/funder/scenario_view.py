"""A funding line as its pages show it: who gets what, who moves against another line, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l

from app.web.funder.statistics_words import Names, describe_certificate, short_name

Regions = Mapping[str, Any]
MOVES = {
    "in": _l("The terms leave room for it."),
    "out": _l("It stands below the new funding line."),
}
"""Why somebody moves whom no better-ranked award has passed over."""


@dataclass(frozen=True, slots=True)
class LineRow:
    """One application in a funding line; ``move`` is in, out, or nothing, against the other line."""

    application: str
    name: str
    position: int
    score: Decimal
    requested: Decimal
    award: Decimal
    reserve_place: int | None
    move: str
    why: Sequence[str]


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A funding line with its sums, floors and moves."""

    rows: Sequence[LineRow]
    budget: Decimal
    awarded: Decimal
    left: Decimal
    count: int
    floors: Sequence[Mapping[str, Any]]
    unexplained: Sequence[str]

    @property
    def moves(self) -> list[LineRow]:
        """Return those who get in or drop out."""
        return [row for row in self.rows if row.move]


def show_selection(
    selection: Mapping[str, Any], before: frozenset[str], names: Names, regions: Regions
) -> ShownLine:
    """Return a selection against those who had an award before."""
    why = {
        each["id"]: describe_certificate(each, names, regions) for each in selection["certificates"]
    }
    rows = [
        LineRow(
            row["id"],
            short_name(row["id"], names),
            row["position"],
            Decimal(str(row["score"])),
            Decimal(row["requested"]),
            Decimal(row["award"]),
            row["reserve_place"],
            move := _move(row["id"] in before, Decimal(row["award"]) > 0),
            why.get(row["id"], [str(MOVES[move])] if move else ()),
        )
        for row in selection["rows"]
    ]
    return ShownLine(
        rows,
        Decimal(selection["budget"]),
        Decimal(selection["awarded"]),
        Decimal(selection["left"]),
        sum(1 for row in rows if row.award),
        selection["floors"],
        [short_name(key, names) for key in selection["unexplained"]],
    )


def _move(was_funded: bool, is_funded: bool) -> str:
    if was_funded == is_funded:
        return ""
    return "in" if is_funded else "out"


def funded_in(ranking: Mapping[str, Any]) -> frozenset[str]:
    """Return who gets an award in the official ranking."""
    return frozenset(row["application"] for row in ranking["rows"] if row["outcome"] == "funded")


def funded_by(selection: Mapping[str, Any]) -> frozenset[str]:
    """Return who gets an award in a selection."""
    return frozenset(selection["selected"])


def read_terms(values: Mapping[str, Any], declared: Mapping[str, Any]) -> dict[str, Any]:
    """Return the terms that a form gives; the call's other ceilings stay as they are."""
    key = values["limit"] or ""
    caps = [cap for cap in declared["caps"] if key_of(cap) != key]
    if key and values["limit_amount"] is not None:
        dimension, _colon, name = key.partition(":")
        caps.append({dimension: name, "amount": f"{Decimal(values['limit_amount']):.2f}"})
    floors = {name: values[name] for name in ("climate", "digital") if values[name]}
    return {
        "budget": f"{Decimal(values['budget']):.2f}",
        "rule": values["rule"],
        "caps": sorted(caps, key=key_of),
        "floors": {name: _share(value) for name, value in floors.items() if Decimal(value)},
    }


def key_of(cap: Mapping[str, Any]) -> str:
    """Return the name of a ceiling, such as ``region:FI1B1``."""
    return f"region:{cap['region']}" if "region" in cap else f"objective:{cap['objective']}"


def _share(percents: str) -> str:
    return str((Decimal(percents) / 100).normalize())


def write_terms_into_form(terms: Mapping[str, Any]) -> dict[str, str | None]:
    """Return what a form shows at first for terms."""
    floors = {key: f"{Decimal(value) * 100:f}" for key, value in terms["floors"].items()}
    return {
        "budget": terms["budget"],
        "rule": terms["rule"],
        "climate": floors.get("climate"),
        "digital": floors.get("digital"),
    }
