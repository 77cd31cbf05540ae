"""Texts of forms: marked for translation where they are written, translated where they are shown.

``forms/`` knows no web framework, so it cannot translate. A :class:`Message` is the English
msgid with the numbers and words to put into it; the template global ``translate(x)`` looks the
msgid up in the reader's language and puts them in.
"""

from __future__ import annotations

from typing import Any, Self


class Message(str):
    """An English msgid that carries its parameters; as a plain ``str`` it reads in English."""

    __slots__ = ("msgid", "params")

    msgid: str
    params: dict[str, Any]

    def __new__(cls, msgid: str, params: dict[str, Any] | None = None) -> Self:
        """Keep the msgid and show the filled English text to whoever reads it as ``str``."""
        values = params or {}
        message = super().__new__(cls, msgid % values if values else msgid)
        message.msgid = msgid
        message.params = values
        return message

    def __getnewargs__(self) -> tuple[str, dict[str, Any]]:
        """Copy and pickle with the parameters, not with the filled text."""
        return (self.msgid, self.params)


def N_(msgid: str, **params: Any) -> Message:  # noqa: N802 - the name the extractor looks for
    """Mark ``msgid`` for the catalogues and carry ``params``, e.g. ``N_("At most %(n)s", n=5)``."""
    return Message(msgid, params)


OF_THE_LIBRARY = (N_("Not a valid choice."),)
"""What WTForms itself says of a choice that is not on the list (any more): here for the catalogues."""
