"""Languages of the interface: Finnish, Swedish, English."""

from __future__ import annotations

from flask import Flask, g, has_request_context, request, url_for
from flask import session as cookie
from flask_babel import Babel, force_locale

from app.web.catalogue import register_catalogue
from app.web.login import current_actor

LANGUAGES = ("fi", "sv", "en")
NAMES = {"fi": "Suomeksi", "sv": "På svenska", "en": "In English"}


def current_language() -> str:
    """Return the language of this page.

    Order: the language in the address (public pages), the account's language (portals), the choice
    kept in the cookie, the browser's wish, Finnish.
    """
    if not has_request_context():
        return "fi"
    if "language" not in g:
        g.language = _choose_language()
    language: str = g.language
    return language


def _choose_language() -> str:
    in_address = (request.view_args or {}).get("language")
    if in_address in LANGUAGES:
        return str(in_address)
    chosen = cookie.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    actor = current_actor()
    if not actor.is_anonymous:
        return actor.language
    return request.accept_languages.best_match(LANGUAGES) or "fi"


def language_links() -> list[tuple[str, str, str]]:
    """Return (code, own name, address) for each language, keeping the page."""
    links = []
    for code in LANGUAGES:
        if "language" in (request.view_args or {}):
            arguments = {**(request.view_args or {}), "language": code}
            address = url_for(request.endpoint or "public.show_front_page", **arguments)
        else:
            address = url_for("account.choose_language", code=code, back=request.full_path)
        links.append((code, NAMES[code], address))
    return links


def register_language(app: Flask) -> Babel:
    """Connect translations to an application."""
    app.config["BABEL_DEFAULT_LOCALE"] = "fi"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Europe/Helsinki"
    app.jinja_env.globals.update(language_links=language_links, current_language=current_language)
    babel = Babel(app, locale_selector=current_language)
    register_catalogue(app)
    return babel


__all__ = ["LANGUAGES", "current_language", "force_locale", "language_links", "register_language"]
