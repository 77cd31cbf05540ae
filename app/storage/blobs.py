"""The file store: bytes under their SHA-256, in a local folder."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Protocol

from app.domain.errors import NotFound
from app.domain.records import sha256_bytes


class BlobStore(Protocol):
    """A store of immutable bytes, named by their SHA-256."""

    def put(self, content: bytes) -> str:
        """Store bytes and return their SHA-256; storing the same bytes again is harmless."""

    def get(self, sha256: str) -> bytes:
        """Return stored bytes.

        Raises:
            NotFound: if nothing is stored under the hash, or the bytes no longer match it.
        """


class LocalBlobStore:
    """A folder: write beside, flush to disk, rename; so a crash never leaves half a file."""

    def __init__(self, folder: Path) -> None:
        """Use (and make when needed) a folder."""
        self._folder = folder

    def put(self, content: bytes) -> str:
        """Store bytes and return their SHA-256."""
        sha256 = sha256_bytes(content)
        target = self._path(sha256)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=target.parent)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(target)
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return stored bytes after checking them against their name."""
        try:
            content = self._path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise NotFound(file=sha256) from error
        if sha256_bytes(content) != sha256:
            raise NotFound(file=sha256, damaged=True)
        return content

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256
