"""Which stored file a record was laid out to: a record that was rendered once is never rendered again."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


class RenderIndex:
    """A folder of small files: the name is the hash of what was laid out, the content that of the file."""

    def __init__(self, folder: Path) -> None:
        """Use a folder; it is made with the first entry."""
        self._folder = folder

    def find(self, key: str) -> str | None:
        """Return the SHA-256 of the file made of a record, or None."""
        try:
            return (self._folder / key).read_text(encoding="ascii")
        except FileNotFoundError:
            return None

    def put(self, key: str, sha256: str) -> None:
        """Remember the file of a record: written beside and renamed, so that no half entry is ever read."""
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self._folder)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(sha256)
        Path(name).replace(self._folder / key)
