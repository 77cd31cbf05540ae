"""Access: every endpoint declares exactly one policy; without one the application does not start.

``@requires(policy, load=…)`` loads the subject, asks the policy (403) and hands the subject to the view.
A subject that does not exist is answered like one that the policy refuses, so that nobody learns what
exists; only a policy that does not look at the subject leaves the 404. The policy stays readable as
``view.__policy__``, so that a test can walk all endpoints.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from app.domain.actors import Actor, Role
from app.domain.errors import DomainError, LoginRequired, NotFound, NotPermitted
from app.web.binding import reading
from app.web.login import current_actor

Policy = Callable[[Actor, Any], bool]
Loader = Callable[..., Any]
View = Callable[..., Any]


def everyone(_actor: Actor, _subject: object) -> bool:
    """Anybody, also without an account."""
    return True


def logged_in(actor: Actor, _subject: object) -> bool:
    """Anybody with an account."""
    return not actor.is_anonymous


def anonymous_only(actor: Actor, _subject: object) -> bool:
    """Only somebody who is not logged in."""
    return actor.is_anonymous


def _role_policy(role: Role) -> Policy:
    def policy(actor: Actor, _subject: object) -> bool:
        return actor.has_role(role)

    policy.__name__ = f"has_role_{role.value}"
    policy.__doc__ = f"Only somebody with the role {role.value}."
    return policy


is_officer = _role_policy(Role.OFFICER)
is_decision_maker = _role_policy(Role.DECISION_MAKER)
is_evaluator = _role_policy(Role.EVALUATOR)
is_steering = _role_policy(Role.STEERING)
is_admin = _role_policy(Role.ADMIN)


def is_funder(actor: Actor, _subject: object) -> bool:
    """Only an officer or a decision maker."""
    return actor.has_role(Role.OFFICER, Role.DECISION_MAKER)


BLIND_POLICIES = frozenset(
    {
        everyone,
        logged_in,
        anonymous_only,
        is_officer,
        is_decision_maker,
        is_evaluator,
        is_steering,
        is_admin,
        is_funder,
    }
)
"""Policies that judge the actor alone: they are asked before anything is loaded."""


def requires(policy: Policy, *, load: Loader | None = None) -> Callable[[View], View]:
    """Declare the policy of a view. ``load(session, actor, **url_arguments)`` gives its subject.

    With ``load`` the view receives the subject as its first argument, then the URL's arguments.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**arguments: Any) -> Any:
            actor = current_actor()
            is_blind = policy in BLIND_POLICIES
            if is_blind and not policy(actor, None):
                raise _refusal(actor)
            subject = None
            if load is not None:
                try:
                    subject = load(reading(), actor, **arguments)
                except NotFound:
                    if is_blind:
                        raise
                    raise _refusal(actor) from None
            if not is_blind and not policy(actor, subject):
                raise _refusal(actor)
            return view(subject, **arguments) if load else view(**arguments)

        guarded.__policy__ = policy  # metadata for the access test
        return guarded

    return decorate


def _refusal(actor: Actor) -> DomainError:
    return LoginRequired() if actor.is_anonymous else NotPermitted()


def refuse_undeclared(app: Flask) -> None:
    """Stop the start of an application that has an endpoint without a policy.

    Raises:
        RuntimeError: naming the endpoints.
    """
    missing = [
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        and not hasattr(app.view_functions[rule.endpoint], "__policy__")
    ]
    if missing:
        raise RuntimeError(f"endpoints without a policy: {', '.join(sorted(set(missing)))}")


__all__ = [
    "Session",
    "anonymous_only",
    "everyone",
    "is_admin",
    "is_decision_maker",
    "is_evaluator",
    "is_funder",
    "is_officer",
    "is_steering",
    "logged_in",
    "refuse_undeclared",
    "requires",
]
