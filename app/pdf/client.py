"""Papers from a process of their own: a web process never loads the layout engine.

The child starts with the first paper, is renewed after ``RECYCLE_AFTER`` papers (layout leaves a
little native memory behind each time), is replaced when it dies, and ends with its parent.
"""

from __future__ import annotations

import atexit
import base64
import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from app.pdf.conformance.modern import Profile
from app.pdf.conformance.validation import NonconformingPaper, describe_findings
from app.pdf.coverage import IncompleteLetter
from app.pdf.memory import make_environment
from app.pdf.rendering import render_document
from app.pdf.seal.facts import SealedFile
from app.pdf.seal.means import SealMeans
from app.pdf.seal.problems import SealFailed
from app.pdf.worker import (
    FINDINGS_MARK,
    HEADER,
    ISSUE,
    PDF_MARK,
    PING,
    RENEW,
    SEAL_MARK,
    read_sealed,
)

RECYCLE_AFTER = 500
"""Papers per process: the layout engine's native memory grows by some 50 KB a letter."""

TIMEOUT_SECONDS = 60.0
READY_SECONDS = 10.0
"""Within this time a child must have started, loaded its engine and answered."""

LONGEST_REASON = 2000
ROOT = Path(__file__).resolve().parents[2]
_PING = json.dumps({"kind": PING}).encode()


class RenderFailed(Exception):
    """No PDF was made; ``reason`` says why."""

    def __init__(self, reason: str) -> None:
        """Keep the reason, shortened: it may quote outside text."""
        self.reason = reason[:LONGEST_REASON]
        super().__init__(self.reason)


class PaperRefused(RenderFailed):
    """The paper breaks PDF/A or PDF/UA and is not handed out; ``findings`` say where, a line each."""

    def __init__(self, findings: Sequence[str]) -> None:
        """Keep the findings; the reason joins them."""
        self.findings = tuple(findings)
        super().__init__("; ".join(findings))


class Renderer(Protocol):
    """Anything that makes a PDF of primitive data."""

    def render(self, kind: str, data: Mapping[str, Any]) -> bytes:
        """Return the PDF. Raises ``RenderFailed``, of which ``PaperRefused`` is one kind."""
        ...


class InProcessRenderer:
    """Renders in this process, for commands that make many papers in a row."""

    def render(self, kind: str, data: Mapping[str, Any]) -> bytes:
        """Return the PDF of one paper. Raises ``RenderFailed``."""
        return render_now(kind, data)


def render_now(kind: str, data: Mapping[str, Any]) -> bytes:
    """Render in this process, through the same function as the child. Raises ``RenderFailed``."""
    try:
        return render_document(kind, data)
    except NonconformingPaper as refused:
        raise PaperRefused(describe_findings(refused.findings)) from refused
    except (IncompleteLetter, ValueError, KeyError) as error:
        raise RenderFailed(f"{type(error).__name__}: {error}") from error


class RenderClient:
    """One child process behind a lock; safe to use from many threads and after a fork."""

    def __init__(
        self,
        timeout_seconds: float = TIMEOUT_SECONDS,
        recycle_after: int = RECYCLE_AFTER,
        profile: str = Profile.ARCHIVE,
    ) -> None:
        """Prepare; the first paper starts the child. ``profile`` is that of every paper."""
        self._profile = profile
        self._timeout = timeout_seconds
        self._recycle_after = recycle_after
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._rendered = 0

    @property
    def child_id(self) -> int | None:
        """Return the process id of the child, or ``None`` before the first paper."""
        return None if self._child is None else self._child.pid

    def render(self, kind: str, data: Mapping[str, Any]) -> bytes:
        """Return the PDF of a paper (``letter``, ``receipt``, ``application``), one at a time.

        Raises:
            PaperRefused: if the finished letter breaks a profile.
            RenderFailed: if the data are incomplete or the child gave no answer in time.
        """
        return self._ask({"kind": kind, "data": data})

    def issue(
        self,
        data: Mapping[str, Any],
        means: SealMeans,
        moment: datetime,
        laid_out: bytes | None = None,
    ) -> SealedFile:
        """Return the sealed letter of primitive data; where its bytes are known, they are only sealed.

        Raises:
            SealFailed: if it could not be sealed; the reason tells what to mend.
            PaperRefused: if the sealed letter breaks a profile.
            RenderFailed: if the data are incomplete or the child gave no answer in time.
        """
        known = base64.b64encode(laid_out).decode() if laid_out else None
        return self._ask_for_seal(ISSUE, data, means, moment, laid_out=known)

    def renew(self, content: bytes, means: SealMeans, moment: datetime) -> SealedFile:
        """Return a sealed letter under a fresh archive timestamp.

        Raises:
            SealFailed: if it got no timestamp.
            PaperRefused: if the copy breaks the standards of the letter.
        """
        return self._ask_for_seal(RENEW, base64.b64encode(content).decode(), means, moment)

    def _ask_for_seal(
        self, kind: str, data: object, means: SealMeans, moment: datetime, **more: object
    ) -> SealedFile:
        request = {"kind": kind, "data": data, "means": means.model_dump(), **more}
        return read_sealed(self._ask(request | {"moment": moment.isoformat()}))

    def _ask(self, task: Mapping[str, Any]) -> bytes:
        request = json.dumps({**task, "profile": self._profile}, ensure_ascii=False).encode()
        with self._lock:
            reply = self._exchange(request, self._timeout)
        mark, content = reply[:1], reply[1:]
        if mark == FINDINGS_MARK:
            raise PaperRefused(json.loads(content))
        if mark == SEAL_MARK:
            raise SealFailed(*json.loads(content))
        if mark != PDF_MARK:
            raise RenderFailed(content.decode("utf-8", "replace"))
        return content

    def is_ready(self) -> bool:
        """Tell whether papers can be made: the child answers, or is at work on one. Starts the child."""
        if not self._lock.acquire(blocking=False):
            return True
        try:
            return self._exchange(_PING, READY_SECONDS)[:1] == PDF_MARK
        except RenderFailed:
            return False
        finally:
            self._lock.release()

    def close(self) -> None:
        """End the child, if there is one; the next paper starts another."""
        with self._lock:
            self._stop()

    def _exchange(self, request: bytes, seconds: float) -> bytes:
        """Return the reply; a child that dies is replaced once."""
        with contextlib.suppress(BrokenPipeError):
            return self._try_exchange(request, seconds)
        try:
            return self._try_exchange(request, seconds)
        except BrokenPipeError as error:
            raise RenderFailed("the render process ended") from error

    def _try_exchange(self, request: bytes, seconds: float) -> bytes:
        try:
            return self._talk(self._ready(), request, seconds)
        except BrokenPipeError:
            self._stop(kill=True)
            raise
        except TimeoutError as error:
            self._stop(kill=True)
            raise RenderFailed(f"no paper within {seconds:g} seconds") from error

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._owner != os.getpid():
            self._child = (
                None  # seen after a fork: the parent's child is not ours to talk to or end
            )
        elif self._child is not None and self._child.poll() is not None:
            self._stop(kill=True)
        elif self._rendered >= self._recycle_after:
            self._stop()
        return self._child or self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            [sys.executable, "-m", "app.pdf.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=make_environment(),
            bufsize=0,
        )
        self._child, self._owner, self._rendered = child, os.getpid(), 0
        atexit.register(self.close)
        return child

    def _talk(self, child: subprocess.Popen[bytes], request: bytes, seconds: float) -> bytes:
        if child.stdin is None or child.stdout is None:
            raise BrokenPipeError("the render process has no pipes")
        deadline = time.monotonic() + seconds
        _write_all(child.stdin.fileno(), HEADER.pack(len(request)) + request, deadline)
        (length,) = HEADER.unpack(_read_exactly(child.stdout.fileno(), HEADER.size, deadline))
        reply = _read_exactly(child.stdout.fileno(), length, deadline)
        self._rendered += 1
        return reply

    def _stop(self, *, kill: bool = False) -> None:
        child, self._child, self._rendered = self._child, None, 0
        if child is None or self._owner != os.getpid():
            return
        atexit.unregister(self.close)
        if kill:
            child.kill()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                pipe.close()
        try:
            child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _write_all(target: int, content: bytes, deadline: float) -> None:
    view = memoryview(content)
    while view:
        if not select.select([], [target], [], max(0.0, deadline - time.monotonic()))[1]:
            raise TimeoutError
        # A pipe that is ready takes this much without blocking.
        view = view[os.write(target, view[: select.PIPE_BUF]) :]


def _read_exactly(source: int, length: int, deadline: float) -> bytes:
    content = bytearray()
    while len(content) < length:
        if not select.select([source], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise TimeoutError
        chunk = os.read(source, length - len(content))
        if not chunk:
            raise BrokenPipeError("the render process ended")
        content += chunk
    return bytes(content)
