"""Translating many short texts of one page: the catalogue is looked up once, not once for each text."""

from __future__ import annotations

from typing import Any

from babel.core import Locale
from babel.support import NullTranslations
from flask import Flask, g, has_app_context
from flask_babel import get_domain, get_locale
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup


def find_locale() -> Locale | None:
    """Return the language in force: ``get_locale()``, which a long page asks a thousand times.

    It keeps its answer beside the request, and is asked only where that cannot be seen.
    """
    kept = g.get("_flask_babel") if has_app_context() else None
    locale: Locale | None = getattr(kept, "babel_locale", None) or get_locale()
    return locale


def find_catalogue() -> NullTranslations:
    """Return the catalogue of the language in force; it changes only where a language is forced."""
    locale = find_locale()
    held: tuple[Locale | None, NullTranslations] | None = getattr(g, "catalogue", None)
    if held is None or held[0] is not locale:
        held = g.catalogue = (locale, get_domain().get_translations())
    return held[1]


def gettext(message: str) -> str:
    """Return a text in the language of the page, without filling in values."""
    return find_catalogue().ugettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """Return the form for a count, without filling in values."""
    return find_catalogue().ungettext(one, many, count)


@pass_eval_context
def write(eval_context: EvalContext, message: str, /, **values: Any) -> str:
    """Return a text of a template, values filled in: what ``_`` of Jinja does by way of three calls."""
    text = gettext(message)
    if eval_context.autoescape:
        text = Markup(text)  # noqa: S704 - the catalogues are ours; values are escaped as they are filled in
    return text % values if values or "%" in text else text


def register_catalogue(app: Flask) -> None:
    """Let templates translate through this module; after Babel has been connected."""
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)
    app.jinja_env.globals["_"] = write
