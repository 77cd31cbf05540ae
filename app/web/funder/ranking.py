"""The ranking against the budget, and the selection along it."""

from __future__ import annotations

import uuid
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flask import Response as Download
from flask import render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from app.domain.errors import NotFound
from app.policies.funder import may_handle_call, may_select_along_ranking, may_view_call
from app.queries.conflicts import list_closed_to
from app.queries.funder.analyses import find_analysis, find_waiting
from app.queries.funder.calls import load_call
from app.queries.funder.outcomes import RankingView, find_ranking, list_names
from app.queries.selection import find_selection
from app.services.decision import analyses, ranking, selection
from app.web.access import requires
from app.web.binding import now, reading, tools
from app.web.funder import doubt
from app.web.funder.acts import act_on_form
from app.web.funder.blueprint import bp
from app.web.login import current_actor
from app.web.papers import send_ranking
from app.web.spreadsheets import write_rows
from forms.funder import RankingForm, SelectionForm

if TYPE_CHECKING:
    from app.models import Call

Answer = str | Response | tuple[str, int]
COLUMNS = (
    "position",
    "record_number",
    "acronym",
    "lead_partner",
    "total",
    "support",
    "left",
    "outcome",
    "reserve_place",
    "skip_reason",
    "total_exact",
)


def _page(call: Call, form: RankingForm, selection_form: SelectionForm) -> str:
    actor = current_actor()
    view = find_ranking(reading(), call.id)
    names = list_names(reading(), call.id)
    view = view.shown_to(names) if view else None
    sums = (
        {key: Decimal(view.content[key]) for key in ("budget", "awarded", "left")} if view else {}
    )
    rows = _shown_rows(view)
    form.skip.choices = _skippable(names, view.content["rows"] if view else [])
    return render_template(
        "funder/ranking_show.html",
        call=call,
        view=view,
        sums=sums,
        rows=rows,
        reserve=sorted(
            (row for row in rows if row["reserve_place"]), key=lambda row: row["reserve_place"]
        ),
        lots=_drawn_lots(view),
        names=names,
        selection=find_selection(reading(), call.id),
        form=form,
        selection_form=selection_form,
        may_draw=may_handle_call(actor, call),
        may_select=may_select_along_ranking(actor, call),
        regions={each.code: each.name for each in tools().registers.regions},
        **_decision_support(call, view, names),
    )


def _decision_support(
    call: Call, view: RankingView | None, names: dict[str, tuple[str, str, str]]
) -> dict[str, Any]:
    """Return what stands beside the official ranking: the newest analysis, its rows and its plot."""
    analysis = find_analysis(reading(), call.id)
    found: dict[str, Any] = {"analysis": analysis, "waiting": find_waiting(reading(), call.id)}
    if analysis is None:
        return found | {"doubt": [], "plot": None, "closed": frozenset()}
    closed = list_closed_to(reading(), call.id, current_actor().user_id)
    places = {row["application"]: row["position"] for row in (view.content["rows"] if view else [])}
    rows = doubt.list_doubt(analysis, places, names, closed)
    plot = doubt.draw_plot(
        rows, doubt.line_of(analysis.content), doubt.count_ranks(analysis.content)
    )
    return found | {"doubt": rows, "plot": plot if rows else None, "closed": closed}


def _shown_rows(view: RankingView | None) -> list[dict[str, Any]]:
    """Return the rows with their figures as numbers; the last funded one carries the line."""
    rows = [dict(row) for row in (view.content["rows"] if view else [])]
    funded = [row["position"] for row in rows if row["outcome"] == "funded"]
    for row in rows:
        row |= {key: Decimal(row[key]) for key in ("total", "support", "left")}
        row["is_line"] = bool(funded) and row["position"] == max(funded)
        row["tie_break"] = [_traced(step) for step in row["tie_break"]]
    return rows


def _drawn_lots(view: RankingView | None) -> list[tuple[int, str]]:
    """Return the places that a lot gave, in order, with the applications."""
    lot = view.content.get("lot") if view else None
    return sorted((place, key) for key, place in lot["places"].items()) if lot else []


def _traced(step: dict[str, Any]) -> dict[str, Any]:
    value = step["value"]
    return {**step, "value": None if value is None else Fraction(value)}


def _skippable(
    names: dict[str, tuple[str, str, str]], rows: list[dict[str, Any]]
) -> list[SelectChoice]:
    stopped = [row for row in rows if row["outcome"] != "funded"]
    options = [
        SelectChoice(str(row["application"]), " ".join(names[str(row["application"])][:2]))
        for row in stopped
    ]
    return [SelectChoice("", _("No one")), *options]


@bp.get("/calls/<uuid:call_id>/ranking")
@requires(may_view_call, load=load_call)
def show_ranking(call: Call, **_ids: uuid.UUID) -> str:
    """Show the newest ranking with the funding line and how ties were parted."""
    return _page(call, RankingForm(), SelectionForm())


@bp.post("/calls/<uuid:call_id>/ranking/draw")
@requires(may_handle_call, load=load_call)
def draw_ranking(call: Call, call_id: uuid.UUID) -> Answer:
    """Draw the ranking; the earlier ones stay on record."""
    form = RankingForm(request.form)
    form.skip.choices = [SelectChoice(key) for key in ("", *list_names(reading(), call_id))]

    def work(session: Session) -> None:
        skips = {form.skip.data: form.skip_reason.data or ""} if form.skip.data else {}
        view = find_ranking(session, call_id)
        kept = {
            row["application"]: row["skip_reason"]
            for row in (view.content["rows"] if view else [])
            if row["outcome"] == "skipped"
        }
        wishes = ranking.RankingWishes({**kept, **skips}, form.reason.data or "")
        ranking.draw_ranking(session, call_id, current_actor(), now(), wishes)
        analyses.request_analysis(session, call_id, current_actor(), now())

    target = url_for("funder.show_ranking", call_id=call_id)
    done = _("The ranking was drawn.")
    return act_on_form(form, work, target, done, lambda: _page(call, form, SelectionForm()))


@bp.post("/calls/<uuid:call_id>/select")
@requires(may_select_along_ranking, load=load_call)
def select_applications(call: Call, call_id: uuid.UUID) -> Answer:
    """Select along the ranking: an act of the selecting body."""
    form = SelectionForm(request.form)

    def work(session: Session) -> None:
        statement = form.statement.data or ""
        selection.select_along_ranking(session, call_id, statement, current_actor(), now())

    target = url_for("funder.show_ranking", call_id=call_id)
    done = _("The selection was made.")
    return act_on_form(form, work, target, done, lambda: _page(call, RankingForm(), form))


@bp.get("/calls/<uuid:call_id>/ranking.csv")
@requires(may_view_call, load=load_call)
def export_ranking(call: Call, call_id: uuid.UUID) -> Download:
    """Send the newest ranking as CSV."""
    view = find_ranking(reading(), call_id)
    if view is None:
        raise NotFound(ranking=str(call_id))
    names = list_names(reading(), call_id)
    view = view.shown_to(names)
    rows = (
        [row["position"], *names[row["application"]], *(row[key] for key in COLUMNS[4:])]
        for row in view.content["rows"]
    )
    headers = {"Content-Disposition": f'attachment; filename="{call.code}-ranking.csv"'}
    return Download(write_rows(COLUMNS, rows), mimetype="text/csv", headers=headers)


@bp.get("/calls/<uuid:call_id>/ranking.pdf")
@requires(may_view_call, load=load_call)
def download_ranking(call: Call, **_ids: uuid.UUID) -> Download:
    """Send the newest ranking as PDF, with the record of the lot if one was drawn: annex and archive copy."""
    return send_ranking(call)
