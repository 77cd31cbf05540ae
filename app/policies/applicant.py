"""Who may see and change an application of their own. Pure: an actor and what was loaded."""

from __future__ import annotations

from typing import Protocol

from app.domain.actors import Actor
from app.domain.errors import OtherAddress


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


class Invitation(Protocol):
    """What a policy needs to know of an invitation: whether it was sent to the actor's address."""

    @property
    def is_for_reader(self) -> bool:
        """Tell whether the invitation was sent to the address of the account in use."""


def may_accept_invitation(actor: Actor, invitation: Invitation) -> bool:
    """Only the owner of the invited address: a link that went astray opens nothing.

    Raises:
        OtherAddress: for somebody who is logged in with another address, to say how to go on.
    """
    if actor.is_anonymous or invitation.is_for_reader:
        return not actor.is_anonymous
    raise OtherAddress


def may_manage_open_application(_actor: Actor, application: OwnApplication) -> bool:
    """Only the owner, while something is open to change: people of partners, submission."""
    return application.is_owner and application.is_open
