"""Words of decision support: statistics, doubt, rules of the funding line and certificates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.web.filters import decimal, localized_text, money, percent, points

Names = Mapping[str, tuple[str, str, str]]
"""Record number, acronym and lead partner by the key of an application."""
LEVELS = {
    "poor": (_l("weak"), "bad"),
    "moderate": (_l("moderate"), "warn"),
    "good": (_l("good"), "done"),
    "excellent": (_l("excellent"), "done"),
}
PATTERNS = {
    "agree": _l("The evaluators agree on the level and on the order."),
    "levels_differ": _l(
        "The evaluators agree on the order and not on the level: some are strict. Talk about the anchors."
    ),
    "disagree": _l("The evaluators do not even agree on the order. Read the disagreements below."),
    "unknown": _l("There are too few score sheets to say anything."),
}
STATISTICS = {
    "icc2_single": _l("ICC(2,1), absolute agreement"),
    "icc3_single": _l("ICC(3,1), consistency"),
    "alpha_interval": _l("Krippendorff's α, interval"),
    "kendall_w": _l("Kendall's W"),
}
TENDENCIES = {
    "lenient": (_l("lenient"), "info"),
    "severe": (_l("strict"), "warn"),
    "unclear": (_l("not known"), "neutral"),
}
GROUPS = {
    "accepted": (_l("above the line"), "done"),
    "random_selection": (_l("not told apart at the line"), "warn"),
    "rejected": (_l("below the line"), "neutral"),
}
RULES = {
    "stop_at_first_misfit": _l("Stop at the first application that does not fit"),
    "skip_and_continue": _l("Pass over what does not fit and go on"),
    "lexicographic_constrained": _l(
        "Along the ranking, fund each one if the rest can still keep every limit"
    ),
    "max_euro_weighted_merit": _l("Greatest sum of points times euros within every limit"),
}
REASONS = {
    "budget": _l("The money does not suffice."),
    "region_cap": _l("The ceiling of the region is reached."),
    "objective_cap": _l("The ceiling of the specific objective is reached."),
    "climate_floor": _l("The climate floor could not be met."),
    "digital_floor": _l("The digital floor could not be met."),
    "combination": _l("Several limits together stand in the way."),
    "merit": _l("Other awards have more points times euros."),
    "threshold": _l("The points are below the threshold."),
    "veto": _l("A veto is on record."),
}
FLOORS = {"climate": _l("climate"), "digital": _l("digital")}
ENTRIES = {
    "alpha": _l("Krippendorff's α"),
    "icc2": _l("ICC(2,1)"),
    "icc3": _l("ICC(3,1)"),
    "w": _l("Kendall's W"),
    "kappa": _l("weighted κ"),
}


def figure(value: float | None, decimals: int = 2) -> str:
    """Return a calculated figure as the language of the page writes it."""
    return decimal(None if value is None else Decimal(str(value)), decimals)


def euros(amount: str) -> str:
    """Return an amount that a record keeps as text."""
    return money(Decimal(amount))


def share(value: float | str | None) -> str:
    """Return a share of one as per cents."""
    return percent(None if value is None else Decimal(str(value)) * 100)


def chance(value: float | None) -> str:
    """Return a probability as whole per cents, never as nothing or everything unless it is."""
    if value is None:
        return percent(None)
    if 0 < value < 0.01:  # noqa: PLR2004 - below one per cent
        return _("under %(percent)s", percent=percent(Decimal(1)))
    if 0.99 < value < 1:  # noqa: PLR2004 - above ninety-nine per cent
        return _("over %(percent)s", percent=percent(Decimal(99)))
    return percent(Decimal(str(value)) * 100, 0)


def interval(lower: float | None, upper: float | None, decimals: int = 2) -> str:
    """Return an interval, or nothing where it is not known."""
    if lower is None or upper is None:
        return "–"
    return f"{figure(lower, decimals)} … {figure(upper, decimals)}"


def name_limit(key: str, regions: Mapping[str, Any]) -> str:
    """Return a limit in words: the budget, or the ceiling of a region or an objective."""
    dimension, _colon, name = key.partition(":")
    if dimension == "region":
        return _("the ceiling of %(name)s", name=localized_text(regions.get(name)) or name)
    if dimension == "objective":
        return _("the ceiling of objective %(name)s", name=name)
    return _("the budget")


def describe_option(option: Mapping[str, Any], names: Names, regions: Mapping[str, Any]) -> str:
    """Return one smallest relaxation, and who would lose by it."""
    changes = [
        _("%(limit)s + %(amount)s", limit=name_limit(key, regions), amount=money(Decimal(amount)))
        for key, amount in option["limits"].items()
    ]
    changes += [
        _(
            "%(floor)s floor − %(points)s percentage points",
            floor=FLOORS[key],
            points=points(Decimal(str(less)) * 100),
        )
        for key, less in option["floors"].items()
    ]
    losers = join_names(option["displaced"], names)
    text = ", ".join(changes)
    if losers:
        return _("%(changes)s; then without an award: %(names)s", changes=text, names=losers)
    return _("%(changes)s; nobody would lose an award", changes=text)


def describe_terms(terms: Mapping[str, Any], regions: Mapping[str, Any]) -> list[str]:
    """Return the terms of a funding line, a line each."""
    lines = [_("Budget: %(amount)s", amount=money(Decimal(terms["budget"])))]
    lines.append(_("Rule: %(rule)s", rule=RULES[terms["rule"]]))
    for cap in terms["caps"]:
        key = f"region:{cap['region']}" if "region" in cap else f"objective:{cap['objective']}"
        limit = name_limit(key, regions)
        lines.append(
            _(
                "At most %(amount)s: %(limit)s",
                amount=money(Decimal(cap["amount"])),
                limit=limit,
            )
        )
    lines += [
        _("%(floor)s floor: %(share)s of the awards", floor=FLOORS[key], share=share(value))
        for key, value in terms["floors"].items()
    ]
    return lines


def short_name(key: str, names: Names) -> str:
    """Return record number and acronym of an application."""
    return " ".join(names[key][:2]) if key in names else key


def join_names(keys: Sequence[str], names: Names) -> str:
    """Return several applications in one line."""
    return ", ".join(short_name(key, names) for key in keys)


def describe_certificate(
    certificate: Mapping[str, Any], names: Names, regions: Mapping[str, Any]
) -> list[str]:
    """Return why an application was passed over, and each smallest change that would fund it."""
    lines = [str(REASONS[certificate["reason"]])]
    lines += [
        _(
            "It would get an award with: %(option)s.",
            option=describe_option(option, names, regions),
        )
        for option in certificate["relaxations"]
    ]
    if certificate["merit_lost"] is not None and certificate["displaced"]:
        losers = join_names(certificate["displaced"], names)
        lines.append(_("With an award to it these would lose theirs: %(names)s.", names=losers))
    return lines
