"""Who may see and change an application of their own. Pure: an actor and what was loaded."""

from __future__ import annotations

from typing import Protocol

from app.domain.actors import Actor


class OwnApplication(Protocol):
    """What a policy needs to know: whether the actor works on the application, and how."""

    @property
    def is_member(self) -> bool:
        """Tell whether the actor is the owner or an editor of a partner's part."""

    @property
    def is_owner(self) -> bool:
        """Tell whether the actor owns the application."""

    @property
    def is_open(self) -> bool:
        """Tell whether anything in the application is open to change."""


def may_view_own_application(_actor: Actor, application: OwnApplication) -> bool:
    """Only people of the application."""
    return application.is_member


def may_edit_application(_actor: Actor, application: OwnApplication) -> bool:
    """Only people of the application, while it is a draft or a completion is asked for."""
    return application.is_member and application.is_open


def may_manage_application(_actor: Actor, application: OwnApplication) -> bool:
    """Only the owner: submit, complete, withdraw."""
    return application.is_owner


def may_manage_open_application(_actor: Actor, application: OwnApplication) -> bool:
    """Only the owner, while something is open to change: attachments, submission."""
    return application.is_owner and application.is_open
