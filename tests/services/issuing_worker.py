"""A worker for the test that kills it: it says where it is and waits there until it is killed or let go.

``python -m tests.services.issuing_worker FOLDER POINT MINUTES``: points are rendering, storing and recording.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.services.background.work import run_due_jobs
from app.services.decision import signing
from tests.services.decided_round import NOW, open_round


def halt(point: str) -> None:
    """Say where the worker is, and stay."""
    print(point, flush=True)
    sys.stdin.read()


def before(work: Callable[..., Any], point: str) -> Callable[..., Any]:
    """Return the work with a halt before it."""

    def halted(*given: Any, **named: Any) -> Any:
        halt(point)
        return work(*given, **named)

    return halted


class HaltingStore:
    """Halts after the bytes are stored and before anything is recorded."""

    def __init__(self, blobs: Any) -> None:
        self._blobs = blobs

    def put(self, content: bytes) -> str:
        """Store, then halt."""
        sha256 = self._blobs.put(content)
        halt("storing")
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return stored bytes."""
        return self._blobs.get(sha256)


def main(folder: Path, point: str, minutes: int) -> None:
    """Work on the round in a folder and halt at a point."""
    made = open_round(folder)
    tools = made.tools
    if point == "storing":
        tools = replace(tools, blobs=HaltingStore(tools.blobs))
    if point == "rendering":
        tools.renderer.issue = before(tools.renderer.issue, point)
    if point == "recording":
        # The letter is recorded in the transaction, which is not committed when the halt comes.
        recorded = signing.sign_decision

        def sign(*given: Any) -> Any:
            done = recorded(*given)
            halt(point)
            return done

        signing.sign_decision = sign
    run_due_jobs(tools, NOW + timedelta(minutes=minutes))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
