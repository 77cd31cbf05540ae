"""Events in words: what was done, and what changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.queries.users import ListedEvent
from app.web.act_words import ACTS as ROUND_ACTS
from app.web.act_words import DECISION_KINDS, DECISION_STATES, EVALUATION_STATES
from app.web.call_words import APPLICATION_STATES, CALL_STATES, ROLES
from app.web.filters import deadline, money

ACTS = {
    **ROUND_ACTS,
    "call.import": _l("Definition imported"),
    "call.publish": _l("Call published"),
    "call.open": _l("Call opened"),
    "call.close": _l("Call closed"),
    "call.extend": _l("Deadline moved"),
    "call.cancel": _l("Call cancelled"),
    "call.start_evaluation": _l("Evaluation of the call began"),
    "call.finish": _l("Call decided"),
    "call.archive": _l("Call archived"),
    "call.propose_assignment": _l("Assignment proposed"),
    "call.cancel_assignment": _l("Run of the routing cancelled"),
    "call.propose_reroute": _l("Re-route proposed"),
    "call.import_pool": _l("Evaluator pool imported"),
    "call.update_profile": _l("Profile of an evaluator changed"),
    "evaluator.update_profile": _l("Evaluator changed the own profile"),
    "call.rank": _l("Ranking drawn"),
    "call.analyse": _l("Scores analysed"),
    "call.keep_scenario": _l("Scenario of the funding line kept"),
    "call.choose_scenario": _l("Scenario of the funding line chosen"),
    "call.select": _l("Selection made along the ranking"),
    "call_question.ask": _l("Question asked"),
    "call_question.answer": _l("Question answered"),
    "job.retry": _l("Job tried again"),
    "mail.retry": _l("Mail tried again"),
    "holding.add": _l("Group relation added"),
    "holding.remove": _l("Group relation removed"),
    "user.add_joint_work": _l("Joint work told"),
    "user.add_tie": _l("Tie to an organisation told"),
    "user.remove_tie": _l("Tie taken back"),
    "user.register": _l("Account registered"),
    "user.confirm": _l("Address confirmed"),
    "user.create": _l("Account made"),
    "user.deactivate": _l("Account closed"),
    "user.reactivate": _l("Account opened again"),
    "user.grant_role": _l("Role given"),
    "user.revoke_role": _l("Role taken away"),
    "user.change_password": _l("Password changed"),
    "user.reset_password": _l("Password chosen anew"),
}

SUBJECTS = {
    "application": _l("Application"),
    "call": _l("Call"),
    "call_question": _l("Question"),
    "evaluation": _l("Evaluation"),
    "decision": _l("Decision"),
    "job": _l("Job"),
    "mail": _l("Mail"),
    "user": _l("Account"),
}

LABELS = {
    "from": _l("before"),
    "to": _l("after"),
    "reason": _l("reason"),
    "reasons": _l("reasons"),
    "conditions": _l("conditions"),
    "check": _l("check"),
    "checks": _l("checks"),
    "passed": _l("passed"),
    "question": _l("question"),
    "questions": _l("questions"),
    "fields": _l("fields"),
    "partner": _l("partner"),
    "role": _l("role"),
    "body": _l("body"),
    "ground": _l("ground"),
    "kind": _l("kind"),
    "support": _l("support"),
    "applied": _l("applied for"),
    "proposed": _l("proposed"),
    "due_at": _l("due"),
    "version": _l("version"),
    "number": _l("running number"),
    "ranking": _l("ranking"),
    "pairs": _l("pairs"),
    "third": _l("third evaluator"),
    "task": _l("task"),
}
"""What is shown of an event's data. Seals, scores and names of evaluators are not."""

_STATES: Mapping[str, Mapping[str, Any]] = {
    kind: {key: text for key, (text, _tag) in states.items()}
    for kind, states in (
        ("application", APPLICATION_STATES),
        ("call", CALL_STATES),
        ("evaluation", EVALUATION_STATES),
        ("decision", DECISION_STATES),
    )
}
_NAMED: Mapping[str, Mapping[str, Any]] = {"role": ROLES, "kind": DECISION_KINDS}
_MONEY = frozenset({"support", "applied", "proposed"})


def name_act(event: ListedEvent) -> str:
    """Return what was done; the code of an act that has no words yet."""
    return str(ACTS.get(event.action, event.action))


def list_changes(event: ListedEvent) -> list[tuple[str, str]]:
    """Return what changed as pairs of name and value, the state first."""
    return [*_state_change(event), *_other_changes(event)]


def _state_change(event: ListedEvent) -> Iterator[tuple[str, str]]:
    words = _STATES.get(event.subject_type, {})
    before, after = event.data.get("from"), event.data.get("to")
    if isinstance(before, str) and isinstance(after, str) and {before, after} <= words.keys():
        yield _("state"), f"{words[before]} → {words[after]}"
    elif before is not None and after is not None:
        yield _("change"), f"{_show('from', before)} → {_show('to', after)}"


def _other_changes(event: ListedEvent) -> Iterator[tuple[str, str]]:
    for key, value in event.data.items():
        if key in LABELS and key not in {"from", "to"} and value not in (None, "", []):
            yield str(LABELS[key]), _show(key, value)


def _show(key: str, value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if key in _NAMED:
        return str(_NAMED[key].get(str(value), value))
    if key in _MONEY:
        return money(Decimal(str(value)))
    if key in {"from", "to", "due_at"}:
        with suppress(ValueError):
            return deadline(datetime.fromisoformat(str(value)))
    return str(value)
