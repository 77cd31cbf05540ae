"""Pages outside every portal: the bare address and the health checks."""

from __future__ import annotations

import os

import sqlalchemy as sa
from flask import Response, jsonify, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from app.web.access import everyone, requires
from app.web.binding import reading, tools
from app.web.language import current_language


@requires(everyone)
def show_start() -> Redirect:
    """Go to the front page in the reader's language."""
    return redirect(url_for("public.show_front_page", language=current_language()), code=303)


@requires(everyone)
def show_letter(letter_code: str) -> Redirect:
    """Go from the address that stands on a letter to its page in the reader's language."""
    target = url_for(
        "public.show_letter", language=current_language(), letter_code=letter_code[:40]
    )
    return redirect(target, code=303)


@requires(everyone)
def show_health() -> Response:
    """Say that the process answers."""
    return jsonify(status="ok")


@requires(everyone)
def show_readiness() -> tuple[Response, int]:
    """Say whether the database, the file store and the letter renderer can be used."""
    checks = {
        "database": _is_database_ready(),
        "files": _is_store_ready(),
        "letters": tools().renderer.is_ready(),
    }
    is_ready = all(checks.values())
    return jsonify(
        status="ready" if is_ready else "not ready", checks=checks
    ), 200 if is_ready else 503


def _is_database_ready() -> bool:
    try:
        return reading().scalar(sa.text("SELECT version_num FROM alembic_version")) is not None
    except sa.exc.SQLAlchemyError:
        return False


def _is_store_ready() -> bool:
    folder = tools().settings.files_dir
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.R_OK | os.W_OK | os.X_OK)
