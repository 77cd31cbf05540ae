"""Decisions of a seeded round, through the services; the paper is one stand-in page of a letter's size."""

from __future__ import annotations

import dataclasses
import io
import random
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pikepdf
import sqlalchemy as sa

from app.domain.actors import SYSTEM, Actor
from app.domain.lifecycle import DecisionState
from app.domain.records import sha256_bytes
from app.models import Application, Decision, Job, OutboxMail
from app.pdf.seal.facts import SealedFile, SealFacts
from app.pdf.seal.means import SealMeans
from app.services.decision import decisions, serving, signing
from app.services.decision.ranking import support_of
from app.services.record.tools import Tools

LETTER_BYTES = 60_000
"""The size of a decision letter of three pages with its embedded fonts."""


@dataclass(frozen=True, slots=True)
class StoredPaper:
    """A renderer that hands out one paper: seeding measures the database, not the layout engine."""

    paper: bytes

    def issue(
        self,
        _data: Mapping[str, Any],
        _means: SealMeans,
        moment: datetime,
        _laid_out: bytes | None = None,
    ) -> SealedFile:
        """Return the paper with the number of the decision at its end, as if it had been sealed."""
        content = self.paper + f"%{uuid.uuid4()}\n".encode()
        seal = sha256_bytes(self.paper)
        facts = SealFacts(
            level="B-B", holder="–", certificate_sha256=seal, valid_until=moment.isoformat()
        )
        return SealedFile(content=content, unsealed_sha256=seal, facts=facts)


def make_paper() -> bytes:
    """Return a PDF of a letter's size."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(595, 842))
    filler = random.Random(2027).randbytes(LETTER_BYTES)  # noqa: S311 - any bytes that do not compress
    document.pages[0].Contents = document.make_stream(b"% " + filler.hex().encode()[:LETTER_BYTES])
    buffer = io.BytesIO()
    document.save(buffer, deterministic_id=True, compress_streams=False)
    return buffer.getvalue()


def serve_letters(
    tools: Tools, keys: Sequence[uuid.UUID], actors: Mapping[str, Actor], now: datetime
) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """Draft, present, approve, sign and serve a grant for each application; return (application, decision)."""
    desk: Any = dataclasses.replace(tools, renderer=StoredPaper(make_paper()))  # type: ignore[arg-type]
    officer, decider = actors["esittelija"], actors["ratkaisija"]
    at = now - timedelta(days=1)
    served = []
    with tools.database.unit_of_work() as session:
        for key in keys:
            application = session.get_one(Application, key)
            decision = Decision(
                application_id=key,
                call_id=application.call_id,
                number=1,
                kind="grant",
                state=DecisionState.DRAFT,
                language=application.language,
                support=support_of(application),
                draft={"conditions": []},
                created_at=at,
            )
            session.add(decision)
            session.flush()
            decisions.present_decision(session, tools.registers, decision.id, officer, at)
            decisions.approve_decision(session, tools.registers, decision.id, decider, at)
            file = signing.make_letter_file(session, desk, decision.id, at)
            if file is not None:
                signing.sign_decision(session, decision.id, file, at)
            serving.serve_decision(session, decision.id, SYSTEM, at)
            served.append((key, decision.id))
        # Signed and told already: the worker of a measured server must not do it again meanwhile.
        session.execute(sa.delete(Job).where(Job.task == "sign_decision"))
        session.execute(sa.delete(OutboxMail))
    return served
