"""The web server's way in."""

from __future__ import annotations

from app.factory import create_app, freeze_heap

app = create_app()
freeze_heap()
