"""Refusals of the process. They carry data; the web layer finds the words and the HTTP status."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


class DomainError(Exception):
    """A request that the rules refuse. ``code`` is stable; ``data`` fills the message."""

    code = "refused"

    def __init__(self, **data: Any) -> None:
        """Keep what a message needs to say what, where and how to mend it."""
        super().__init__(self.code)
        self.data: Mapping[str, Any] = data

    def __str__(self) -> str:
        """Show the code and its data: for logs and the command line."""
        details = ", ".join(f"{key}={value}" for key, value in self.data.items())
        return f"{self.code} ({details})" if details else self.code


class NotFound(DomainError):
    """Nothing is stored under the given identifier."""

    code = "not_found"


class NotPermitted(DomainError):
    """The actor may not do this."""

    code = "not_permitted"


class LoginRequired(DomainError):
    """Nobody is logged in, or the session has ended."""

    code = "login_required"


class StepNotAllowed(DomainError):
    """The state table has no such step from the present state or for this role."""

    code = "step_not_allowed"


class PartnerHasOwnPerson(StepNotAllowed):
    """Only a partner's own person confirms the part of a partner that has one."""

    code = "partner_has_own_person"


class AlreadyMember(StepNotAllowed):
    """The person works on the application already, in another place."""

    code = "already_member"


class OtherAddress(NotPermitted):
    """The invitation was sent to another address than that of the account in use."""

    code = "other_address"


class StaleVersion(DomainError):
    """Somebody else changed the row since it was read. ``current`` holds what is stored now."""

    code = "stale_version"


class DeadlinePassed(DomainError):
    """The act came after its deadline."""

    code = "deadline_passed"


class CallNotOpen(DomainError):
    """The call does not take applications now."""

    code = "call_not_open"


class ConflictOfInterest(DomainError):
    """The person is disqualified in this matter (Administrative Procedure Act 434/2003, 27–28 §)."""

    code = "conflict_of_interest"


class SamePerson(DomainError):
    """The presenting officer cannot also decide."""

    code = "same_person"


class NoReviewInstruction(DomainError):
    """No usable instruction for review is in force. ``fault``: missing, ambiguous or incomplete."""

    code = "no_review_instruction"


class TooManyAttempts(DomainError):
    """Too many tries on one account or target. ``retry_at`` says when the next is taken."""

    code = "too_many_attempts"

    def __init__(self, retry_at: datetime, **data: Any) -> None:
        """Remember when to try again."""
        super().__init__(retry_at=retry_at, **data)


class FileRefused(DomainError):
    """An uploaded file was not taken. ``reason`` is one of the codes of ``storage.inspection``."""

    code = "file_refused"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend: where (section, question, field) and what, as a code with its figures."""

    code: str
    question_id: str = ""
    section_id: str = ""
    field: str = ""
    data: Mapping[str, Any] | None = None


class InvalidInput(DomainError):
    """The input cannot be taken. ``problems`` lists every one of them."""

    code = "invalid_input"

    def __init__(self, problems: Sequence[Problem], **data: Any) -> None:
        """Keep every problem, so that a person mends them in one go."""
        super().__init__(**data)
        self.problems = tuple(problems)

    def __str__(self) -> str:
        """Show the problems, one after the other."""
        places = (f"{p.question_id or p.field}: {p.code}" for p in self.problems)
        return f"{self.code}: {'; '.join(places)}"


class IncompleteApplication(InvalidInput):
    """The application lacks something that must be there before submission."""

    code = "incomplete_application"
