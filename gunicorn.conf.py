"""How the pages are served; gunicorn reads this file by itself when it is started in the project folder.

Two processes, because one alone computes pages on one core only; a few threads each, so that a slow
download keeps nobody waiting. The application is loaded once, its heap is frozen (no garbage
collection of what never changes, and the pages of memory stay shared), then the workers are forked.
"""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gunicorn.workers.base import Worker

wsgi_app = "wsgi:app"
bind = "127.0.0.1:8000"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 4
worker_class = "gthread"
preload_app = True
# Nothing here is steered while it runs, and two services of one user would share the socket.
control_socket_disable = True
timeout = 60
graceful_timeout = 30
keepalive = 5
"""Seconds; longer than a proxy's pause between two requests of one page."""


def share_one_heap() -> None:
    """Let the threads share one heap of the C library, where it can be told so (glibc).

    Else each thread gets its own and keeps the most that it ever needed. Threads of Python wait for each
    other anyway.
    """
    arena_max, trim_threshold = -8, -1  # the numbers of <malloc.h>
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(arena_max, 1)
        set_option(trim_threshold, 128 * 1024)


share_one_heap()


def post_worker_init(worker: Worker) -> None:
    """Start the background work after the fork: a thread does not survive one."""
    from app.factory import start_worker  # noqa: PLC0415 - the path is set once the server has begun

    start_worker(worker.wsgi)
