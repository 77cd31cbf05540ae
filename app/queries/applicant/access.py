"""Loads an application together with the reader's place in it, in one statement."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor
from app.domain.errors import NotFound
from app.domain.lifecycle import ApplicationState
from app.models import Application, ApplicationMember, Call, CompletionRequest
from app.queries.rows import table_of


@dataclass(frozen=True, slots=True)
class OwnApplication:
    """An application as one of its people meets it."""

    id: uuid.UUID
    call_version_id: uuid.UUID
    state: ApplicationState
    record_number: str | None
    language: str
    acronym: str
    title: dict[str, str]
    submitted_at: datetime | None
    call_code: str
    call_title: dict[str, str]
    opens_at: datetime
    closes_at: datetime
    member_key: str | None
    """None for a stranger, empty for the owner, else the partner whose part the person edits."""
    completion_due: datetime | None
    completion_message: str | None
    completion_questions: list[Any] | None

    @property
    def is_member(self) -> bool:
        """Tell whether the actor is the owner or an editor of a partner's part."""
        return self.member_key is not None

    @property
    def is_owner(self) -> bool:
        """Tell whether the actor owns the application."""
        return self.member_key == ""

    @property
    def partner_key(self) -> str:
        """Return the only partner whose part the person edits; empty for the owner."""
        return self.member_key or ""

    @property
    def is_draft(self) -> bool:
        """Tell whether the application has not been submitted yet."""
        return self.state is ApplicationState.DRAFT

    @property
    def awaits_completion(self) -> bool:
        """Tell whether the funder waits for a completion."""
        return (
            self.state is ApplicationState.COMPLETION_REQUESTED and self.completion_due is not None
        )

    @property
    def is_open(self) -> bool:
        """Tell whether anything in the application is open to change."""
        return self.is_draft or self.awaits_completion

    @property
    def name(self) -> str:
        """Return the acronym, the title or nothing: what people call the application."""
        return self.acronym or self.title.get(self.language) or next(iter(self.title.values()), "")


_APPLICATION, _CALL, _MEMBER, _REQUEST = (
    table_of(each) for each in (Application, Call, ApplicationMember, CompletionRequest)
)
_PLACE = (
    sa.select(
        _APPLICATION.c.id,
        _APPLICATION.c.call_version_id,
        _APPLICATION.c.state,
        _APPLICATION.c.record_number,
        _APPLICATION.c.language,
        _APPLICATION.c.acronym,
        _APPLICATION.c.title,
        _APPLICATION.c.submitted_at,
        _CALL.c.code,
        _CALL.c.title.label("call_title"),
        _CALL.c.opens_at,
        _CALL.c.closes_at,
        _MEMBER.c.partner_key,
        _REQUEST.c.due_at,
        _REQUEST.c.message,
        _REQUEST.c.question_ids,
    )
    .join_from(_APPLICATION, _CALL, _CALL.c.id == _APPLICATION.c.call_id)
    .outerjoin(
        _MEMBER,
        sa.and_(
            _MEMBER.c.application_id == _APPLICATION.c.id,
            _MEMBER.c.user_id == sa.bindparam("reader"),
        ),
    )
    .outerjoin(
        _REQUEST,
        sa.and_(
            _REQUEST.c.application_id == _APPLICATION.c.id,
            _REQUEST.c.closed_at.is_(None),
        ),
    )
    .where(_APPLICATION.c.id == sa.bindparam("application"))
)
"""Every page and every save of an applicant asks this: made once."""


def load_own_application(
    session: Session, actor: Actor, application_id: uuid.UUID, **_rest: object
) -> OwnApplication:
    """Return an application and the actor's place in it.

    Raises:
        NotFound: if there is no such application.
    """
    given = {"application": application_id, "reader": actor.user_id}
    row = session.execute(_PLACE, given).first()
    if row is None:
        raise NotFound(application=str(application_id))
    return OwnApplication(*row)
