"""What the colours of a paper mean: the sRGB profile that PDF/A wants embedded (ISO 19005-3, 6.2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class ColourProfile:
    """An ICC profile as the layout engine asks for it, read once and embedded byte for byte.

    The engine's own class keeps its file open, and writes the profile anew for each paper, with
    other bytes from the second one on.
    """

    content: bytes
    name: str = "sRGB2014"
    components: tuple[str, ...] = ("r", "g", "b")
    pdf_reference: Any = None
