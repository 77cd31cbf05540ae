"""Rounds at the stages that the tests of the portals begin from."""

from __future__ import annotations

from tests.web.funder_round import stage_fixture
from tests.web.guarded_round import guarded, guarded_source

__all__ = ["guarded", "guarded_source"]

submitted_source, submitted = stage_fixture("submitted", "eligibility")
scored_source, scored = stage_fixture("scored", "rank")
ranked_source, ranked = stage_fixture("ranked", "decisions")
checked_source, checked = stage_fixture("checked", "evaluate")
