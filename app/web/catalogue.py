"""Translating many short texts of one page: the catalogue is looked up once, not once for each text."""

from __future__ import annotations

from babel.core import Locale
from babel.support import NullTranslations
from flask import Flask, g
from flask_babel import get_domain, get_locale


def _find_catalogue() -> NullTranslations:
    """Return the catalogue of the language in force; it changes only where a language is forced."""
    locale: Locale | None = get_locale()
    held: tuple[Locale | None, NullTranslations] | None = getattr(g, "catalogue", None)
    if held is None or held[0] is not locale:
        held = g.catalogue = (locale, get_domain().get_translations())
    return held[1]


def gettext(message: str) -> str:
    """Return a text in the language of the page, without filling in values."""
    return _find_catalogue().ugettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """Return the form for a count, without filling in values."""
    return _find_catalogue().ungettext(one, many, count)


def register_catalogue(app: Flask) -> None:
    """Let templates translate through this module; after Babel has been connected."""
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)
