"""Record numbers and canonical content."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def format_record_number(prefix: str, number: int, year: int) -> str:
    """Return a case register number such as ``IOV/17/2027``."""
    return f"{prefix}/{number}/{year}"


def record_order(number: int, year: int) -> int:
    """Return what sorts record numbers: by year, then by number."""
    return year * 1_000_000_000 + number


def canonical_json(content: Any) -> str:
    """Return the one text form of JSON content: sorted keys, no spaces, UTF-8 letters kept."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256_text(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, as lower-case hexadecimal."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def sha256_bytes(content: bytes) -> str:
    """Return the SHA-256 of bytes, as lower-case hexadecimal."""
    return hashlib.sha256(content).hexdigest()
