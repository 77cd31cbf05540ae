"""What tests of services begin from."""

from __future__ import annotations

from tests.services.draft_stage import stage

__all__ = ["stage"]
