"""The definitions of calls, parsed once: a stored version never changes."""

from __future__ import annotations

import uuid
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import NotFound
from app.models import CallVersion
from calls import load
from calls.definition import CallDefinition

_DEFINITIONS: dict[uuid.UUID, CallDefinition] = {}
"""Parsed versions by their random identifier, which no two databases share."""


def get_definition(session: Session, call_version_id: uuid.UUID) -> CallDefinition:
    """Return the definition of a version; parsed once, since versions never change."""
    if call_version_id not in _DEFINITIONS:
        query = sa.select(CallVersion.definition).where(CallVersion.id == call_version_id)
        text = session.scalar(query)
        if text is None:
            raise NotFound(call_version=str(call_version_id))
        _DEFINITIONS[call_version_id] = parse_definition(text)
    return _DEFINITIONS[call_version_id]


@lru_cache(maxsize=64)
def parse_definition(text: str) -> CallDefinition:
    """Return the definition that a stored canonical JSON text holds."""
    return load.definition_from_json(text)
