"""The short notation of rubric rules in a call definition, read into values.

``C4 + C5 >= 5``, ``C4 + C5 > 5``, ``min(C1, C2) >= 1`` and ``count(C1, C2, C3 >= 3) >= 2`` are
combined thresholds; ``C4+C5``, ``lower support per committed company`` and
``lot drawn and recorded`` are tie-breaks. Anything else raises ``UnreadableRule``.
"""

from __future__ import annotations

import re
from decimal import Decimal

from scoring.rubric import CriterionSum, LotDrawn, LowerSupportPerCompany, TieBreak
from scoring.thresholds import CombinedThreshold, Comparison, GroupRule

LOWER_SUPPORT = "lower support per committed company"
LOT_DRAWN = "lot drawn and recorded"

_SUM = r"[A-Za-z]\w*(?:\s*\+\s*[A-Za-z]\w*)*"
_LIST = r"[A-Za-z]\w*(?:\s*,\s*[A-Za-z]\w*)*"
_NUMBER = r"\d+(?:\.\d+)?"
_COMBINED = re.compile(
    rf"\s*(?:(?P<sum>{_SUM})|min\((?P<min>{_LIST})\)"
    rf"|count\((?P<count>{_LIST})\s*>=\s*(?P<each>{_NUMBER})\s*\))"
    rf"\s*(?P<comparison>>=?)\s*(?P<minimum>{_NUMBER})\s*"
)
_TIE_BREAK = re.compile(rf"\s*{_SUM}\s*")


class UnreadableRule(ValueError):
    """The text is not in the notation of rubric rules."""

    def __init__(self, text: str) -> None:
        super().__init__(f"cannot read the rule {text!r}")
        self.text = text


def parse_combined(rule_id: str, text: str) -> CombinedThreshold:
    """Read a combined threshold such as ``C4 + C5 >= 5``."""
    match = _COMBINED.fullmatch(text)
    if match is None:
        raise UnreadableRule(text)
    rule = next(each for each in GroupRule if match[each.value])
    return CombinedThreshold(
        rule_id,
        _names(match[rule.value]),
        Decimal(match["minimum"]),
        Comparison(match["comparison"]),
        rule,
        Decimal(match["each"]) if match["each"] else None,
    )


def parse_tie_break(text: str) -> TieBreak:
    """Read one line of a tie-break order."""
    if text == LOWER_SUPPORT:
        return LowerSupportPerCompany()
    if text == LOT_DRAWN:
        return LotDrawn()
    if _TIE_BREAK.fullmatch(text) is None:
        raise UnreadableRule(text)
    return CriterionSum(_names(text))


def describe_tie_break(rule: TieBreak) -> str:
    """Return the notation of a tie-break; the inverse of ``parse_tie_break``."""
    match rule:
        case CriterionSum(criteria):
            return "+".join(criteria)
        case LowerSupportPerCompany():
            return LOWER_SUPPORT
        case LotDrawn():
            return LOT_DRAWN


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in re.split(r"[+,]", text))
