"""The question types of a form: a union discriminated on `type`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from calls.rules import RowRule
from calls.text import Text
from calls.values import Code, Count, Flag, Frozen, Identifier, Number, Positive

Visibility = Literal["public", "party", "officers"]
ColumnType = Literal[
    "text",
    "longtext",
    "integer",
    "decimal",
    "percent",
    "money",
    "yes_no",
    "choice",
    "date",
    "partner",
    "region",
    "business_id",
]


class Option(Frozen):
    """One value that can be chosen."""

    id: Code
    label: Text


class Column(Frozen):
    """One column of a table; `options` only for choice and region, limits only for numbers."""

    id: Identifier
    label: Text
    type: ColumnType
    required: Flag = True
    options: tuple[Option, ...] = ()
    minimum: Number | None = None
    maximum: Number | None = None


class QuestionBase(Frozen):
    """What every question has."""

    id: Identifier
    label: Text
    help: Text | None = None
    required: Flag
    visibility: Visibility
    feeds_criteria: tuple[Identifier, ...] = ()
    secrecy_capable: Flag = False


class TextQuestion(QuestionBase):
    """One line of text; limits in characters."""

    type: Literal["text"]
    min_chars: Count = 0
    max_chars: Positive = 200


class LongTextQuestion(QuestionBase):
    """Paragraphs of text; limits in characters."""

    type: Literal["longtext"]
    min_chars: Count = 0
    max_chars: Positive = 4000


class ChoiceQuestion(QuestionBase):
    """One option of several."""

    type: Literal["choice"]
    options: Annotated[tuple[Option, ...], Field(min_length=1)]
    source: str | None = None


class MultiChoiceQuestion(QuestionBase):
    """Several options; limits in number of options."""

    type: Literal["multichoice"]
    options: Annotated[tuple[Option, ...], Field(min_length=1)]
    min_items: Count = 0
    max_items: Positive | None = None
    source: str | None = None


class CheckboxQuestion(QuestionBase):
    """A declaration or consent that is given or not."""

    type: Literal["checkbox"]


class YesNoQuestion(QuestionBase):
    """Yes or no, neither chosen beforehand."""

    type: Literal["yes_no"]


class NumberQuestion(QuestionBase):
    """A number with at most `decimals` decimals."""

    type: Literal["number"]
    minimum: Number | None = None
    maximum: Number | None = None
    decimals: Annotated[Count, Field(le=6)] = 0


class MoneyQuestion(QuestionBase):
    """An amount in euros and cents."""

    type: Literal["money"]
    minimum: Number | None = None
    maximum: Number | None = None


class DateRangeQuestion(QuestionBase):
    """A first and a last day."""

    type: Literal["date_range"]


class RangeQuestion(QuestionBase):
    """A start and an end on a scale of whole numbers; the default scale is TRL 1–9."""

    type: Literal["range"]
    minimum: Count = 1
    maximum: Count = 9


class RowsBase(QuestionBase):
    """What every answer of rows and columns has; limits in number of rows."""

    columns: Annotated[tuple[Column, ...], Field(min_length=1)]
    min_rows: Count = 0
    max_rows: Positive | None = None
    row_rules: tuple[RowRule, ...] = ()
    source: str | None = None


class TableQuestion(RowsBase):
    """Rows of any columns."""

    type: Literal["table"]


class PartnersQuestion(RowsBase):
    """The lead partner and the partners; their keys P1, P2, … stay."""

    type: Literal["partners"]


class WorkPackagesQuestion(RowsBase):
    """The work packages of the plan."""

    type: Literal["work_packages"]


class DnshQuestion(RowsBase):
    """Do no significant harm: one row for each of the six objectives (2020/852 Art. 9)."""

    type: Literal["dnsh"]


class IndicatorsQuestion(RowsBase):
    """Output and result indicators; `mandatory_codes` must be among the rows."""

    type: Literal["indicators"]
    mandatory_codes: tuple[Code, ...] = ()


class BudgetStaffQuestion(RowsBase):
    """Staff costs by partner and task, computed by the staff cost model."""

    type: Literal["budget_staff"]


class BudgetFinancingQuestion(RowsBase):
    """Who pays: support applied for, own, municipal, other public and private money."""

    type: Literal["budget_financing"]


class FileQuestion(QuestionBase):
    """One attachment; size limit in megabytes of 1,000,000 bytes."""

    type: Literal["file"]
    accept: Annotated[tuple[str, ...], Field(min_length=1)] = ("application/pdf",)
    max_mb: Positive = 10


class FilesQuestion(QuestionBase):
    """Several attachments; the size limit is for each."""

    type: Literal["files"]
    accept: Annotated[tuple[str, ...], Field(min_length=1)] = ("application/pdf",)
    max_mb: Positive = 10
    min_items: Count = 0
    max_items: Positive = 10


class SecrecyMarksQuestion(QuestionBase):
    """Which answers hold secrets, each with its ground (JulkL 24 §)."""

    type: Literal["secrecy_marks"]


RowsQuestion = (
    TableQuestion
    | PartnersQuestion
    | WorkPackagesQuestion
    | DnshQuestion
    | IndicatorsQuestion
    | BudgetStaffQuestion
    | BudgetFinancingQuestion
)
AnyQuestion = (
    TextQuestion
    | LongTextQuestion
    | ChoiceQuestion
    | MultiChoiceQuestion
    | CheckboxQuestion
    | YesNoQuestion
    | NumberQuestion
    | MoneyQuestion
    | DateRangeQuestion
    | RangeQuestion
    | RowsQuestion
    | FileQuestion
    | FilesQuestion
    | SecrecyMarksQuestion
)
Question = Annotated[AnyQuestion, Field(discriminator="type")]
"""Any question; read `type` before the attributes that only some types have."""

ROWS_TYPES = (
    "table",
    "partners",
    "work_packages",
    "dnsh",
    "indicators",
    "budget_staff",
    "budget_financing",
)


class Section(Frozen):
    """A part of the form that is saved on its own."""

    id: Identifier
    title: Text
    help: Text | None = None
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]
