"""The web server's way in. Only makes the application: gunicorn.conf.py starts the background work."""

from __future__ import annotations

from app.factory import create_app, freeze_heap

app = create_app()
freeze_heap()
