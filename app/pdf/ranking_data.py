"""The frozen data of the annex with the ranking: places, funding line, and the lot where one was drawn."""

from __future__ import annotations

from typing import Literal

from app.pdf.values import Amount, Frozen, Language, Moment, Number, Sha256

SCHEMA = "innoverkko-ranking/1"
"""Name of the format in which the record is embedded in the paper."""


class NamedApplication(Frozen):
    """An application as lists name it."""

    record_number: str
    project: str
    applicant: str


class RankedPlace(NamedApplication):
    """One place in the ranking, with what it got and why it stands there."""

    position: int
    total: Number
    support: Amount
    left: Amount
    outcome: Literal["funded", "reserve", "skipped"]
    reserve_place: int | None = None
    reasons: tuple[str, ...] = ()
    """How a tie was parted, why it was passed over, which limit stood in the way."""


class LotPlace(Frozen):
    """One place of a drawn lot; the digest shows why."""

    place: int
    record_number: str
    project: str
    identifier: str
    digest: Sha256


class LotProtocol(Frozen):
    """A drawing of lots that anybody can repeat from the seed and the identifiers."""

    call: str
    seed: str
    list_sha256: Sha256
    places: tuple[LotPlace, ...]


class Selection(Frozen):
    """The act by which the selecting body chose along the ranking."""

    body: str
    selected_at: Moment
    statement: str = ""


class RankingAnnexData(Frozen):
    """One ranking of a call as it was drawn; it never changes, and a later one has another number."""

    language: Language
    authority_name: str
    call_id: str
    call_title: str
    number: int
    drawn_at: Moment
    sha256: Sha256
    algorithm: str
    rule: Literal[
        "",
        "stop_at_first_misfit",
        "skip_and_continue",
        "lexicographic_constrained",
        "max_euro_weighted_merit",
    ] = ""
    maximum: Number
    budget: Amount
    awarded: Amount
    left: Amount
    is_public: bool
    """Every application in it has its decision (Act 621/1999, 6 §)."""
    places: tuple[RankedPlace, ...]
    below_threshold: tuple[NamedApplication, ...] = ()
    reason: str = ""
    """Why the ranking was drawn again."""
    scenario: str = ""
    call_version: int | None = None
    rubric_sha256: Sha256 | None = None
    selection: Selection | None = None
    lot: LotProtocol | None = None
