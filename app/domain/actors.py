"""Who acts: a person with roles, or the system's clock."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person may be in the process. Everybody with an account may apply."""

    APPLICANT = "applicant"
    EVALUATOR = "evaluator"
    OFFICER = "officer"
    DECISION_MAKER = "decision_maker"
    STEERING = "steering"
    ADMIN = "admin"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who acts now. ``authority_keys`` are the bodies that officers and deciders serve."""

    user_id: uuid.UUID | None
    roles: frozenset[Role]
    authority_keys: frozenset[str] = frozenset()
    language: str = "fi"
    display_name: str = ""
    closed: frozenset[uuid.UUID] = frozenset()
    """Applications that a conflict of interest closes to an officer or a decision maker."""

    @property
    def is_anonymous(self) -> bool:
        """Tell whether nobody is logged in."""
        return self.user_id is None and Role.SYSTEM not in self.roles

    def has_role(self, *roles: Role) -> bool:
        """Tell whether the actor has at least one of the roles."""
        return not self.roles.isdisjoint(roles)


ANONYMOUS = Actor(user_id=None, roles=frozenset())
SYSTEM = Actor(user_id=None, roles=frozenset({Role.SYSTEM}), display_name="system")
