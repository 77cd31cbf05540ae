"""The command line: the same use cases as the browser's, for operators and analysts."""

from __future__ import annotations

from app.cli.commands import main

__all__ = ["main"]
