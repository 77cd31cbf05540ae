"""What an act changed, in words: the timeline of an application."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.queries.funder.detail import EventLine
from app.web.act_words import ACTS, DECISION_STATES, EVALUATION_STATES
from app.web.call_words import APPLICATION_STATES, ROLES
from app.web.filters import deadline, localized_text, money, points
from app.web.funder.words import DECISION_KINDS, grounds
from calls.definition import CallDefinition

Data = Mapping[str, Any]

_UUID_LENGTH = 36
_METHODS = {
    "median": _l("medians"),
    "mean": _l("means"),
    "trimmed": _l("trimmed means"),
    "agreed": _l("agreed scores"),
}
_STATES = {
    "application": APPLICATION_STATES,
    "evaluation": EVALUATION_STATES,
    "decision": DECISION_STATES,
}


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """An act on the timeline: when, in which role, what, and what it changed."""

    at: datetime
    role: str
    text: str
    note: str


@dataclass(frozen=True, slots=True)
class EventWriter:
    """Knows the questions of the call and the codes of the evaluators."""

    definition: CallDefinition
    evaluators: Mapping[str, str]
    """Codes of the evaluators by evaluation and by person, both as text."""

    def write_all(self, events: Sequence[EventLine]) -> list[ShownEvent]:
        """Return events in words."""
        return [self.write(each) for each in events]

    def write(self, event: EventLine) -> ShownEvent:
        """Return one event in words."""
        text = str(ACTS.get(event.action, event.action))
        evaluator = self.evaluators.get(event.subject_id, "")
        return ShownEvent(
            at=event.at,
            role=str(ROLES.get(event.role, event.role)),
            text=f"{text}: {evaluator}" if evaluator else text,
            note=" · ".join(part for part in self._parts(event) if part and part != evaluator),
        )

    def _parts(self, event: EventLine) -> list[str]:
        data = event.data
        parts = [_describe_move(event)]
        parts += [write(self, data[key]) for key, write in _WRITERS.items() if data.get(key)]
        if event.action == "application.check":
            parts.append(_("Met") if data.get("passed") else _("Not met"))
        if event.action.endswith(".set_support"):
            first, last = ("applied", "proposed") if "applied" in data else ("from", "to")
            parts.insert(0, f"{_euros(data[first])} → {_euros(data[last])}")
        return parts

    def questions(self, ids: Sequence[str]) -> str:
        """Return the questions that an act names."""
        found = ((name, self.definition.find_question(name)) for name in ids)
        return "; ".join(localized_text(q.label) if q else name for name, q in found)

    def evaluator(self, key: str) -> str:
        """Return the code of an evaluator."""
        return self.evaluators.get(str(key), "" if _is_identifier(key) else str(key))


def _is_identifier(key: str) -> bool:
    return len(str(key)) == _UUID_LENGTH


def _describe_move(event: EventLine) -> str:
    """Return the move from state to state, if the act was one."""
    states = _STATES.get(event.action.split(".", 1)[0], {})
    before, after = states.get(event.data.get("from")), states.get(event.data.get("to"))
    if before is None or after is None or before == after:
        return ""
    return f"{before[0]} → {after[0]}"


def _euros(value: Any) -> str:
    return money(Decimal(str(value)))


def _joined(_writer: EventWriter, values: Any) -> str:
    return ", ".join(str(each) for each in values)


_WRITERS: Mapping[str, Callable[[EventWriter, Any], str]] = {
    "version": lambda _w, number: _("version %(number)s", number=number),
    "check": lambda _w, check: str(check),
    "checks": _joined,
    "question": lambda w, name: w.questions([name]),
    "questions": lambda w, names: w.questions(names),
    "due_at": lambda _w, at: _("due %(time)s", time=deadline(datetime.fromisoformat(at))),
    "conditions": _joined,
    "evaluator": lambda w, key: w.evaluator(key),
    "ground": lambda _w, ground: localized_text(grounds().get(ground)) or str(ground),
    "method": lambda _w, method: str(_METHODS.get(method, method)),
    "total_hundredths": lambda _w, total: _(
        "total %(points)s", points=points(Fraction(total, 100))
    ),
    "failures": lambda _w, ids: _("below threshold: %(what)s", what=", ".join(ids)),
    "kind": lambda _w, kind: str(DECISION_KINDS.get(kind, kind)),
    "support": lambda _w, amount: _euros(amount),
    "partners": lambda _w, amounts: (
        ", ".join(f"{key} {_euros(amount)}" for key, amount in amounts.items())
        if isinstance(amounts, Mapping)
        else ""
    ),
    "partner": lambda _w, key: str(key),
    "reason": lambda _w, reason: str(reason),
    "reasons": lambda _w, reasons: " ".join(str(each) for each in reasons),
}
