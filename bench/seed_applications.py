"""Rows of seeded applications: owner, partners, answers, files, the frozen version and the checks."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from app.domain.actors import Role
from app.domain.lifecycle import ApplicationState
from app.domain.records import format_record_number, record_order, sha256_text
from app.domain.times import to_local
from app.models import (
    Answer,
    Application,
    ApplicationMember,
    ApplicationVersion,
    Attachment,
    Call,
    Counter,
    EligibilityResult,
    Partner,
    User,
)
from app.services.application.submission import RECORD_PREFIX
from app.services.call.calls import get_definition
from app.services.record.events import Subject
from bench.prototypes import Prototype
from bench.record import Record
from calls.definition import CallDefinition

if TYPE_CHECKING:
    from bench.seed import Rows


@dataclass(slots=True)
class Made:
    """A seeded application: its row, still to be completed by its evaluation, and its owner's address."""

    row: dict[str, Any]
    owner: str
    is_evaluated: bool = False

    @property
    def id(self) -> uuid.UUID:
        """Return the identifier."""
        key: uuid.UUID = self.row["id"]
        return key


@dataclass(slots=True)
class ApplicationMaker:
    """Makes applications from prototypes; each has an owner and an acronym of its own."""

    rows: Rows
    record: Record
    password_hash: str
    texts: bool = True
    unsettled_every: int = 10
    numbers: dict[int, int] = field(default_factory=dict)
    """The last record number given out in a year."""

    def submit(
        self, call: Call, prototype: Prototype, number: int, *, is_selected: bool = False
    ) -> Made:
        """Make an application that was submitted in the last days of its call and admitted."""
        at = call.closes_at - timedelta(minutes=5 * number % 7_000 + 1)
        made = self.draft(call, prototype, number, at - timedelta(days=3))
        year = to_local(at).year
        self.numbers[year] = self.numbers.get(year, 0) + 1
        is_open = bool(self.unsettled_every) and number % self.unsettled_every == 0
        is_settled = is_selected or not is_open
        made.is_evaluated = is_settled
        if is_selected:
            state = ApplicationState.SELECTED
        else:
            state = ApplicationState.EVALUATED if is_settled else ApplicationState.IN_EVALUATION
        made.row |= {
            "state": state,
            "submitted_at": at,
            "record_number": format_record_number(RECORD_PREFIX, self.numbers[year], year),
            "record_order": record_order(self.numbers[year], year),
            "support_applied": prototype.support,
            "total_cost": prototype.total_cost,
        }
        self._freeze(made, prototype, at)
        return made

    def draft(
        self, call: Call, prototype: Prototype, number: int, at: datetime | None = None
    ) -> Made:
        """Make a draft that is ready to be submitted."""
        at = at or call.opens_at + timedelta(hours=1)
        made = Made(
            self._describe(call, prototype, number, at), f"hakija-{number}@innoverkko.example"
        )
        owner, key = made.row["created_by"], made.id
        self.rows.add(User, [self._owner(made, at)])
        self.rows.add(Application, [made.row])
        self.rows.add(
            ApplicationMember,
            [{"application_id": key, "user_id": owner, "partner_key": "", "added_at": at}],
        )
        self.rows.add(Partner, self._partners(made, prototype, at))
        if self.texts:
            self.rows.add(Answer, self._answers(made, prototype, at))
            self.rows.add(Attachment, self._files(made, prototype, at))
        self._note(made, "application.start", at, {})
        return made

    def _describe(
        self, call: Call, prototype: Prototype, number: int, at: datetime
    ) -> dict[str, Any]:
        return {
            "id": uuid.UUID(int=(number << 64) | call.id.int & 0xFFFFFFFFFFFFFFFF),
            "call_id": call.id,
            "call_version_id": call.version_id,
            "state": ApplicationState.DRAFT,
            "record_number": None,
            "record_order": None,
            "language": prototype.language,
            "acronym": f"{prototype.acronym}-{number}",
            "title": dict(prototype.title),
            "lead_name": prototype.partners[0]["name"],
            "lead_region": prototype.partners[0]["region"],
            "theme": prototype.theme,
            "support_applied": None,
            "total_cost": None,
            "created_by": uuid.uuid4(),
            "created_at": at,
            "changed_at": at,
            "submitted_at": None,
            "final_hundredths": None,
            "sheets_assigned": 0,
            "sheets_submitted": 0,
            "sheets_mean": 0,
            "sheets_spread": 0,
            "disagreements": 0,
            "row_version": 1,
        }

    def _owner(self, made: Made, at: datetime) -> dict[str, Any]:
        return {
            "id": made.row["created_by"],
            "email": made.owner,
            "display_name": f"Hakija {made.row['acronym']}",
            "password_hash": self.password_hash,
            "language": made.row["language"],
            "created_at": at,
        }

    def _partners(self, made: Made, prototype: Prototype, at: datetime) -> list[dict[str, Any]]:
        return [
            {
                **{name: value or "" for name, value in partner.items() if name != "confirmed"},
                "application_id": made.id,
                "position": position,
                "confirmed_at": at,
                "confirmed_by": made.row["created_by"],
            }
            for position, partner in enumerate(prototype.partners, start=1)
        ]

    def _answers(self, made: Made, prototype: Prototype, at: datetime) -> list[dict[str, Any]]:
        own = {("acronym", ""): made.row["acronym"]}
        return [
            {
                "application_id": made.id,
                "question_id": question,
                "partner_key": key,
                "value": own.get((question, key), value),
                "version": 1,
                "changed_at": at,
                "changed_by": made.row["created_by"],
            }
            for (question, key), value in prototype.answers.items()
        ]

    def _files(self, made: Made, prototype: Prototype, at: datetime) -> list[dict[str, Any]]:
        return [
            {
                "application_id": made.id,
                "question_id": file["question"],
                "partner_key": file["partner"],
                "filename": file["filename"],
                "media_type": file["media_type"],
                "size": file["size"],
                "sha256": file["sha256"],
                "pages": 1,
                "uploaded_at": at,
                "uploaded_by": made.row["created_by"],
            }
            for file in prototype.files
        ]

    def _freeze(self, made: Made, prototype: Prototype, at: datetime) -> None:
        text = prototype.frozen(made.row["acronym"])
        digest = sha256_text(text)
        self.rows.add(
            ApplicationVersion,
            [
                {
                    "application_id": made.id,
                    "number": 1,
                    "content": text if self.texts else "{}",
                    "sha256": digest if self.texts else sha256_text("{}"),
                    "submitted_at": at,
                    "submitted_by": made.row["created_by"],
                }
            ],
        )
        self.rows.add(
            EligibilityResult,
            [
                {
                    "application_id": made.id,
                    "check_id": check,
                    "version_number": 1,
                    "automatic_passed": passed,
                    "facts": facts,
                    "officer_passed": True if passed is None else None,
                    "decided_at": at if passed is None else None,
                }
                for check, passed, facts in prototype.checks
            ],
        )
        data = {"from": "draft", "to": "submitted", "version": 1, "sha256": digest}
        self._note(made, "application.submit", at, data)

    def _note(self, made: Made, action: str, at: datetime, data: dict[str, Any]) -> None:
        subject = Subject("application", str(made.id), made.row["call_id"], made.id)
        self.record.append(action, subject, at, (made.row["created_by"], Role.APPLICANT), data)

    def count_numbers(self) -> None:
        """Remember the last record numbers given out."""
        counted = ({"name": f"record.{year}", "value": n} for year, n in self.numbers.items())
        self.rows.add(Counter, counted)

    def definition_of(self, session: Session, call: Call) -> CallDefinition:
        """Return the definition of a call."""
        if call.version_id is None:
            raise LookupError(f"{call.code} has no definition")
        return get_definition(session, call.version_id)
