"""What use cases need besides the database: files, letters, mail and the packaged registers."""

from __future__ import annotations

from dataclasses import dataclass

from app.config import Settings
from app.db import Database
from app.mail.sending import Mailer
from app.pdf.client import RenderClient
from app.storage.blobs import BlobStore
from calls.registers import Registers


@dataclass(frozen=True, slots=True)
class Tools:
    """The tools of one installation, made once at start."""

    settings: Settings
    database: Database
    blobs: BlobStore
    renderer: RenderClient
    mailer: Mailer
    registers: Registers
