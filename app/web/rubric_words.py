"""Words for the rules of a rubric: thresholds, rules about several criteria, what is final."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.web.filters import points
from calls.rubric import CombinedThreshold, Veto
from scoring.aggregate import ThresholdFailure, ThresholdKind
from scoring.thresholds import Comparison


def describe_threshold_failure(failure: ThresholdFailure, name_of: dict[str, str]) -> str:
    """Return a missed threshold in words, with what was needed and what there is."""
    named = ", ".join(name_of.get(each, each) for each in failure.criteria)
    needed, got = points(failure.required), points(failure.obtained)
    if failure.comparison is Comparison.ABOVE:
        needed = _("more than %(points)s", points=needed)
    match failure.kind:
        case ThresholdKind.TOTAL:
            return _("The total is %(got)s; needed: %(needed)s.", got=got, needed=needed)
        case ThresholdKind.VETO:
            return _("%(criteria)s: a score of %(got)s bars it.", criteria=named, got=got)
        case _:
            return _(
                "%(criteria)s: %(got)s; needed: %(needed)s.",
                criteria=named,
                got=got,
                needed=needed,
            )


PANEL_RULES = {
    "consensus_else_median": _l(
        "The presenting officer writes the consensus; where none is found, the median counts."
    ),
    "consensus_else_mean": _l(
        "The presenting officer writes the consensus; where none is found, the mean counts."
    ),
    "consensus_else_trimmed_mean": _l(
        "The presenting officer writes the consensus; where none is found, the mean without the"
        " highest and the lowest score counts."
    ),
    "consensus_only": _l("Only scores on which the panel agrees are final."),
}
"""What is final where the evaluators have not agreed."""


def describe_combined(rule: CombinedThreshold, name_of: dict[str, str]) -> str:
    """Return a rule about several criteria in words."""
    names = ", ".join(name_of.get(each, each) for each in rule.criteria)
    needed = points(rule.minimum)
    if rule.comparison == ">":
        needed = _("more than %(points)s", points=needed)
    elif rule.takes == "sum":
        return _(
            "Together at least %(points)s points in: %(criteria)s.", points=needed, criteria=names
        )
    match rule.takes:
        case "min":
            return _(
                "In each of these %(needed)s points: %(criteria)s.", needed=needed, criteria=names
            )
        case "count":
            return _(
                "%(each)s points or more in %(needed)s of these: %(criteria)s.",
                each=points(rule.each),
                needed=needed,
                criteria=names,
            )
        case _:
            return _("Together %(needed)s points in: %(criteria)s.", needed=needed, criteria=names)


def describe_veto(veto: Veto, name_of: dict[str, str]) -> str:
    """Return a veto in words."""
    name = name_of.get(veto.criterion, veto.criterion)
    return _(
        "%(criterion)s: a score of %(points)s or less bars the application.",
        criterion=name,
        points=points(veto.at_most),
    )
