"""The record inside a letter, read back and held against the checksum that it names itself."""

from __future__ import annotations

import json
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf

from app.domain.records import canonical_json, sha256_text

NAME = "decision.json"


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """What a letter says of itself to a machine; ``is_whole`` when its own checksum holds."""

    record_number: str
    date: str
    template: str
    sha256: str
    is_whole: bool


def read_record(content: bytes) -> FoundRecord | None:
    """Return the record of a letter; None where there is none that can be read."""
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            record = json.loads(pdf.attachments[NAME].get_file().read_bytes())["record"]
        return _judge(record)
    except (pikepdf.PdfError, KeyError, TypeError, ValueError, AttributeError):
        return None


def _judge(record: dict[str, Any]) -> FoundRecord:
    decision = record["decision"]
    named = decision["sha256"] or ""
    unnamed = {**record, "decision": {**decision, "sha256": None}}
    return FoundRecord(
        record_number=decision["case_number"],
        date=decision["date"],
        template=record["template"],
        sha256=named,
        is_whole=sha256_text(canonical_json(unnamed)) == named,
    )
