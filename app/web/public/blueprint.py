"""The blueprint of the portal; importing the view modules below registers their pages."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("public", __name__, url_prefix="/<any(fi,sv,en):language>")
