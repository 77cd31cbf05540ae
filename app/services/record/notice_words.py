"""The words of mail about the process, read from the package's own file ``app/mail/notices.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

import app.mail

SERVICE = "service:/"
"""Stands for the public address of the installation, which is known only when the mail is sent."""

FOOTER: Mapping[str, str] = {
    "fi": "Viesti on lähetetty Innoverkosta automaattisesti. Siihen ei voi vastata.",
    "sv": "Meddelandet har skickats automatiskt från Innoverkko. Det går inte att svara på det.",
    "en": "This message was sent by Innoverkko automatically. It cannot be replied to.",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One kind of mail: where its link leads, and subject and body by language."""

    path: str
    words: Mapping[str, Mapping[str, str]]

    def write(self, language: str, values: Mapping[str, str]) -> tuple[str, str]:
        """Return subject and body in a language, the body with its link and the closing line."""
        text = self.words[language]
        link = SERVICE + self.path.format(**values)
        body = f"{text['body'].format(**values)}\n{link}\n\n{FOOTER[language]}\n"
        return text["subject"].format(**values), body


@cache
def load_notices() -> Mapping[str, Notice]:
    """Return the notices by kind, read once in a process."""
    file = Path(app.mail.__file__).with_name("notices.yaml")
    rows = yaml.safe_load(file.read_text(encoding="utf-8"))
    return {
        kind: Notice(row["path"], {each: row[each] for each in ("fi", "sv", "en")})
        for kind, row in rows.items()
    }
