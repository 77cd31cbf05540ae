"""Who is behind a request: a random token in the signed cookie, looked up in the database."""

from __future__ import annotations

from datetime import timedelta

from flask import g, request
from flask import session as cookie

from app.domain.actors import ANONYMOUS, Actor
from app.services.account import sessions
from app.services.account.sessions import SessionLimits
from app.web.binding import hide_matters, now, reading, tools, unit_of_work

_TOKEN = "login"
OWN_PORTALS = frozenset({"account", "applicant", "public"})
"""Where a person acts in matters of their own, which no conflict of interest closes."""


def session_limits() -> SessionLimits:
    """Return how long a login lasts here."""
    settings = tools().settings
    return SessionLimits(
        absolute=timedelta(hours=settings.session_hours),
        idle=timedelta(minutes=settings.session_idle_minutes),
    )


def current_actor() -> Actor:
    """Return who acts in this request; ``ANONYMOUS`` when nobody is logged in."""
    if "actor" not in g:
        g.actor = _find_actor()
        if request.blueprint not in OWN_PORTALS:
            hide_matters(g.actor.closed)
    actor: Actor = g.actor
    return actor


def _find_actor() -> Actor:
    token = cookie.get(_TOKEN)
    if not token:
        return ANONYMOUS
    found = sessions.find_actor(reading(), token, session_limits(), now())
    if found is None:
        return ANONYMOUS
    actor, needs_touch = found
    if needs_touch:
        with unit_of_work() as session:
            sessions.touch_session(session, token, now())
    return actor


def remember_login(token: str) -> None:
    """Put a new login into the cookie; whatever an anonymous visitor had in it goes."""
    language = cookie.get("language")
    cookie.clear()
    if language:
        cookie["language"] = language
    cookie[_TOKEN] = token
    cookie.permanent = True
    g.pop("actor", None)


def forget_login() -> str | None:
    """Take the login out of the cookie and return its token."""
    token: str | None = cookie.get(_TOKEN)
    cookie.clear()
    g.pop("actor", None)
    return token


def current_token() -> str:
    """Return the token of the present login; empty when nobody is logged in."""
    token: str = cookie.get(_TOKEN) or ""
    return token
