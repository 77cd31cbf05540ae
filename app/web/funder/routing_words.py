"""Words of the routing: objectives, rules, costs and shortages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from app.web.filters import points
from scoring.routing.explanation import WhatIf
from scoring.routing.lots import CapTooLow
from scoring.routing.problem import LockNotAllowed
from scoring.routing.ruled import RulesNotKept
from scoring.routing.shortage import NoFeasibleAssignment, Shortage, ShortageKind

OBJECTIVES = {
    "total": _l("greatest total affinity"),
    "max_min": _l("best for the application that is served worst"),
    "leximin": _l("as few weak pairs as possible"),
    "balanced": _l("as few weak pairs as possible, then even loads"),
    "fewest_changes": _l("fewest changes"),
}
RUN_KINDS = {"proposal": _l("Proposal"), "reroute": _l("Re-route")}
WISHES = {"lock": _l("locked"), "forbid": _l("forbidden")}
BIDS = {
    "want": _l("would like to evaluate"),
    "can": _l("can evaluate"),
    "rather_not": _l("would rather not evaluate"),
    "conflict": _l("has a conflict of interest"),
}
MARKS = {
    "lock": _l("locked"),
    "forbid": _l("forbidden"),
    "conflict": _l("conflict of interest"),
}
RULE_KINDS = {
    "strength": _l("At least %(count)s strong in %(group)s"),
    "language": _l("The language of the application is read"),
    "organisation": _l("At most %(count)s from one organisation"),
    "region": _l("At most %(count)s from one region"),
    "seniority": _l("At least %(count)s with long experience"),
}
GROUPS = {
    "green": _l("the green transition"),
    "digital": _l("the digital transition"),
}
DECIMALS = 3


def affinity(value: Fraction | str | None) -> str:
    """Return an affinity, also one that is kept as the text of a fraction."""
    return points(None if value is None else Fraction(value), DECIMALS)


def percent(share: Fraction | str) -> str:
    """Return a probability as a percentage."""
    return f"{points(Fraction(share) * 100, 1)}\N{NO-BREAK SPACE}%"


def describe_rule(rule: Mapping[str, Any]) -> str:
    """Return a rule of the call in words, with its price if it has one."""
    group = str(rule.get("group") or "")
    text = str(RULE_KINDS[rule["kind"]])
    words = {"count": rule.get("count") or 1, "group": str(GROUPS.get(group, group))}
    text = text % words
    price = rule.get("price")
    return f"{text} ({_('each miss costs %(price)s', price=affinity(price))})" if price else text


def describe_breach(breach: Sequence[Any], names: Mapping[str, str]) -> str:
    """Return where a priced rule is missed."""
    rule, application, _group, places = breach
    kind, _colon, group = str(rule).partition(":")
    text = describe_rule({"kind": kind, "group": group})
    return f"{names.get(application, application)}: {text} ({places})"


def describe_cost(answer: WhatIf | None) -> str:
    """Return what a change costs, exactly."""
    if answer is None:
        return _("No assignment is possible with this change.")
    if answer.loss > 0:
        return _("The total affinity falls by %(loss)s.", loss=affinity(answer.loss))
    if answer.loss < 0:
        return _(
            "The total affinity rises by %(gain)s, but the weakest pairs become weaker or more.",
            gain=affinity(-answer.loss),
        )
    return _("The total affinity stays the same.")


def explain_failure(error: Exception, names: Mapping[str, str], codes: Mapping[str, str]) -> str:
    """Return why a run found no assignment: what is missing, and how to mend it."""
    if isinstance(error, NoFeasibleAssignment):
        return explain_shortage(error, names, codes)
    if isinstance(error, RulesNotKept):
        told = [
            describe_breach((each.rule, each.proposal, each.group, each.places), names)
            for each in error.breaches
        ]
        return _(
            "The rules of the call cannot all be kept: %(rules)s. Add evaluators who fit, or allow"
            " the pair by changing a lock.",
            rules="; ".join(told),
        )
    if isinstance(error, LockNotAllowed):
        return _("A choice made by hand is not possible. Remove it and propose again.")
    if isinstance(error, CapTooLow):
        return _(
            "The draw cannot fill every place: no pair may be more probable than the call declares,"
            " and too few evaluators are possible. Add evaluators to the pool."
        )
    raise error


def explain_shortage(
    problem: NoFeasibleAssignment, names: Mapping[str, str], codes: Mapping[str, str]
) -> str:
    """Say which applications lack evaluators or which evaluators lack work, why, and how to mend it."""
    shortage = problem.shortage
    if shortage.kind is ShortageKind.PROPOSALS:
        return _explain_minimum(shortage, names, codes)
    missing = ", ".join(f"{names.get(key, key)} ({n})" for key, n in problem.missing.items())
    competing = ", ".join(names.get(key, key) for key in shortage.proposals)
    return _(
        "The pool is too small: %(places)s places stay empty, in %(missing)s. %(competing)s"
        " compete for %(evaluators)s evaluators who can take %(capacity)s in all. Add evaluators"
        " with the right language and no conflict, or raise their numbers.",
        places=problem.places,
        missing=missing,
        competing=competing,
        evaluators=len(shortage.evaluators),
        capacity=shortage.available,
    )


def _explain_minimum(shortage: Shortage, names: Mapping[str, str], codes: Mapping[str, str]) -> str:
    people = ", ".join(codes.get(key, key) for key in shortage.evaluators)
    given = ", ".join(names.get(key, key) for key in shortage.proposals) or "–"
    lead = ngettext(
        "The least load of the call cannot be kept: %(num)s application is missing.",
        "The least load of the call cannot be kept: %(num)s applications are missing.",
        shortage.lacking,
    )
    rest = _(
        "%(people)s must get %(needed)s in all, and these applications can give them"
        " %(available)s: %(given)s. Lower the least load, or take people out of the pool.",
        people=people,
        needed=shortage.needed,
        available=shortage.available,
        given=given,
    )
    return f"{lead} {rest}"
