"""Files of the page: served before the framework, in the smaller form that the build has made beside each.

WhiteNoise sends ``.br`` or ``.gz`` siblings with Content-Encoding and Vary, answers conditional and
range requests, and lets browsers keep for ever what is addressed by its hash (``asset_url``).
"""

from __future__ import annotations

from pathlib import PurePath
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise

ADDRESSED_BY_HASH = frozenset({".css", ".js", ".svg", ".woff2"})
"""Kinds of files whose addresses carry their hash: a changed file has another address."""


def is_addressed_by_hash(path: str, _address: str) -> bool:
    """Tell whether pages and the style sheet always ask for a file with its hash."""
    return PurePath(path).suffix in ADDRESSED_BY_HASH


def add_file_headers(headers: Headers, _path: str, _address: str) -> None:
    """Add the headers that stand on pages too and mean something for a file."""
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"


def register_static_files(app: Flask) -> None:
    """Put the files before the application; what is not a file goes on to it."""
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]  # the documented way to wrap an application
        app.wsgi_app,
        root=app.static_folder,
        prefix="static",
        max_age=3600,
        allow_all_origins=False,
        add_headers_function=add_file_headers,
        immutable_file_test=is_addressed_by_hash,
    )
