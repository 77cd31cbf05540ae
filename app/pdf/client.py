"""The way to the process that makes PDFs: started when first needed, replaced when it ends or ages."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import threading
from pathlib import Path

RECYCLE_AFTER = 500
"""Papers per process: the layout engine's native memory grows by some 50 KB a letter."""

_ROOT = Path(__file__).resolve().parents[2]


class RenderFailed(Exception):
    """No PDF was made; the text says why."""


class RenderClient:
    """Makes PDFs in a process of its own. Safe to use from several threads; one paper at a time."""

    def __init__(self) -> None:
        """Prepare; the process starts with the first paper."""
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._made = 0

    def render(self, kind: str, data: str) -> bytes:
        """Return the PDF of a paper of a kind (``letter``, ``receipt``, ``application``).

        Raises:
            RenderFailed: if the data are incomplete or the process could not answer.
        """
        with self._lock:
            answer = self._ask(json.dumps({"kind": kind, "data": data}))
        if "error" in answer:
            raise RenderFailed(answer["error"])
        return base64.b64decode(answer["pdf"])

    def _ask(self, request: str) -> dict[str, str]:
        process = self._ready()
        if process.stdin is None or process.stdout is None:
            raise RenderFailed("the renderer has no pipes")
        try:
            process.stdin.write(request + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self._end()
            raise RenderFailed("the renderer ended")
        self._made += 1
        answer: dict[str, str] = json.loads(line)
        return answer

    def _ready(self) -> subprocess.Popen[str]:
        if self._made >= RECYCLE_AFTER:
            self._end()
        if self._process is None or self._process.poll() is not None:
            self._made = 0
            self._process = subprocess.Popen(
                [sys.executable, "-m", "app.pdf.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                cwd=_ROOT,
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        process.terminate()
        process.wait(timeout=10)

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()
