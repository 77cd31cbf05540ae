"""The blueprint of the portal; importing the view modules registers their pages."""

from __future__ import annotations

from flask import Blueprint

from app.web import call_words
from app.web.funder import conflict_words, routing_words, statistics_words, words
from app.web.funder.terms import term_names, write_match, write_model, write_shared, write_terms

bp = Blueprint("funder", __name__, url_prefix="/funder")


@bp.context_processor
def add_words() -> dict[str, object]:
    """Give the portal's templates the words of states, steps and acts."""
    return {
        "words": words,
        "conflict_words": conflict_words,
        "routing_words": routing_words,
        "statistics_words": statistics_words,
        "call_words": call_words,
        "term_names": term_names,
        "write_match": write_match,
        "write_model": write_model,
        "write_shared": write_shared,
        "write_terms": write_terms,
    }
