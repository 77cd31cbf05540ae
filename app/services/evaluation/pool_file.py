"""The pool of a call as a table: people with what they know, when they have time, and how much."""

from __future__ import annotations

import csv
import io
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import Actor, Role
from app.domain.errors import InvalidInput, Problem
from app.models import EvaluatorProfile, PoolMember, RoleGrant, User
from app.services.call.calls import get_call
from app.services.evaluation.evaluators import add_to_pool
from app.services.record.events import Act, append_event
from app.services.record.transitions import describe

COLUMNS = (
    "code",
    "email",
    "employer",
    "employer_y_tunnus",
    "region",
    "languages",
    "keywords",
    "ford",
    "interests",
    "capacity",
    "available_from",
    "available_to",
    "profile_text",
    "publications",
    "is_senior",
)
LANGUAGES = frozenset({"fi", "sv", "en"})
MOST_ROWS, MOST_CAPACITY = 5000, 200
_LISTS = ("languages", "keywords", "ford", "interests")
_TRUTHS = {"yes": True, "no": False}
_CODE = re.compile(r"[A-Za-z0-9_-]{1,20}")


@dataclass(frozen=True, slots=True)
class PoolRow:
    """One person of the table; lists are already apart."""

    line: int
    texts: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]]
    capacity: int
    available_from: date | None
    available_to: date | None


def read_pool(text: str, known_terms: frozenset[str]) -> list[PoolRow]:
    """Read the table; cells of lists are apart by commas, publications by ``|``.

    Raises:
        InvalidInput: with every fault, each with its line and column.
    """
    separator = ";" if ";" in text.partition("\n")[0] else ","
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=separator)
    missing = [
        name for name in ("code", "email", "capacity") if name not in (reader.fieldnames or ())
    ]
    if missing:
        raise InvalidInput([Problem("column_missing", field=name) for name in missing])
    rows: list[PoolRow] = []
    problems: list[Problem] = []
    for line, cells in enumerate(reader, start=2):
        if line > MOST_ROWS + 1:
            problems.append(Problem("too_many_rows", data={"line": line}))
            break
        found = _read_row(line, cells, known_terms, problems)
        if found is not None:
            rows.append(found)
    if problems:
        raise InvalidInput(problems)
    return rows


def _read_row(
    line: int, cells: Mapping[str, str | None], terms: frozenset[str], problems: list[Problem]
) -> PoolRow | None:
    texts = {name: _plain(cells.get(name)) for name in COLUMNS}
    lists = {name: _split(texts[name], ",") for name in _LISTS}
    lists["publications"] = _split(texts["publications"], "|")
    first, last = _day(texts["available_from"]), _day(texts["available_to"])
    capacity = int(texts["capacity"]) if texts["capacity"].isdecimal() else -1
    is_right = {
        "code": _CODE.fullmatch(texts["code"]) is not None,
        "email": "@" in texts["email"],
        "languages": set(lists["languages"]) <= LANGUAGES,
        "keywords": set(lists["keywords"]) <= terms,
        "ford": set(lists["ford"]) <= terms,
        "capacity": 0 <= capacity <= MOST_CAPACITY,
        "is_senior": texts["is_senior"] in {"", *_TRUTHS},
        "available_from": first is not None or not texts["available_from"],
        "available_to": (last is not None or not texts["available_to"])
        and (first is None or last is None or first <= last),
    }
    wrong = [name for name, right in is_right.items() if not right]
    problems += [Problem("cell_invalid", field=name, data={"line": line}) for name in wrong]
    return None if wrong else PoolRow(line, texts, lists, capacity, first, last)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _plain(cell: str | None) -> str:
    """Return a cell without the apostrophe that keeps spreadsheets from running it."""
    text = (cell or "").strip()
    return text[1:] if text[:2] in {"'=", "'+", "'-", "'@"} else text


def _split(text: str, separator: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(separator) if part.strip())


def import_pool(
    session: Session, call_id: uuid.UUID, rows: list[PoolRow], actor: Actor, now: datetime
) -> int:
    """Bring people into the pool of a call, and their profiles up to date; return how many.

    People need an account with the role of an evaluator; it is found by the e-mail address.

    Raises:
        InvalidInput: naming the lines of people without one, and codes that somebody else has.
    """
    people = _find_evaluators(session, {row.texts["email"].lower() for row in rows})
    profiles = {each.user_id: each for each in session.scalars(sa.select(EvaluatorProfile))}
    owners = {each.code: each.user_id for each in profiles.values()}
    problems = []
    for row in rows:
        person = people.get(row.texts["email"].lower())
        if person is None:
            problems.append(Problem("not_an_evaluator", field="email", data={"line": row.line}))
        elif owners.setdefault(row.texts["code"], person) != person:
            problems.append(Problem("cell_invalid", field="code", data={"line": row.line}))
    if problems:
        raise InvalidInput(problems)
    for row in rows:
        person = people[row.texts["email"].lower()]
        profile = profiles.get(person)
        if profile is None:
            profile = profiles[person] = EvaluatorProfile(user_id=person)
            session.add(profile)
        _fill_profile(profile, row)
        session.flush()
        add_to_pool(session, call_id, person, row.capacity, now)
        member = session.get_one(PoolMember, (call_id, person))
        member.available_from, member.available_to = row.available_from, row.available_to
    act = Act("call.import_pool", describe(get_call(session, call_id)), {"people": len(rows)})
    append_event(session, act, actor, now)
    return len(rows)


def _find_evaluators(session: Session, emails: set[str]) -> dict[str, uuid.UUID]:
    rows = session.execute(
        sa.select(User.email, User.id)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(RoleGrant.role == Role.EVALUATOR, User.is_active)
    )
    return {email: key for email, key in rows if email in emails}


def _fill_profile(profile: EvaluatorProfile, row: PoolRow) -> None:
    profile.code = row.texts["code"]
    profile.employer = row.texts["employer"]
    profile.employer_y_tunnus = row.texts["employer_y_tunnus"]
    profile.region = row.texts["region"]
    profile.languages, profile.keywords = list(row.lists["languages"]), list(row.lists["keywords"])
    profile.ford, profile.interests = list(row.lists["ford"]), list(row.lists["interests"])
    profile.profile_text = row.texts["profile_text"]
    profile.publications = list(row.lists["publications"])
    profile.is_senior = _TRUTHS.get(row.texts["is_senior"], False)
