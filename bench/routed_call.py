"""A large call that waits for its routing: applications and evaluators with texts, keywords and employers.

Title and summary of each application, profile and publications of each evaluator are sentences of the
probe's topics in the three languages, drawn from a seed.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import numpy as np

from app.domain.content import Content
from app.domain.lifecycle import ApplicationState, CallState
from app.domain.records import canonical_json, sha256_text
from app.models import ApplicationVersion, Call, EvaluatorProfile, PoolMember, RoleGrant, User
from app.services.record.tools import Tools
from bench.processes import ROOT
from bench.prototypes import Prototype, read_prototypes
from bench.record import Record
from bench.routing_instances import Size
from bench.seed import OPENED_AGO, People, Rows, publish
from bench.seed_applications import ApplicationMaker
from bench.topics import TOPICS, Topic, read_topics
from calls.definition import CallDefinition
from calls.round_input import shift_definition
from calls.routing import Loads, RoutingSettings
from scoring.routing.affinity.languages import LANGUAGES

SEED = 7
CAPACITY = 12
TOPICS_OF_PERSON, PUBLICATIONS = 3, 4
SENTENCES = 3
EMPLOYERS, REGIONS = 250, 19
COMPARED = ("title_fi", "title_en", "title_sv", "summary_fi", "summary_en")
"""Questions whose answers are compared; the packaged call compares nine longer ones besides."""


def seed_routed_call(tools: Tools, size: Size, now: datetime) -> uuid.UUID:
    """Fill a migrated, empty database; return the call. The same size gives the same texts."""
    definition, prototypes = read_prototypes(tools)
    texts = _Texts(np.random.default_rng(SEED), read_topics(ROOT / TOPICS))
    with tools.database.unit_of_work() as session:
        stated = shift_definition(
            _stated(definition), now - OPENED_AGO - definition.timetable.opens
        )
        people = People.add(session, stated, now)
        call = publish(session, tools, stated, people, now)
        call.state = CallState.IN_EVALUATION
        session.flush()
        rows, record = Rows(), Record.open(session)
        maker = ApplicationMaker(rows, record, people.password_hash, texts=False)
        for number in range(1, size.proposals + 1):
            _submit(maker, call, prototypes[number % len(prototypes)], number, texts)
        _add_people(rows, call, size.evaluators, texts, people.password_hash, now)
        record.keep(rows)
        rows.insert(session)
        return call.id


def _stated(definition: CallDefinition) -> CallDefinition:
    """Return the call with the greatest total, its language rule, and no rule on whole panels."""
    kept = tuple(rule for rule in definition.routing.rules if rule.kind == "language")
    settings = RoutingSettings(
        objective="total", load=Loads(maximum=CAPACITY), rules=kept, texts=COMPARED
    )
    return definition.model_copy(update={"routing": settings})


class _Texts:
    """Draws sentences, languages and places."""

    def __init__(self, rng: np.random.Generator, topics: list[Topic]) -> None:
        self.rng, self._topics = rng, topics

    def topics(self, count: int) -> list[Topic]:
        """Return different topics."""
        return [self._topics[at] for at in self.rng.choice(len(self._topics), count, replace=False)]

    def languages(self) -> list[str]:
        """Return the languages that somebody reads: nearly always more than one."""
        read = [each for each in LANGUAGES if self.rng.random() < 0.8]
        return read or ["fi"]


def _submit(
    maker: ApplicationMaker, call: Call, prototype: Prototype, number: int, texts: _Texts
) -> None:
    made = maker.submit(call, prototype, number)
    made.row["state"] = ApplicationState.ELIGIBLE
    told = texts.topics(SENTENCES)
    answers: Mapping[str, Any] = {
        **prototype.content.answers,
        **{f"title_{each}": told[0]["profile"][each] for each in LANGUAGES},
        **{
            f"summary_{each}": " ".join(topic["summary"][each] for topic in told)
            for each in ("fi", "en")
        },
    }
    frozen = Content(answers, prototype.content.partners, prototype.content.attachments)
    text = canonical_json(frozen.to_json())
    version = maker.rows.by_table[ApplicationVersion.__table__][-1]  # type: ignore[index]
    version |= {"content": text, "sha256": sha256_text(text)}


def _add_people(
    rows: Rows, call: Call, count: int, texts: _Texts, hashed: str, now: datetime
) -> None:
    made = list(_make_people(count, texts))
    for key, _profile in made:
        email = f"henkilo-{key.int & 0xFFFFFF}@arvioijat.example"
        rows.add(
            User,
            [
                {
                    "id": key,
                    "email": email,
                    "display_name": email,
                    "created_at": now,
                    "password_hash": hashed,
                    "language": "fi",
                }
            ],
        )
        rows.add(
            RoleGrant,
            [{"user_id": key, "role": "evaluator", "authority_key": "", "granted_at": now}],
        )
    rows.add(EvaluatorProfile, ({"user_id": key, **profile} for key, profile in made))
    rows.add(
        PoolMember,
        (
            {"call_id": call.id, "evaluator_id": key, "capacity": CAPACITY, "added_at": now}
            for key, _profile in made
        ),
    )


def _make_people(count: int, texts: _Texts) -> Iterator[tuple[uuid.UUID, dict[str, Any]]]:
    for number in range(1, count + 1):
        known = texts.topics(TOPICS_OF_PERSON)
        own = str(texts.rng.choice(LANGUAGES))
        employer = int(texts.rng.integers(EMPLOYERS))
        yield (
            uuid.UUID(int=(1 << 100) + number),
            {
                "code": f"A{number:05}",
                "employer": f"Esimerkkilaitos {employer}",
                "region": f"{int(texts.rng.integers(1, REGIONS + 1)):02}",
                "languages": texts.languages(),
                "keywords": [],
                "ford": sorted({str(each["field"]) for each in known}),
                "interests": [],
                "profile_text": " ".join(each["profile"][own] for each in known),
                "publications": [
                    known[at % len(known)]["summary"][str(texts.rng.choice(LANGUAGES))]
                    for at in range(PUBLICATIONS)
                ],
                "is_senior": bool(texts.rng.random() < 0.5),
            },
        )
