"""What the law asks of a decision letter, checked over the frozen record: pure, no page and no database.

Administrative Procedure Act (434/2003): the four items of 44.1 §, reasons and provisions of 45 §, the
instructions of 46–49 §; for grants Article 73(3) of Regulation (EU) 2021/1060. Which block of a letter
satisfies which provision is data, given by the caller. Every finding names the provision, the place in
the record and the place where a person mends it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

Record = Mapping[str, Any]

GAP = "[…]"
"""Stands in a text of the library where the officer must write; it may not reach a letter."""

APPROVAL_PATHS = frozenset({"decision.approved_at", "decision.sha256"})
"""What a draft may still lack: these come into being with the approval."""

REASONS = "HL 45 § reasons"


class Place(StrEnum):
    """Where a person mends what a letter lacks."""

    DRAFT = "draft"
    SUPPORT = "support"
    APPLICATION = "application"
    ELIGIBILITY = "eligibility"
    CONSENSUS = "consensus"
    RANKING = "ranking"
    CALL = "call"
    AUTHORITY = "authority"
    PEOPLE = "people"
    EARLIER = "earlier"
    TEXTS = "texts"


MENDED_AT: Sequence[tuple[str, Place]] = (
    ("decision.support_total", Place.SUPPORT),
    ("decision.reductions", Place.SUPPORT),
    ("decision.start", Place.APPLICATION),
    ("decision.end", Place.APPLICATION),
    ("decision.cost_model", Place.APPLICATION),
    ("decision.staff_model", Place.APPLICATION),
    ("decision.eligible_total", Place.APPLICATION),
    ("decision.aid_rate", Place.APPLICATION),
    ("decision.case_number", Place.APPLICATION),
    ("decision.approved_at", Place.PEOPLE),
    ("decision.sha256", Place.PEOPLE),
    ("decision.retention_rule", Place.TEXTS),
    ("decision.", Place.DRAFT),
    ("score.strengths", Place.DRAFT),
    ("score.weaknesses", Place.DRAFT),
    ("score", Place.CONSENSUS),
    ("thresholds", Place.CONSENSUS),
    ("ranking", Place.RANKING),
    ("checks", Place.ELIGIBILITY),
    ("hearing", Place.DRAFT),
    ("partners[].support", Place.SUPPORT),
    ("partners", Place.APPLICATION),
    ("application", Place.APPLICATION),
    ("budget", Place.APPLICATION),
    ("financing", Place.SUPPORT),
    ("distribution", Place.APPLICATION),
    ("call", Place.CALL),
    ("selecting_body", Place.RANKING),
    ("coi", Place.PEOPLE),
    ("contact", Place.PEOPLE),
    ("signer", Place.PEOPLE),
    ("presenter", Place.PEOPLE),
    ("authority", Place.AUTHORITY),
    ("review", Place.AUTHORITY),
    ("court", Place.AUTHORITY),
    ("service", Place.DRAFT),
    ("original", Place.EARLIER),
    ("correction", Place.EARLIER),
    ("reissue", Place.EARLIER),
)
"""The first beginning of a path that fits tells the place; what fits none is mended in the texts."""


@dataclass(frozen=True, slots=True)
class BlockRule:
    """One block of letters: the paths that it prints, when it is printed, and the provisions it satisfies."""

    needs: Sequence[str] = ()
    when: Sequence[str] = ()
    satisfies: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class LetterRules:
    """What one template must hold: its blocks in order ("?" = optional) and the provisions asked for."""

    blocks: Sequence[str]
    rules: Mapping[str, BlockRule]
    wanted: Sequence[str]
    one_of: Sequence[str]


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is missing or wrong: provision, block, path in the record, and where to mend it."""

    law: str
    block: str
    path: str

    @property
    def place(self) -> Place:
        """Return where a person mends it."""
        return find_place(self.path)


@dataclass(frozen=True, slots=True)
class LawItem:
    """One provision of the checklist, met when nothing lacks."""

    law: str
    lacks: Sequence[Lack] = ()

    @property
    def is_met(self) -> bool:
        """Tell whether the letter satisfies the provision."""
        return not self.lacks


def find_place(path: str) -> Place:
    """Return where what stands at a path of the record is mended."""
    return next((place for start, place in MENDED_AT if path.startswith(start)), Place.TEXTS)


def list_printed(record: Record, letter: LetterRules) -> tuple[str, ...]:
    """Return the names of the blocks that a letter prints; optional ones when their data are there."""
    printed = []
    for marked in letter.blocks:
        name = marked.removesuffix("?")
        rule = letter.rules[name]
        if name == marked or all(is_filled(record, path) for path in rule.when or rule.needs):
            printed.append(name)
    return tuple(printed)


def check_letter(record: Record, letter: LetterRules) -> tuple[LawItem, ...]:
    """Return the checklist of a letter: each provision that it must or does satisfy, with what lacks.

    The last item, without a provision, holds what no provision names but no letter may lack.
    """
    printed = list_printed(record, letter)
    marks = [law for name in printed for law in letter.rules[name].satisfies]
    asked = (*letter.wanted, *_choose_review(marks, letter.one_of), *marks)
    lacks = list(dict.fromkeys(_list_lacks(record, letter, printed)))
    laws = dict.fromkeys((*asked, *(each.law for each in lacks)))
    items = [LawItem(law, tuple(x for x in lacks if x.law == law)) for law in laws if law]
    rest = tuple(each for each in lacks if not each.law)
    return (*items, LawItem("", rest)) if rest else tuple(items)


def _choose_review(marks: Sequence[str], one_of: Sequence[str]) -> tuple[str, ...]:
    return tuple(law for law in one_of if law in marks) or (" / ".join(one_of),)


def _list_lacks(record: Record, letter: LetterRules, printed: Sequence[str]) -> Iterator[Lack]:
    for name in printed:
        yield from _list_blank(record, name, letter.rules[name])
    marks = {law for name in printed for law in letter.rules[name].satisfies}
    for law in letter.wanted:
        if law not in marks:
            yield Lack(law, "", "blocks")
    if marks.isdisjoint(letter.one_of):
        yield Lack(" / ".join(letter.one_of), "", "blocks")
    for law in sorted(marks):
        for path in FAULTS[law](record):
            yield Lack(law, "", path)


def _list_blank(record: Record, name: str, rule: BlockRule) -> Iterator[Lack]:
    for path in rule.needs:
        may_wait = bool(record.get("draft")) and path in APPROVAL_PATHS
        if not may_wait and not is_filled(record, path):
            for law in rule.satisfies or ("",):
                yield Lack(law, name, path)


def is_filled(record: Record, path: str) -> bool:
    """Tell whether all values at a path are there; "name[]" steps into every element of a list."""
    values = list(_walk(record, path.split(".")))
    return bool(values) and all(_is_present(value) for value in values)


def _walk(value: Any, steps: Sequence[str]) -> Iterator[Any]:
    if not steps:
        yield value
        return
    step, rest = steps[0], steps[1:]
    child = value.get(step.removesuffix("[]")) if isinstance(value, Mapping) else None
    if not step.endswith("[]"):
        yield from _walk(child, rest)
        return
    for element in child or ():
        yield from _walk(element, rest)


def _is_present(value: Any) -> bool:
    """Blank texts, empty lists, nothing and false are absent; the number zero is a value."""
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, (list, tuple)):
        return bool(value) and all(_is_present(element) for element in value)
    return value is not None and value is not False


def _amount(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _find_nothing(_record: Record) -> Iterator[str]:
    """Of a provision that its block satisfies when the block's paths are filled."""
    return iter(())


def _find_unruled(record: Record) -> Iterator[str]:
    """Find a ruling that contradicts itself: two totals, a grant of nothing, a reduction that is none."""
    ruling = record["decision"]
    granted, accepted = _amount(ruling.get("support_total")), _amount(ruling.get("eligible_total"))
    applied = _amount(record["application"].get("support_total"))
    for part, whole, total in (
        ("support", "support_total", granted),
        ("accepted_costs", "eligible_total", accepted),
    ):
        amounts = [_amount(partner.get(part)) for partner in record["partners"]]
        known = [amount for amount in amounts if amount is not None]
        if total is not None and len(known) == len(amounts) and sum(known) != total:
            yield f"partners[].{part} ≠ decision.{whole}"
    if granted is None:
        return
    if record["template"] == "rectification_decision" and not ruling["changes"]:
        yield "decision.changes"
    if granted <= 0:
        yield "decision.support_total ≤ 0"
    if accepted is not None and granted > accepted:
        yield "decision.support_total > decision.eligible_total"
    if record["template"] == "grant_reduced" and applied is not None and granted >= applied:
        yield "decision.support_total ≥ application.support_total"


def _find_weak_reasons(record: Record) -> Iterator[str]:
    """Find reasons that do not carry the ruling, and texts in which a gap was left open."""
    for row in record.get("thresholds") or ():
        if Decimal(row["got"]) >= Decimal(row["required"]):
            yield "thresholds[].got ≥ thresholds[].required"
    place = record.get("ranking")
    if place and place["position"] > place["eligible_count"]:
        yield "ranking.position > ranking.eligible_count"
    arrived = record["application"].get("submitted_at")
    if record["template"] == "not_examined" and arrived and not _is_after(arrived, record):
        yield "application.submitted_at ≤ call.closes"
    for check in record.get("checks") or ():
        if check["facts"].strip() == check["label"].strip():
            yield "checks[].facts = checks[].label"
    yield from _find_gaps(record, ("decision.reasons", "decision.reductions", "decision.changes"))
    yield from _find_gaps(record, ("score.strengths", "score.weaknesses", "scores[].reason"))


def _is_after(arrived: str, record: Record) -> bool:
    return datetime.fromisoformat(arrived) > datetime.fromisoformat(record["call"]["closes"])


def _find_open_conditions(record: Record) -> Iterator[str]:
    yield from _find_gaps(record, ("decision.precedent_conditions",))


def _find_gaps(record: Record, paths: Sequence[str]) -> Iterator[str]:
    for path in paths:
        for value in _walk(record, path.split(".")):
            texts = [value] if isinstance(value, str) else value or ()
            if any(GAP in text for text in texts):
                yield f"{path} {GAP}"


def _find_wrong_plan(record: Record) -> Iterator[str]:
    """Find a financing plan or a budget whose lines do not make the sums of the ruling."""
    lines = record.get("financing") or ()
    sums = [Decimal(each["amount"]) for each in lines if each.get("is_total")]
    parts = sum((Decimal(x["amount"]) for x in lines if not x.get("is_total")), Decimal(0))
    if sums and sums[-1] != parts:
        yield "financing[].amount ≠ financing total"
    accepted = _amount(record["decision"].get("eligible_total"))
    if sums and accepted is not None and sums[-1] != accepted:
        yield "financing total ≠ decision.eligible_total"


def _find_wrong_budget(record: Record) -> Iterator[str]:
    budget = record.get("budget")
    if budget and any(
        len(amounts) != len(budget["categories"])
        for amounts in (budget["totals"], *(row["amounts"] for row in budget["rows"]))
    ):
        yield "budget.rows ≠ budget.categories"


def _find_wrong_period(record: Record) -> Iterator[str]:
    start, end = record["decision"].get("start"), record["decision"].get("end")
    if start and end and date.fromisoformat(start) >= date.fromisoformat(end):
        yield "decision.start ≥ decision.end"


FAULTS: Mapping[str, Callable[[Record], Iterator[str]]] = {
    "HL 28 §": _find_nothing,
    "HL 34 §": _find_nothing,
    "HL 44.1 § 1": _find_nothing,
    "HL 44.1 § 2": _find_nothing,
    "HL 44.1 § 3": _find_unruled,
    "HL 44.1 § 4": _find_nothing,
    "HL 45 § eligibility": _find_nothing,
    REASONS: _find_weak_reasons,
    "HL 45 § provisions": _find_nothing,
    "HL 46 §": _find_nothing,
    "HL 47 §": _find_nothing,
    "HL 49 §": _find_nothing,
    "HL 49 c §": _find_nothing,
    "HL 49 d §": _find_nothing,
    "HL 50–51 §": _find_nothing,
    "CPR 50": _find_nothing,
    "CPR 73(3) conditions": _find_open_conditions,
    "CPR 73(3) cost method": _find_wrong_budget,
    "CPR 73(3) financing plan": _find_wrong_plan,
    "CPR 73(3) payment": _find_nothing,
    "CPR 73(3) time limit": _find_wrong_period,
    "CPR 82": _find_nothing,
}
"""One check for each mark that a block can carry, beyond the paths that the block prints."""
