"""The frozen data of one decision letter: everything that is printed, and nothing else.

Amounts are strings with a decimal point, dates ISO strings, labels in the letter's language.
The record is embedded in the PDF under the name of its schema; its shape is therefore a public format.
"""

from __future__ import annotations

from typing import Literal

from pydantic import PositiveInt

from app.pdf.values import (
    Amount,
    Clock,
    Frozen,
    IsoDate,
    Language,
    Moment,
    Number,
    Sha256,
    Texts,
)

SCHEMA = "innoverkko-letter/1"

Template = Literal[
    "grant",
    "grant_reduced",
    "reject_ineligible",
    "reject_threshold",
    "reject_budget",
    "not_examined",
    "amendment",
    "rectification_decision",
]


class Authority(Frozen):
    """The deciding authority as on the day of the decision (434/2003, 44.1 § 1)."""

    name: str
    registry_address: str
    registry_email: str
    office_closes: Clock
    registry_phone: str = ""


class Decision(Frozen):
    """The ruling: euros, period, conditions. ``reasons`` are paragraphs written for this case.

    ``approved_at`` is the day of the approval as its first moment: the clock time is an event of the
    record, so that a letter can be read to its last byte before it is approved.
    """

    date: IsoDate
    case_number: str
    project_code: str = ""
    support_total: Amount | None = None
    eligible_total: Amount | None = None
    aid_rate: Number | None = None
    start: IsoDate | None = None
    end: IsoDate | None = None
    cost_model: str = ""
    staff_model: str = ""
    conditions_due: IsoDate | None = None
    precedent_conditions: Texts = ()
    changes: Texts = ()
    reductions: Texts = ()
    reasons: Texts = ()
    retention_rule: str = ""
    extra_provisions: Texts = ()
    approved_at: Moment | None = None
    sha256: Sha256 | None = None


class Call(Frozen):
    """The call that was applied to."""

    id: str
    title: str
    closes: Moment
    budget: Amount | None = None


class Application(Frozen):
    """The application that is decided."""

    title: str
    submitted_on: IsoDate
    submitted_at: Moment | None = None
    support_total: Amount | None = None


class Partner(Frozen):
    """A party of the decision (44.1 § 2) with its share of costs and support."""

    name: str
    y_tunnus: str
    role_label: str
    accepted_costs: Amount | None = None
    support: Amount | None = None
    aid_rate: Number | None = None
    aid_basis_label: str = ""
    de_minimis_amount: Amount | None = None


class BudgetRow(Frozen):
    """One partner's accepted costs, one amount per category of the table."""

    partner: str
    amounts: tuple[Amount, ...]


class Budget(Frozen):
    """Accepted costs: rows are partners, columns cost categories, the last one the sum."""

    categories: tuple[str, ...]
    rows: tuple[BudgetRow, ...]
    totals: tuple[Amount, ...]


class FinancingLine(Frozen):
    """One source of funding; ``is_total`` marks the closing line."""

    source: str
    amount: Amount
    share: Number | None = None
    is_total: bool = False


class CriterionScore(Frozen):
    """The final (consensus) score of one criterion with its written reason."""

    label: str
    score: Number
    scale_max: Number
    weight: Number
    reason: str
    weighted: Number | None = None


class ScoreSummary(Frozen):
    """The weighted total and the overall assessment."""

    total: Number
    strengths: str
    weaknesses: str
    maximum: Number = "100"


class Threshold(Frozen):
    """A minimum that was not reached."""

    label: str
    required: Number
    got: Number


class Ranking(Frozen):
    """Place in the ranking and the funding line; ``reserve`` is the place on the reserve list."""

    position: int
    eligible_count: int
    funded_count: int
    lowest_funded: Number
    reserve: int | None = None
    reserve_until: IsoDate | None = None


class FailedCheck(Frozen):
    """An eligibility condition that is not met: facts, point of the call notice, provision."""

    label: str
    facts: str
    call_ref: str
    provision: str


class Disqualification(Frozen):
    """How many took no part, and on which grounds (28 §)."""

    count: int
    grounds: Texts


class Hearing(Frozen):
    """The hearing of the party (34 §)."""

    date: IsoDate
    summary: str


class Service(Frozen):
    """How notice is given; a blank ``rule_text`` prints the standard rule of the method.

    ``sent_on`` is the day of the decision; the day of sending comes later and stands in the record of acts.
    """

    sent_on: IsoDate
    method: Literal["electronic", "letter"] = "electronic"
    rule_text: str = ""


class Contact(Frozen):
    """Who gives more information (44.1 § 4). ``name`` may be a role title; a blank phone is not printed."""

    name: str
    title: str
    email: str
    phone: str = ""


class Official(Frozen):
    """Decision maker or presenting officer; ``name`` is blank where only the role is printed."""

    title: str
    name: str = ""


class Distribution(Frozen):
    """Who gets the decision, who is informed, and the annexes."""

    parties: Texts
    info: Texts = ()
    annexes: Texts = ()


class Original(Frozen):
    """The earlier decision that is amended or claimed against; ``last_day`` only where the claim was late."""

    date: IsoDate
    case_number: str
    claimed_on: IsoDate | None = None
    last_day: IsoDate | None = None


class Correction(Frozen):
    """The decision that this one replaces because of an error, and what has been corrected (50–51 §)."""

    cause: Literal["factual", "clerical"]
    date: IsoDate
    case_number: str
    what: Texts


class Reissue(Frozen):
    """The decision that is given anew because its instructions for review were wrong (49 §)."""

    date: IsoDate
    case_number: str


class CopyNote(Frozen):
    """For whom a copy is from which secret parts have been withheld (621/1999, 24 §)."""

    recipient: str


class Review(Frozen):
    """The instruction for claiming rectification in force on the day of the decision (46 §)."""

    period_days: PositiveInt
    body: str
    address: str
    email: str
    office_closes: Clock
    phone: str = ""


class Court(Frozen):
    """The competent administrative court of the appeal instructions and the time for appeal (47 §)."""

    name: str
    address: str
    email: str
    period_days: PositiveInt
    phone: str = ""
    office_closes: Clock = "16:15"


class SelectingBody(Frozen):
    """The other body that selected the project, where two bodies act."""

    name: str
    date: IsoDate


class LetterData(Frozen):
    """One decision letter in one language.

    ``draft`` prints a draft mark and lets the approval (time, checksum) be missing; nothing else.
    """

    template: Template
    language: Language
    authority: Authority
    decision: Decision
    call: Call
    application: Application
    partners: tuple[Partner, ...]
    contact: Contact
    signer: Official
    presenter: Official
    service: Service
    distribution: Distribution
    budget: Budget | None = None
    financing: tuple[FinancingLine, ...] = ()
    scores: tuple[CriterionScore, ...] = ()
    score: ScoreSummary | None = None
    thresholds: tuple[Threshold, ...] = ()
    ranking: Ranking | None = None
    checks: tuple[FailedCheck, ...] = ()
    coi: Disqualification | None = None
    hearing: Hearing | None = None
    original: Original | None = None
    correction: Correction | None = None
    reissue: Reissue | None = None
    copy_note: CopyNote | None = None
    review: Review | None = None
    court: Court | None = None
    selecting_body: SelectingBody | None = None
    verify_url: str = ""
    draft: bool = False

    @property
    def claim_unexamined(self) -> bool:
        """A rectification decision on a late claim leaves it unexamined (49 c §)."""
        is_late = self.original is not None and self.original.last_day is not None
        return self.template == "rectification_decision" and is_late and not self.decision.changes

    @property
    def claim_rejected(self) -> bool:
        """A rectification decision without changes rejects the claim, unless it was late."""
        is_answer = self.template == "rectification_decision" and not self.decision.changes
        return is_answer and not self.claim_unexamined
