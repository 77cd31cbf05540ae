"""The annex with the ranking: a ranking as it was drawn, with names, reasons, lot and the act of selection."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.errors import NotFound
from app.domain.times import to_local
from app.models import Application, Call, Decision, Ranking
from app.pdf import ranking_data as paper
from app.pdf.formatting import format_money, format_score
from app.pdf.texts import load_labels
from app.pdf.values import Language
from app.queries.calls import SERVED
from app.queries.selection import find_newest_ranking, find_selection
from app.services.call.calls import get_definition
from calls.definition import CallDefinition
from calls.registers import Registers
from calls.text import Language as TextLanguage
from calls.text import in_language
from scoring.aggregate import rounded
from scoring.lottery import draw_order, hash_list
from scoring.rounding import half_up

UNKNOWN = "–"


@dataclass(frozen=True, slots=True)
class AnnexSource:
    """What an annex is made from: the frozen ranking, and what its applications are called."""

    session: Session
    registers: Registers
    call: Call
    definition: CallDefinition
    ranking: Ranking
    content: Mapping[str, Any]
    names: Mapping[str, paper.NamedApplication]
    language: Language

    @property
    def labels(self) -> Mapping[str, str]:
        """Return the fixed words of papers in the language of the annex."""
        return load_labels(self.language)

    def text(self, words: Mapping[TextLanguage, str]) -> str:
        """Return a text of the call or of a register in the language of the annex."""
        return in_language(words, self.language, self.definition.authoritative_language)[0]

    def name_body(self, key: str) -> str:
        """Return the name of an authority; blank where the register has none of that key."""
        body = self.registers.find_authority(key)
        return self.text(body.names) if body else ""

    def find_name(self, key: str) -> paper.NamedApplication:
        """Return what an application of the ranking is called."""
        blank = paper.NamedApplication(record_number=UNKNOWN, project="", applicant=UNKNOWN)
        return self.names.get(key, blank)


def build_ranking_annex(
    session: Session, registers: Registers, call: Call, language: Language
) -> paper.RankingAnnexData:
    """Return the annex of the newest ranking of a call.

    Raises:
        NotFound: if none has been drawn.
    """
    ranking = find_newest_ranking(session, call.id)
    if ranking is None or call.version_id is None:
        raise NotFound(ranking=str(call.id))
    source = AnnexSource(
        session=session,
        registers=registers,
        call=call,
        definition=get_definition(session, call.version_id),
        ranking=ranking,
        content=json.loads(ranking.content),
        names=_list_names(session, call.id),
        language=language,
    )
    return _write(source)


def _write(source: AnnexSource) -> paper.RankingAnnexData:
    content, ranking = source.content, source.ranking
    scenario = content.get("scenario")
    return paper.RankingAnnexData(
        language=source.language,
        authority_name=source.name_body(source.call.selecting_authority),
        call_id=source.call.code,
        call_title=source.text(source.definition.title),
        number=ranking.number,
        drawn_at=to_local(ranking.created_at).isoformat(timespec="seconds"),
        sha256=ranking.sha256,
        algorithm=content.get("algorithm") or UNKNOWN,
        rule=content.get("rule") or "",
        maximum=f"{source.definition.rubric.sum_of_weights:f}",
        budget=content["budget"],
        awarded=content["awarded"],
        left=content["left"],
        is_public=_is_public(source),
        places=tuple(_write_place(source, row) for row in content["rows"]),
        below_threshold=tuple(source.find_name(key) for key in content["below_threshold"]),
        reason=ranking.reason,
        scenario=f"{scenario['number']} {scenario['name']}" if scenario else "",
        call_version=content.get("call_version"),
        rubric_sha256=content.get("rubric_sha256"),
        selection=_find_selection(source),
        lot=_write_lot(source, content.get("lot")),
    )


def _list_names(session: Session, call_id: uuid.UUID) -> dict[str, paper.NamedApplication]:
    rows = session.execute(
        sa.select(
            Application.id, Application.record_number, Application.acronym, Application.lead_name
        ).where(Application.call_id == call_id, Application.record_number.is_not(None))
    )
    return {
        str(key): paper.NamedApplication(
            record_number=number or UNKNOWN, project=acronym, applicant=lead
        )
        for key, number, acronym, lead in rows
    }


def _is_public(source: AnnexSource) -> bool:
    """Tell whether every application of the ranking has its decision served (621/1999, 6 §)."""
    keys = {row["application"] for row in source.content["rows"]} | {
        *source.content["below_threshold"]
    }
    served = source.session.scalars(
        sa.select(Decision.application_id).where(
            Decision.call_id == source.call.id, Decision.state.in_(SERVED)
        )
    )
    return bool(keys) and keys <= {str(key) for key in served}


def _write_place(source: AnnexSource, row: Mapping[str, Any]) -> paper.RankedPlace:
    name = source.find_name(row["application"])
    return paper.RankedPlace(
        **name.model_dump(),
        position=row["position"],
        total=row["total"],
        support=row["support"],
        left=row["left"],
        outcome=row["outcome"],
        reserve_place=row["reserve_place"],
        reasons=tuple(_give_reasons(source, row)),
    )


def _give_reasons(source: AnnexSource, row: Mapping[str, Any]) -> Iterable[str]:
    if row.get("skip_reason"):
        yield row["skip_reason"]
    if row.get("certificate"):
        yield source.labels[f"misfit_{row['certificate']['reason']}"]
    for step in row["tie_break"]:
        yield _describe_step(source, step)


def _describe_step(source: AnnexSource, step: Mapping[str, Any]) -> str:
    """Return one tie-break: its rule, the value, the rivals, and whether it parted them."""
    labels = source.labels
    rivals = ", ".join(source.find_name(key).record_number for key in step["rivals"])
    decided = f", {labels['tie_decided']}" if step["decided"] else ""
    value = _write_value(source.language, step["rule"], step["value"])
    return f"{labels['tie_' + step['rule']]}: {value}, {labels['tie_against']} {rivals}{decided}."


def _write_value(language: Language, rule: str, value: str | None) -> str:
    if value is None:
        return UNKNOWN
    exact = Fraction(value)
    if rule == "LowerSupportPerCompany":
        return format_money(f"{half_up(exact):.2f}", language)
    return format_score(f"{rounded(exact):f}", language)


def _find_selection(source: AnnexSource) -> paper.Selection | None:
    act = find_selection(source.session, source.call.id)
    if act is None or act.ranking_id != source.ranking.id:
        return None
    return paper.Selection(
        body=source.name_body(act.authority_key),
        selected_at=to_local(act.selected_at).isoformat(timespec="seconds"),
        statement=act.statement,
    )


def _write_lot(source: AnnexSource, lot: Mapping[str, Any] | None) -> paper.LotProtocol | None:
    """Return the record of a lot with the digest of each place, drawn again from the frozen seed."""
    if lot is None:
        return None
    again = draw_order(lot["call"], lot["ids"], bytes.fromhex(lot["seed"]))
    return paper.LotProtocol(
        call=lot["call"],
        seed=lot["seed"],
        list_sha256=hash_list(lot["ids"]),
        places=tuple(
            paper.LotPlace(
                place=each.position,
                record_number=source.find_name(each.id).record_number,
                project=source.find_name(each.id).project,
                identifier=each.id,
                digest=each.digest,
            )
            for each in again.lots
        ),
    )
