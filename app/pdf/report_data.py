"""The frozen data of the report of a round: counts and euros, never an application or a person."""

from __future__ import annotations

from typing import Literal

from app.pdf.values import Amount, Frozen, Language, Moment, Number

SCHEMA = "innoverkko-report/1"
"""Name of the format in which the record is embedded in the paper."""


class Count(Frozen):
    """How many applications, or partners, share a name."""

    label: str
    count: int


class GroupFigures(Frozen):
    """The applications of one group; None where a sum would tell about one of them."""

    label: str
    count: int
    applied: Amount | None = None
    proposed: Amount | None = None
    granted: Amount | None = None


class Grouping(Frozen):
    """The applications of the round parted by one thing."""

    kind: Literal["region", "theme", "action_line"]
    groups: tuple[GroupFigures, ...]


class Objective(Frozen):
    """The euros that count for one objective, their share in per cent, and the least share that the call asks for."""

    kind: Literal["climate", "environment", "digital"]
    applied: Amount | None = None
    applied_percent: Number | None = None
    granted: Amount | None = None
    granted_percent: Number | None = None
    goal: Amount | None = None
    goal_percent: Number | None = None


class RoundReportData(Frozen):
    """Everything in the report of a round, as of one moment."""

    language: Language
    authority_name: str
    call_id: str
    call_title: str
    call_closes: Moment
    as_of: Moment
    budget: Amount
    is_decided: bool
    """Every application that was not withdrawn has its decision served."""
    fewest_in_group: int
    fewest_scored: int
    sums: GroupFigures
    states: tuple[Count, ...]
    groupings: tuple[Grouping, ...]
    organisations: tuple[Count, ...]
    objectives: tuple[Objective, ...] = ()
    untracked: int = 0
    points: tuple[Count, ...] = ()
