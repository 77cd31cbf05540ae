"""What a screening has found, in words: the kind, the evidence, and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.web.filters import day

KINDS: Mapping[str, Any] = {
    "tie": _l("Tie to a partner or a committed company"),
    "earlier_tie": _l("Tie that has ended"),
    "group": _l("Tie to the parent or a subsidiary of a party"),
    "sister": _l("Tie to a sister company of a party"),
    "own_application": _l("The person is one of the applicants"),
    "rival_application": _l("The person applies in the same call"),
    "same_region": _l("Same region as the lead partner"),
    "declared": _l("Declared by the person"),
    "declared_doubt": _l("The person is in doubt"),
    "joint_work": _l("Joint work with a person of the application"),
    "joint_work_by_name": _l("Joint work with somebody of a like name"),
    "similar_name": _l("A name like that of a person of the application"),
    "same_domain": _l("E-mail address of the same house"),
}

_TOLD = _l("Ties told by the evaluator or an officer")
_PEOPLE = _l("Accounts of the people of the application")
SOURCES: Mapping[str, Any] = {
    **dict.fromkeys(("tie", "earlier_tie", "group", "sister"), _TOLD),
    **dict.fromkeys(("joint_work", "joint_work_by_name"), _TOLD),
    **dict.fromkeys(
        ("own_application", "rival_application", "similar_name", "same_domain"), _PEOPLE
    ),
    "same_region": _l("Profile of the evaluator"),
    "declared": _l("Declaration of the evaluator"),
    "declared_doubt": _l("Declaration of the evaluator"),
}

TIES: Mapping[str, Any] = {
    "employment": _l("Employment or public office"),
    "commission": _l("Commission, such as an expert's task"),
    "board": _l("Board"),
    "management": _l("Management"),
    "ownership": _l("Ownership"),
    "supervision": _l("Body that steers or supervises"),
}


SEVERITIES: Mapping[str, Any] = {
    "forbid": _l("bars the pair"),
    "ask": _l("a question to the officer"),
    "warn": _l("a warning only"),
}


def describe_kind(finding: Mapping[str, Any]) -> str:
    """Return what was found."""
    return str(KINDS.get(finding["kind"], finding["kind"]))


def describe_source(finding: Mapping[str, Any]) -> str:
    """Return where a finding comes from."""
    return str(SOURCES.get(finding["kind"], ""))


def describe_sources(findings: Sequence[Mapping[str, Any]]) -> str:
    """Return where some findings come from, each source once."""
    return ", ".join(dict.fromkeys(describe_source(each) for each in findings))


def describe_evidence(finding: Mapping[str, Any]) -> str:
    """Return what a finding rests on."""
    return "; ".join(_parts(finding["evidence"]))


def _parts(evidence: Mapping[str, Any]) -> Iterator[str]:
    if "tie" in evidence:
        yield str(TIES.get(evidence["tie"], evidence["tie"]))
    if evidence.get("is_of_close_person"):
        yield _("somebody close to the person")
    way = [
        evidence.get("organisation", ""),
        *evidence.get("through", ()),
        evidence.get("party", ""),
    ]
    steps = [each for place, each in enumerate(way) if each and each not in way[:place]]
    if steps:
        yield " → ".join(steps)
    if evidence.get("matched_by") == "name":
        yield _("same by name only")
    if "person" in evidence:
        yield str(evidence["person"])
    if "detail" in evidence:
        yield str(evidence["detail"])
    if "until" in evidence:
        yield _("until %(day)s", day=day(date.fromisoformat(evidence["until"])))
