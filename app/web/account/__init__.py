"""The account portal."""

from __future__ import annotations

from app.web.account.blueprint import bp

from app.web.account import (  # isort: skip - the pages register themselves on the blueprint
    account,
    confirmation,
    language,
    login,
    passwords,
    registration,
    sessions,
)

__all__ = [
    "account",
    "bp",
    "confirmation",
    "language",
    "login",
    "passwords",
    "registration",
    "sessions",
]
