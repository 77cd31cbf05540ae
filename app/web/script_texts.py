"""Texts that scripts of every page need, as JSON for attributes: made once for each catalogue."""

from __future__ import annotations

import json
from functools import lru_cache

from babel.support import NullTranslations

from app.web import catalogue


def script_texts() -> str:
    """Return the texts of the character count as JSON, for the body's data-texts attribute."""
    return _write_texts(catalogue.find_catalogue())


@lru_cache(maxsize=16)
def _write_texts(words: NullTranslations) -> str:
    gettext = words.ugettext
    characters = {
        "charactersUnderLimit": {
            "one": gettext("You have %{count} character remaining"),
            "other": gettext("You have %{count} characters remaining"),
        },
        "charactersAtLimit": gettext("You have 0 characters remaining"),
        "charactersOverLimit": {
            "one": gettext("You have %{count} character too many"),
            "other": gettext("You have %{count} characters too many"),
        },
    }
    return json.dumps({"characters": characters}, ensure_ascii=False)
