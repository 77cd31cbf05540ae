"""The web server's way in."""

from __future__ import annotations

from app.factory import create_app, freeze_heap, start_worker

app = create_app()
start_worker(app)
freeze_heap()
