"""The frozen data of the summary of an application's evaluations: for the funder and its panel, or the applicant."""

from __future__ import annotations

from typing import Literal

from app.pdf.letter_data import Threshold
from app.pdf.values import Frozen, Language, Moment, Number

SCHEMA = "innoverkko-summary/1"
"""Name of the format in which the record is embedded in the paper."""


class Opinion(Frozen):
    """One evaluator's score of one criterion; the evaluator is a code, and for all but the funder a number."""

    evaluator: str
    score: Number
    comment: str = ""


class CriterionSummary(Frozen):
    """One criterion: the final score with its meaning and reason, and the scores behind it."""

    label: str
    least: Number
    most: Number
    weight: Number
    final: Number | None = None
    anchor: str = ""
    """What the call says of the final score; blank between two anchors."""
    comment: str = ""
    mean: Number | None = None
    spread: Number | None = None
    opinions: tuple[Opinion, ...] = ()


class SheetTotal(Frozen):
    """The weighted total of one evaluator's sheet."""

    evaluator: str
    total: Number | None = None


class EvaluationSummaryData(Frozen):
    """What the evaluators said of an application, and what was agreed."""

    language: Language
    audience: Literal["funder", "panel", "applicant"]
    authority_name: str
    call_id: str
    call_title: str
    record_number: str
    project_title: str
    applicant_name: str
    as_of: Moment
    """When the consensus was settled; before that, when the summary was made."""
    is_settled: bool
    maximum: Number
    criteria: tuple[CriterionSummary, ...]
    totals: tuple[SheetTotal, ...] = ()
    method: Literal["", "median", "mean", "trimmed", "agreed"] = ""
    total: Number | None = None
    strengths: str = ""
    weaknesses: str = ""
    statement: str = ""
    shortfalls: tuple[Threshold, ...] = ()
