"""The funder portal."""

from __future__ import annotations

from app.web.funder.blueprint import bp

from app.web.funder import (  # isort: skip - the pages register themselves on the blueprint
    applications,
    assignments,
    changes,
    consensus,
    decisions,
    drafts,
    eligibility,
    evaluations,
    inbox,
    letters,
    pool,
    pool_file,
    profiles,
    questions,
    ranking,
    routing,
    routing_pairs,
    support,
)

__all__ = [
    "applications",
    "assignments",
    "bp",
    "changes",
    "consensus",
    "decisions",
    "drafts",
    "eligibility",
    "evaluations",
    "inbox",
    "letters",
    "pool",
    "pool_file",
    "profiles",
    "questions",
    "ranking",
    "routing",
    "routing_pairs",
    "support",
]
