"""The render process: ``python -m app.pdf.worker`` lays out papers for its parent, one at a time.

Frame: four bytes, big-endian length, then that many bytes. In: JSON ``{"kind": …, "data": {…}}``; to issue
or renew a sealed letter also ``means`` and ``moment``, and ``laid_out`` where its bytes are known. Out: ``P``
and the PDF (of a sealed letter JSON), ``F`` and the findings on a paper that does not conform, as JSON, ``S``
and why it was not sealed, as JSON, or ``E`` and the reason in UTF-8. It ends when its input ends, so it
never outlives the parent.
"""

from __future__ import annotations

import base64
import json
import logging
import os
import struct
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any, BinaryIO

from app.pdf.conformance.modern import Profile
from app.pdf.conformance.validation import NonconformingPaper, describe_findings
from app.pdf.memory import Tidying
from app.pdf.rendering import load_engine, render_document
from app.pdf.seal.facts import SealedFile
from app.pdf.seal.means import read_means
from app.pdf.seal.problems import SealFailed

HEADER = struct.Struct(">I")
PING = "ping"
"""The kind of a request that only asks whether papers can be made."""

ISSUE, RENEW = "issue", "renew"
"""The kinds of requests that need the key of the seal."""

POLITENESS = 10
"""Papers are made with the time that pages leave: two hundred receipts must not slow down a deadline."""

PDF_MARK = b"P"
FINDINGS_MARK = b"F"
SEAL_MARK = b"S"
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
        if task["kind"] in {ISSUE, RENEW}:
            return PDF_MARK + write_sealed(_seal(task))
        profile = Profile(task.get("profile", Profile.ARCHIVE))
        return PDF_MARK + render_document(task["kind"], task["data"], profile)
    except NonconformingPaper as refused:
        return FINDINGS_MARK + json.dumps(describe_findings(refused.findings)).encode()
    except SealFailed as failed:
        return SEAL_MARK + json.dumps([failed.reason, failed.detail]).encode()
    except Exception as error:  # noqa: BLE001 - the edge of a process: the parent must be told
        return ERROR_MARK + f"{type(error).__name__}: {error}".encode()


def _seal(task: Mapping[str, Any]) -> SealedFile:
    from app.pdf.issuing import issue_letter, renew_letter  # noqa: PLC0415 - loads the signing library

    means, moment = read_means(task["means"]), datetime.fromisoformat(task["moment"])
    if task["kind"] == ISSUE:
        known = base64.b64decode(task["laid_out"]) if task["laid_out"] else None
        return issue_letter(task["data"], means, moment, Profile(task["profile"]), known)
    return renew_letter(base64.b64decode(task["data"]), means, moment)


def write_sealed(sealed: SealedFile) -> bytes:
    """Return a sealed file as JSON."""
    data = sealed.model_dump(exclude={"content"})
    return json.dumps(data | {"content": base64.b64encode(sealed.content).decode()}).encode()


def read_sealed(text: bytes) -> SealedFile:
    """Return the sealed file of a reply."""
    data = json.loads(text)
    return SealedFile.model_validate(data | {"content": base64.b64decode(data["content"])})


def main() -> None:
    """Serve requests until the input ends. Nothing but frames may reach the parent's pipe."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING)
    os.nice(POLITENESS)
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as replies:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        load_engine()
        tidying = Tidying()
        while (request := read_frame(sys.stdin.buffer)) is not None:
            write_frame(replies, answer_request(request))
            tidying.let_go()


if __name__ == "__main__":
    main()
