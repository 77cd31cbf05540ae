"""The navigation of each kind of user: one list, shown on every page."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, request

from app.domain.actors import Role
from app.web.addresses import address_of
from app.web.catalogue import gettext as _
from app.web.language import current_language
from app.web.login import current_actor

_CALL_PAGES = frozenset({"list_calls", "show_call", "show_rubric", "list_questions"})
"""Of the public pages those that are reached through the list of calls."""


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A link of the navigation; ``active`` marks the portal that the page belongs to."""

    text: str
    href: str
    active: bool


def navigation() -> list[NavigationItem]:
    """Return the links that the reader may follow."""
    actor = current_actor()
    language = current_language()
    entries = [("public", _("Calls"), address_of("public.list_calls", language=language))]
    if not actor.is_anonymous:
        entries.append(
            ("applicant", _("My applications"), address_of("applicant.list_applications"))
        )
    portals = (
        (Role.EVALUATOR, "evaluator", _("My evaluations"), "evaluator.list_evaluations"),
        (Role.OFFICER, "funder", _("Handling"), "funder.show_inbox"),
        (Role.DECISION_MAKER, "funder", _("Handling"), "funder.show_inbox"),
        (Role.STEERING, "steering", _("Overview"), "steering.list_rounds"),
        (Role.ADMIN, "admin", _("Administration"), "admin.show_start"),
    )
    for role, portal, text, endpoint in portals:
        if actor.has_role(role) and all(entry[0] != portal for entry in entries):
            entries.append((portal, text, address_of(endpoint)))
    current, _dot, page = (request.endpoint or "").partition(".")
    if current == "public" and page not in _CALL_PAGES:
        current = ""
    return [NavigationItem(text, href, portal == current) for portal, text, href in entries]


def register_navigation(app: Flask) -> None:
    """Make the navigation and the reader known to every template."""
    app.jinja_env.globals.update(navigation=navigation, current_actor=current_actor, Role=Role)
