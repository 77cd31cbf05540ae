"""Putting an application together: settings in, application out."""

from __future__ import annotations

import gc
from datetime import UTC, datetime, timedelta

from flask import Flask
from flask_wtf.csrf import CSRFProtect

from app.config import Settings
from app.logs import configure_logs
from app.services.background.work import Worker
from app.services.record.tools import make_tools
from app.web import account, admin, applicant, evaluator, funder, public, root, steering
from app.web.access import refuse_undeclared
from app.web.binding import Clock, Runtime, bind
from app.web.compression import register_compression
from app.web.errors import register_errors
from app.web.filters import register_filters
from app.web.language import register_language
from app.web.navigation import register_navigation
from app.web.security import register_security
from app.web.static_files import register_static_files
from app.web.templating import Site

GARBAGE_OBJECTS = 30_000

PORTALS = (public, account, applicant, evaluator, funder, steering, admin)


def system_clock() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def create_app(settings: Settings | None = None, clock: Clock = system_clock) -> Flask:
    """Return a ready application."""
    configure_logs()
    settings = settings or Settings()
    app = Site("app", static_folder="static", template_folder="templates")
    configure(app, settings)
    bind(app, Runtime(tools=make_tools(settings), clock=clock))
    CSRFProtect(app)
    register_compression(app)
    register_security(app)
    register_language(app)
    register_filters(app)
    register_navigation(app)
    register_errors(app)
    for portal in PORTALS:
        app.register_blueprint(portal.bp)
    register_root(app)
    register_static_files(app)
    refuse_undeclared(app)
    return app


def configure(app: Flask, settings: Settings) -> None:
    """Translate settings into the framework's own."""
    app.config.update(
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SECRET_KEY_FALLBACKS=list(settings.secret_key_fallbacks) or None,
        TESTING=settings.testing,
        DEMO=settings.demo,
        SESSION_COOKIE_NAME="innoverkko",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        SESSION_REFRESH_EACH_REQUEST=False,  # a login ends when it ends: no new cookie with every page
        TRUSTED_HOSTS=list(settings.trusted_hosts) or None,
        MAX_CONTENT_LENGTH=(settings.upload_limit_mb + 2) * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        MAX_FORM_PARTS=5000,
        WTF_CSRF_TIME_LIMIT=None,
        SEND_FILE_MAX_AGE_DEFAULT=31_536_000,
    )


def register_root(app: Flask) -> None:
    """Add the pages outside every portal: the bare address and the health checks."""
    app.add_url_rule("/", "root.show_start", root.show_start)
    app.add_url_rule("/v/<letter_code>", "root.show_letter", root.show_letter)
    app.add_url_rule("/healthz", "root.show_health", root.show_health)
    app.add_url_rule("/readyz", "root.show_readiness", root.show_readiness)


def start_worker(app: Flask) -> None:
    """Start the background work inside this process, where the settings ask for it."""
    bound: Runtime = app.extensions["innoverkko"]
    if bound.tools.settings.embedded_worker:
        Worker(bound.tools, bound.clock).start()


def freeze_heap() -> None:
    """Take everything loaded so far out of the garbage collector's rounds: no pauses for it later.

    A page makes some twenty thousand objects and drops them all; looking for circles among them every
    700 objects finds nothing and costs time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_OBJECTS)
