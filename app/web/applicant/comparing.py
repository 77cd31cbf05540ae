"""The page on which a person chooses between two texts, with everything else that was typed.

Whatever was typed travels on in hidden fields, so nothing is lost however often two people meet. A
choice changes only what the typed page says it was made from: keeping one's own text is a save made in
knowledge of the other; taking the other text is leaving that answer, or row, alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.datastructures import MultiDict

from app.domain.errors import StaleVersion
from app.domain.row_merge import read_base, write_base
from app.web.applicant.conflicts import Conflict, describe_conflicts
from app.web.applicant.row_edits import BASE_PREFIX, base_text, read_typed
from app.web.applicant.saving import VERSION_PREFIX, read_versions
from app.web.applicant.scope import Scope
from app.web.applicant.section_page import retype_section
from calls.definition import Section

CHOICE_PREFIX = "_choice-"
CONFLICT = "_conflict"
TEXTS = ("label", "yours", "stored")
_OWN_FIELDS = ("csrf_token", CONFLICT, "row_action")


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Both texts of each conflict, and everything else that was typed."""

    section: Section
    conflicts: tuple[Conflict, ...]
    typed: tuple[tuple[str, str], ...]
    missing: frozenset[str] = frozenset()
    chosen: Mapping[str, str] | None = None


def compare_page(
    scope: Scope,
    section: Section,
    typed: MultiDict[str, str],
    conflict: StaleVersion | None,
    missing: Collection[str] = (),
) -> ComparePage:
    """Return the page of a conflict; without one, the same page again with the choices that are missing."""
    conflicts = describe_conflicts(scope, conflict) if conflict else tuple(_sent_conflicts(typed))
    chosen = {each.name: typed.get(CHOICE_PREFIX + each.name, "") for each in conflicts}
    return ComparePage(section, conflicts, tuple(_kept(typed)), frozenset(missing), chosen)


def _kept(typed: MultiDict[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in typed.items(multi=True):
        if name not in _OWN_FIELDS and not name.startswith((CHOICE_PREFIX, f"{CONFLICT}-")):
            yield name, value


def _sent_conflicts(typed: MultiDict[str, str]) -> Iterator[Conflict]:
    """Return the conflicts that the page shows, as it sends them back."""
    for name in typed.getlist(CONFLICT):
        question, partner, row, seen = _parts(name)
        texts = {key: typed.get(f"{CONFLICT}-{key}-{name}", "") for key in TEXTS}
        yield Conflict(question, partner, row, seen=seen, **texts)


def _parts(name: str) -> tuple[str, str, str, str]:
    question, partner, row, seen = (*name.split("|"), "", "", "", "")[:4]
    return question, partner, row, seen


def read_choices(
    scope: Scope, section: Section, sent: MultiDict[str, str]
) -> tuple[MultiDict[str, str], set[str], list[str]]:
    """Return what was typed as the choices make it, the answers to leave alone, and missing choices."""
    names = sent.getlist(CONFLICT)
    missing = [each for each in names if sent.get(CHOICE_PREFIX + each) not in {"mine", "theirs"}]
    typed: MultiDict[str, str] = MultiDict(_kept(sent))
    left_out: set[str] = set()
    if missing:
        return typed, left_out, missing
    for name in names:
        question, partner, row, seen = _parts(name)
        is_mine = sent.get(CHOICE_PREFIX + name) == "mine"
        if row:
            digest = seen if is_mine else _typed_digest(scope, section, sent, name)
            _set_base(typed, question, partner, row, digest)
        elif is_mine:
            _set_version(typed, question, partner, seen)
        else:
            left_out.add(question)
    return typed, left_out, missing


def _typed_digest(scope: Scope, section: Section, sent: MultiDict[str, str], name: str) -> str:
    """Return the digest of the row as typed: a row that says it was read so counts as not touched."""
    question_id, partner, row, _seen = _parts(name)
    question = scope.definition.find_question(question_id)
    form = retype_section(scope, section, sent)
    if question is None or question_id not in form:
        return ""
    marked = read_typed(question, form[question_id])
    return read_base(base_text(question, marked)).get(partner, {}).get(row, "")


def _set_base(
    typed: MultiDict[str, str], question: str, partner: str, row: str, digest: str
) -> None:
    """Say of a row what was read of it; nothing, where it is to count as unknown to the page."""
    base = read_base(typed.get(BASE_PREFIX + question, ""))
    rows = base.setdefault(partner, {})
    rows.pop(row, None)
    if digest:
        rows[row] = digest
    typed[BASE_PREFIX + question] = write_base(
        (key, each, text) for key, found in base.items() for each, text in found.items()
    )


def _set_version(typed: MultiDict[str, str], question: str, partner: str, seen: str) -> None:
    name = VERSION_PREFIX + question
    versions: dict[str, Any] = {**(read_versions(typed.get(name)) or {}), partner: seen}
    typed[name] = ",".join(f"{key}:{each}" if key else str(each) for key, each in versions.items())
