"""The frozen data of a paper inside the paper: what a machine reads is what was printed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

RELATIONSHIP = "Data"
"""The file holds the data that the page presents (ISO 32000-2, 7.11.3)."""

NO_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)
"""Of a paper that has no moment of its own, such as the copy of a draft: the clock must not decide bytes."""


@dataclass(frozen=True, slots=True)
class EmbeddedRecord:
    """One file inside a paper."""

    name: str
    content: bytes
    moment: datetime


def write_record(name: str, schema: str, data: Mapping[str, Any], moment: str) -> EmbeddedRecord:
    """Return the record as canonical JSON under its schema's name; ``moment`` is an ISO date or time."""
    record = {"schema": schema, "record": data}
    text = json.dumps(record, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return EmbeddedRecord(name=name, content=text.encode("utf-8"), moment=_read(moment))


def _read(moment: str) -> datetime:
    if not moment:
        return NO_MOMENT
    found = datetime.fromisoformat(moment)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
