"""What tests of services begin from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.services.decided_round import copy_round, make_source
from tests.services.draft_stage import stage
from tests.support.panel_figures import compared_panels

__all__ = ["copy_round", "make_source", "stage"]


@pytest.fixture
def panels_fit() -> Iterator[None]:
    """Compare what is kept of evaluations with them at every commit of a test."""
    with compared_panels():
        yield
