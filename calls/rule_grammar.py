"""The short written forms of rules in a definition, read into the objects of `calls.rules`.

The grammar is closed: a form is known or the definition is refused. Numbers may vary freely.
Every function returns plain data (a dict with its `kind`) and raises UnknownRule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from calls.register_set import Registers
from scoring.notation import UnreadableRule, parse_combined, parse_tie_break
from scoring.rubric import CriterionSum, LotDrawn, LowerSupportPerCompany, TieBreak
from scoring.thresholds import Comparison, GroupRule

Data = dict[str, Any]
_NUMBER = r"(\d+(?:\.\d+)?)"
_WORDS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), start=1
    )
}
_COUNT = r"(\d+|" + "|".join(_WORDS) + ")"


class UnknownRule(ValueError):
    """The text is none of the known forms; the message lists them."""

    def __init__(self, text: str, forms: Iterable[str]) -> None:
        self.text = text
        self.forms = tuple(forms)
        super().__init__(f"the rule {text!r} is not known; known forms: {' | '.join(self.forms)}")


def _count(word: str) -> int:
    return _WORDS[word] if word in _WORDS else int(word)


Form = tuple[str, re.Pattern[str], Callable[[re.Match[str], Registers], Data]]


def _form(example: str, pattern: str, build: Callable[[re.Match[str], Registers], Data]) -> Form:
    """Return a form; spaces in the pattern stand for optional white space."""
    return example, re.compile(pattern.replace(" ", r"\s*"), re.ASCII), build


def _codes(text: str) -> list[str]:
    return [code.strip() for code in text.split(",")]


def _percent(share: str) -> str:
    """Return the percentage of a share without changing its exactness: 0.40 is 40."""
    return format((Decimal(share) * 100).normalize(), "f")


_ROW_FORMS: tuple[Form, ...] = (
    _form(
        "sum(share_pct)==100",
        rf"sum\( (\w+) \) == {_NUMBER}",
        lambda found, _: {"kind": "sum_equals", "column": found[1], "total": found[2]},
    ),
    _form("exactly one lead", r"exactly\s+one\s+lead", lambda *_: {"kind": "exactly_one_lead"}),
    _form(
        "each partner confirms own part before submission",
        r"each\s+partner\s+confirms\s+own\s+part\s+before\s+submission",
        lambda *_: {"kind": "partners_confirm"},
    ),
    _form(
        "six rows",
        rf"{_COUNT}\s+rows",
        lambda found, _: {"kind": "exact_rows", "rows": _count(found[1])},
    ),
    _form(
        "justification >= 50 chars each",
        r"(\w+) >= (\d+)\s+chars\s+each",
        lambda found, _: {
            "kind": "minimum_chars",
            "column": found[1],
            "minimum": int(found[2]),
        },
    ),
    _form(
        "sum + new <= 300000 per single undertaking in any three years",
        rf"sum \+ new <= {_NUMBER}\s+per\s+single\s+undertaking\s+in\s+any\s+{_COUNT}\s+years",
        lambda found, _: {
            "kind": "de_minimis_ceiling",
            "ceiling_eur": found[1],
            "years": _count(found[2]),
        },
    ),
    _form(
        "sum(financing)==sum(costs) per partner",
        r"sum\( financing \) == sum\( costs \)\s+per\s+partner",
        lambda *_: {"kind": "financing_equals_costs"},
    ),
)

_ELIGIBILITY_FORMS: tuple[Form, ...] = (
    _form(
        "submitted_at <= closes",
        r"submitted_at <= closes",
        lambda *_: {"kind": "submitted_by_deadline"},
    ),
    _form(
        "lead.org_type in allowed",
        r"lead\.org_type\s+in\s+allowed",
        lambda _, registers: {
            "kind": "lead_type_in",
            "allowed": list(registers.list_tagged("org_types", "nonprofit")),
        },
    ),
    _form(
        "lead.org_type in {university, uas}",
        r"lead\.org_type\s+in \{ (\w+(?: , \w+)*) \}",
        lambda found, _: {"kind": "lead_type_in", "allowed": _codes(found[1])},
    ),
    _form(
        "len(partners)>=3",
        r"len\( partners \) >= (\d+)",
        lambda found, _: {"kind": "partners_at_least", "minimum": int(found[1])},
    ),
    _form(
        "len(partners)>=3 and any(research)",
        r"len\( partners \) >= (\d+)\s+and\s+any\( research \)",
        lambda found, registers: {
            "kind": "partners_at_least",
            "minimum": int(found[1]),
            "with_research": True,
            "research_types": list(registers.list_tagged("org_types", "research")),
        },
    ),
    _form(
        "len(set(partner.region))>=2",
        r"len\( set\( partner\.region \) \) >= (\d+)",
        lambda found, _: {"kind": "regions_at_least", "minimum": int(found[1])},
    ),
    _form(
        "len(set(partner.city))>=3",
        r"len\( set\( partner\.city \) \) >= (\d+)",
        lambda found, registers: {
            "kind": "cities_at_least",
            "minimum": int(found[1]),
            "cities": [
                {"code": city.code, "names": list(dict.fromkeys(city.name.values()))}
                for city in registers.innocities
            ],
        },
    ),
    _form(
        "companies>=5",
        r"companies >= (\d+)",
        lambda found, _: {"kind": "companies_at_least", "minimum": int(found[1])},
    ),
    _form(
        "ytunnus_valid(each)",
        r"ytunnus_valid\( each \)",
        lambda *_: {"kind": "valid_business_ids"},
    ),
    _form("limits", r"limits", lambda *_: {"kind": "within_limits"}),
    _form(
        "sum(costs)==sum(financing); other==0.40*staff",
        rf"sum\( costs \) == sum\( financing \) ; other == {_NUMBER} \* staff",
        lambda found, _: {"kind": "budget_balances", "flat_rate_pct": _percent(found[1])},
    ),
    _form("attachments", r"attachments", lambda *_: {"kind": "attachments_present"}),
    _form("pass/fail", r"pass/fail", lambda *_: {"kind": "officer_assessed"}),
    _form(
        "pass/fail on the DNSH table",
        r"pass/fail\s+on\s+the\s+DNSH\s+table",
        lambda *_: {"kind": "officer_assessed", "question": "dnsh"},
    ),
    _form(
        "pass/fail on need",
        r"pass/fail\s+on\s+(\w+)",
        lambda found, _: {"kind": "officer_assessed", "question": found[1]},
    ),
)

_CONSEQUENCES = {
    "reject: not examined": "not_examined",
    "not_examined": "not_examined",
    "ineligible": "ineligible",
    "blocks submission": "blocks_submission",
    "blocks_submission": "blocks_submission",
    "completion request": "completion_request",
    "completion_request": "completion_request",
    "completion request, then ineligible": "completion_then_ineligible",
    "completion_then_ineligible": "completion_then_ineligible",
}

_TOTAL = "sum over criteria of weight_points * score / scale_max"
_PANEL = "consensus score …; if none, the median …"


def _read(text: str, forms: Iterable[Form], registers: Registers) -> Data:
    for _, pattern, build in forms:
        found = pattern.fullmatch(text.strip())
        if found is not None:
            return build(found, registers)
    raise UnknownRule(text, (example for example, _, _ in forms))


def read_row_rules(text: str, registers: Registers) -> list[Data]:
    """Read one or more rules about rows, separated by `;` or a comma."""
    return [_read(part, _ROW_FORMS, registers) for part in re.split(r"[;,]", text)]


def read_eligibility_rule(text: str, registers: Registers) -> Data:
    """Read the rule of an eligibility check.

    `allowed` stands for every non-profit organisation type of the register, and
    `partner.city` for the cities of the Innokaupungit register; both are written out, so that the
    stored definition does not change when a register does.
    """
    return _read(text, _ELIGIBILITY_FORMS, registers)


def read_consequence(text: str) -> str:
    """Read what happens when a check fails."""
    consequence = _CONSEQUENCES.get(text.strip())
    if consequence is None:
        raise UnknownRule(text, _CONSEQUENCES)
    return consequence


def read_combined(text: str) -> Data:
    """Read a combined threshold such as `C4 + C5 >= 5`: its criteria and minimum."""
    try:
        rule = parse_combined("", text)
    except UnreadableRule as unreadable:
        forms = ("C4 + C5 >= 5", "C4 + C5 > 5", "min(C1, C2) >= 1", "count(C1, C2 >= 3) >= 1")
        raise UnknownRule(text, forms) from unreadable
    read: Data = {"criteria": list(rule.criteria), "minimum": str(rule.minimum)}
    if rule.comparison is not Comparison.AT_LEAST:
        read["comparison"] = rule.comparison.value
    if rule.rule is not GroupRule.SUM:
        read["takes"] = rule.rule.value
    if rule.each is not None:
        read["each"] = str(rule.each)
    return read


def read_tie_break(text: str) -> Data:
    """Read one step of the tie-break order."""
    try:
        return _tie_break(parse_tie_break(text))
    except UnreadableRule as unreadable:
        forms = ("C2", "C4+C5", "lower support per committed company", "lot drawn and recorded")
        raise UnknownRule(text, forms) from unreadable


def _tie_break(rule: TieBreak) -> Data:
    match rule:
        case CriterionSum(criteria):
            return {"kind": "criteria", "criteria": list(criteria)}
        case LowerSupportPerCompany():
            return {"kind": "support_per_company"}
        case LotDrawn():
            return {"kind": "lot"}


def read_total(text: str) -> str:
    """Read how the total is computed; what follows a semicolon explains it."""
    if text.partition(";")[0].strip() == _TOTAL or text == "weighted_share_of_maximum":
        return "weighted_share_of_maximum"
    raise UnknownRule(text, (_TOTAL, "weighted_share_of_maximum"))


def read_panel_rule(text: str) -> str:
    """Read how the scores of several evaluators become one."""
    if text in _PANEL_RULES.values():
        return text
    found = re.match(r"consensus score\b.*;\s*if none, (?:the )?([a-z ]+)", text, re.DOTALL)
    rule = found and next(
        (r for word, r in _PANEL_RULES.items() if found[1].startswith(word)), None
    )
    if rule:
        return rule
    raise UnknownRule(text, (_PANEL, *_PANEL_RULES.values()))


_PANEL_RULES = {
    "median": "consensus_else_median",
    "mean": "consensus_else_mean",
    "trimmed mean": "consensus_else_trimmed_mean",
    "no score": "consensus_only",
}
"""What counts without a consensus, as people write it, and its name."""
