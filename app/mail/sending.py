"""Sending one message: to a mail server, or into a local folder where none is set."""

from __future__ import annotations

import smtplib
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Letter:
    """A message with an identifier of its own, so that a second sending can be recognised."""

    id: str
    sender: str
    recipient: str
    subject: str
    body: str
    language: str
    at: datetime

    def to_email(self) -> EmailMessage:
        """Return the message in internet form. Line breaks in headers are refused by the library."""
        message = EmailMessage()
        message["From"] = self.sender
        message["To"] = self.recipient
        message["Subject"] = self.subject
        message["Date"] = format_datetime(self.at)
        message["Message-ID"] = f"<{self.id}@innoverkko>"
        message["Content-Language"] = self.language
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(self.body)
        return message


class Mailer(Protocol):
    """Something that takes a message away."""

    def send(self, letter: Letter) -> None:
        """Send a message.

        Raises:
            OSError: if it could not be handed over; the outbox tries again later.
        """


class FolderMailer:
    """Writes each message into a folder: for development and the demo."""

    def __init__(self, folder: Path) -> None:
        """Use (and make when needed) a folder."""
        self._folder = folder

    def send(self, letter: Letter) -> None:
        """Write the message as an .eml file."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / f"{letter.id}.eml").write_bytes(bytes(letter.to_email()))


class SmtpMailer:
    """Hands each message to a mail server."""

    def __init__(self, url: str) -> None:
        """Use a server such as ``smtp://localhost:25``."""
        parts = urlsplit(url)
        self._host, self._port = parts.hostname or "localhost", parts.port or 25

    def send(self, letter: Letter) -> None:
        """Send the message by SMTP."""
        try:
            with smtplib.SMTP(self._host, self._port, timeout=20) as server:
                server.send_message(letter.to_email())
        except smtplib.SMTPException as error:
            raise OSError(str(error)) from error


def make_mailer(smtp_url: str, folder: Path) -> Mailer:
    """Return the mailer that the settings ask for."""
    return SmtpMailer(smtp_url) if smtp_url else FolderMailer(folder)
