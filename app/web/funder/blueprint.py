"""The blueprint of the portal; importing the view modules below registers their pages."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("funder", __name__, url_prefix="/funder")
