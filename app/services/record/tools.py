"""What use cases need besides the database: files, letters, mail and the packaged registers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from app.config import Settings
from app.db import Database
from app.mail.sending import Mailer, make_mailer
from app.pdf.client import RenderClient
from app.storage.blobs import BlobStore, LocalBlobStore
from calls.registers import Registers, load_registers


@dataclass(frozen=True, slots=True)
class Tools:
    """The tools of one installation, made once at start."""

    settings: Settings
    database: Database
    blobs: BlobStore
    renderer: RenderClient
    mailer: Mailer
    registers: Registers


def make_tools(settings: Settings) -> Tools:
    """Return the tools that settings describe."""
    return Tools(
        settings=settings,
        database=Database(settings.database_url, settings.routing_encoder),
        blobs=LocalBlobStore(settings.files_dir),
        renderer=renderer_of(settings.pdf_profile),
        mailer=make_mailer(settings.smtp_url, settings.mail_dir),
        registers=load_registers(),
    )


@cache
def renderer_of(profile: str) -> RenderClient:
    """Return this process's client for papers of a profile: one engine is enough, however many tools are made."""
    return RenderClient(profile=profile)
