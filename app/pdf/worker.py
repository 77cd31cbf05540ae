"""The render process: ``python -m app.pdf.worker`` lays out papers for its parent, one at a time.

Frame: four bytes, big-endian length, then that many bytes. In: JSON ``{"kind": …, "data": {…}}``.
Out: ``P`` and the PDF, ``F`` and the findings on a paper that does not conform, as JSON, or ``E`` and
the reason in UTF-8. It ends when its input ends, so it never
outlives the parent.
"""

from __future__ import annotations

import json
import logging
import os
import struct
import sys
from typing import BinaryIO

from app.pdf.conformance.validation import NonconformingPaper, describe_findings
from app.pdf.rendering import load_engine, render_document

HEADER = struct.Struct(">I")
PING = "ping"
"""The kind of a request that only asks whether papers can be made."""

POLITENESS = 10
"""Papers are made with the time that pages leave: two hundred receipts must not slow down a deadline."""

PDF_MARK = b"P"
FINDINGS_MARK = b"F"
ERROR_MARK = b"E"


def read_frame(stream: BinaryIO) -> bytes | None:
    """Return the next frame, or ``None`` when the stream has ended."""
    header = stream.read(HEADER.size)
    if len(header) < HEADER.size:
        return None
    (length,) = HEADER.unpack(header)
    content = stream.read(length)
    return content if len(content) == length else None


def write_frame(stream: BinaryIO, content: bytes) -> None:
    """Write one frame and flush it."""
    stream.write(HEADER.pack(len(content)) + content)
    stream.flush()


def answer_request(request: bytes) -> bytes:
    """Render one request; every failure becomes a reason, so that the process lives on."""
    try:
        task = json.loads(request)
        if task["kind"] == PING:
            return PDF_MARK
        return PDF_MARK + render_document(task["kind"], task["data"])
    except NonconformingPaper as refused:
        return FINDINGS_MARK + json.dumps(describe_findings(refused.findings)).encode()
    except Exception as error:  # noqa: BLE001 - the edge of a process: the parent must be told
        return ERROR_MARK + f"{type(error).__name__}: {error}".encode()


def main() -> None:
    """Serve requests until the input ends. Nothing but frames may reach the parent's pipe."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    os.nice(POLITENESS)
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as replies:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        load_engine()
        while (request := read_frame(sys.stdin.buffer)) is not None:
            write_frame(replies, answer_request(request))


if __name__ == "__main__":
    main()
