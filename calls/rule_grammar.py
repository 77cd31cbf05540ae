"""The short written forms of rules: a closed grammar, parsed into the structured rules.

Numbers may differ from call to call; anything else that is not one of the forms is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Rule = dict[str, Any]
Build = Callable[[re.Match[str]], list[Rule]]

NON_PROFIT = "nonprofit"
RESEARCH = "research"


class UnknownRule(ValueError):
    """The text is none of the known forms."""

    def __init__(self, text: str, known: tuple[str, ...]) -> None:
        self.text = text
        super().__init__(f"the rule {text!r} is not known; known forms: {'; '.join(known)}")


def parse_row_rules(text: str, columns: tuple[str, ...]) -> list[Rule]:
    """Return the structured rules of one written row rule; raises UnknownRule."""
    rules: list[Rule] = []
    for part in re.split(r"[;,]\s*", text.strip()):
        rules += _first_match(part, _row_forms(columns), _ROW_EXAMPLES)
    return rules


def _row_forms(columns: tuple[str, ...]) -> Mapping[str, Build]:
    text_column = "justification" if "justification" in columns else (columns[-1] if columns else "")
    return {
        r"sum\((\w+)\)\s*==\s*(\d+(?:\.\d+)?)": lambda m: [
            {"kind": "sum_equals", "column": m[1], "total": m[2]}
        ],
        r"exactly one lead": lambda m: [{"kind": "exactly_one_lead"}],
        r"each partner confirms own part before submission": lambda m: [{"kind": "partners_confirm"}],
        r"(one|two|three|four|five|six|\d+) rows": lambda m: [
            {"kind": "exact_rows", "rows": _NUMBERS.get(m[1]) or int(m[1])}
        ],
        r"(\w+)\s*>=\s*(\d+) chars(?: each)?": lambda m: [
            {"kind": "minimum_chars", "column": m[1] if m[1] in columns else text_column,
             "minimum": int(m[2])}
        ],
        r"sum \+ new\s*<=\s*(\d+) per single undertaking in any (\w+) years": lambda m: [
            {"kind": "de_minimis_ceiling", "ceiling_eur": m[1], "years": _NUMBERS.get(m[2]) or int(m[2])}
        ],
        r"sum\(financing\)\s*==\s*sum\(costs\) per partner": lambda m: [
            {"kind": "financing_equals_costs"}
        ],
    }


_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_ROW_EXAMPLES = (
    "sum(share_pct)==100",
    "exactly one lead",
    "each partner confirms own part before submission",
    "six rows",
    "justification >= 50 chars each",
    "sum + new <= 300000 per single undertaking in any three years",
    "sum(financing)==sum(costs) per partner",
)


def parse_eligibility_rule(text: str, tagged: Callable[[str], tuple[str, ...]]) -> Rule:
    """Return the structured form of a written eligibility rule.

    ``tagged(tag)`` gives the organisation types that carry a tag such as ``research``. Raises UnknownRule.
    """
    forms: Mapping[str, Build] = {
        r"submitted_at\s*<=\s*closes": lambda m: [{"kind": "submitted_by_deadline"}],
        r"lead\.org_type in allowed": lambda m: [
            {"kind": "lead_type_in", "allowed": list(tagged(NON_PROFIT))}
        ],
        r"len\(partners\)\s*>=\s*(\d+)(\s+and\s+any\(research\))?": lambda m: [
            {
                "kind": "partners_at_least",
                "minimum": int(m[1]),
                "with_research": bool(m[2]),
                "research_types": list(tagged(RESEARCH)) if m[2] else [],
            }
        ],
        r"len\(set\(partner\.region\)\)\s*>=\s*(\d+)": lambda m: [
            {"kind": "regions_at_least", "minimum": int(m[1])}
        ],
        r"len\(set\(partner\.city\)\)\s*>=\s*(\d+)": lambda m: [
            {"kind": "cities_at_least", "minimum": int(m[1])}
        ],
        r"companies\s*>=\s*(\d+)": lambda m: [{"kind": "companies_at_least", "minimum": int(m[1])}],
        r"ytunnus_valid\(each\)": lambda m: [{"kind": "valid_business_ids"}],
        r"limits": lambda m: [{"kind": "within_limits"}],
        r"sum\(costs\)\s*==\s*sum\(financing\);\s*other\s*==\s*(\d?\.\d+)\s*\*\s*staff": lambda m: [
            {"kind": "budget_balances", "flat_rate_pct": _percent(m[1])}
        ],
        r"attachments": lambda m: [{"kind": "attachments_present"}],
        r"pass/fail(?: on the (\w+) table)?": lambda m: [
            {"kind": "officer_assessed", **({"question": m[1].lower()} if m[1] else {})}
        ],
    }
    return _first_match(text, forms, _ELIGIBILITY_EXAMPLES)[0]


def _percent(share: str) -> str:
    whole, _point, decimals = share.partition(".")
    digits = (decimals + "00")[:2]
    rest = decimals[2:].rstrip("0")
    number = str(int((whole or "0") + digits))
    return f"{number}.{rest}" if rest else number


_ELIGIBILITY_EXAMPLES = (
    "submitted_at <= closes",
    "lead.org_type in allowed",
    "len(partners)>=3 and any(research)",
    "len(set(partner.region))>=2",
    "len(set(partner.city))>=3",
    "companies>=5",
    "ytunnus_valid(each)",
    "limits",
    "sum(costs)==sum(financing); other==0.40*staff",
    "attachments",
    "pass/fail",
)


def parse_combined(text: str) -> tuple[list[str], str]:
    """Return criteria and minimum of a combined threshold such as ``C4 + C5 >= 5``; raises UnknownRule."""
    match = re.fullmatch(r"\s*(\w+(?:\s*\+\s*\w+)*)\s*>=\s*(\d+(?:\.\d+)?)\s*", text)
    if match is None:
        raise UnknownRule(text, ("C4 + C5 >= 5",))
    return [name.strip() for name in match[1].split("+")], match[2]


def parse_tie_break(text: str) -> Rule:
    """Return the structured form of one tie-break step; raises UnknownRule."""
    forms: Mapping[str, Build] = {
        r"lower support per committed company": lambda m: [{"kind": "support_per_company"}],
        r"lot(?: drawn and recorded)?": lambda m: [{"kind": "lot"}],
        r"([A-Z]\w*(?:\s*\+\s*[A-Z]\w*)*)": lambda m: [
            {"kind": "criteria", "criteria": [name.strip() for name in m[1].split("+")]}
        ],
    }
    examples = ("C2", "C4+C5", "lower support per committed company", "lot drawn and recorded")
    return _first_match(text, forms, examples)[0]


def parse_consequence(text: str) -> str:
    """Return the code of a written consequence; raises UnknownRule."""
    if text in _CONSEQUENCES.values():
        return text
    try:
        return _CONSEQUENCES[text.strip()]
    except KeyError:
        raise UnknownRule(text, tuple(_CONSEQUENCES)) from None


_CONSEQUENCES = {
    "reject: not examined": "not_examined",
    "ineligible": "ineligible",
    "blocks submission": "blocks_submission",
    "completion request": "completion_request",
    "completion request, then ineligible": "completion_then_ineligible",
}


def _first_match(text: str, forms: Mapping[str, Build], examples: tuple[str, ...]) -> list[Rule]:
    for pattern, build in forms.items():
        match = re.fullmatch(pattern, text.strip())
        if match is not None:
            return build(match)
    raise UnknownRule(text, examples)
