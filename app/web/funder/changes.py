"""What changed between two submitted versions of an application, side by side."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import render_template, request
from werkzeug.exceptions import NotFound as NoSuchPage

from app.policies.funder import may_view_application
from app.queries.content import list_versions, load_version_content
from app.queries.funder.calls import load_application
from app.queries.funder.detail import list_completions
from app.services.call.calls import get_definition
from app.web.access import requires
from app.web.answers import Shown, ShownSection, present_sections
from app.web.binding import now, reading, tools
from app.web.funder.blueprint import bp
from calls.text import Text

if TYPE_CHECKING:
    from app.models import Application


@dataclass(frozen=True, slots=True)
class Change:
    """One question whose answer differs, or that was asked about and does not differ."""

    section: Text
    before: Shown
    after: Shown
    was_asked: bool

    @property
    def differs(self) -> bool:
        """Tell whether the answer changed."""
        return self.before != self.after


def compare(
    before: Sequence[ShownSection], after: Sequence[ShownSection], asked: frozenset[str]
) -> list[Change]:
    """Return the questions whose answers differ, and those that were asked about."""
    old = {shown.id: shown for section in before for shown in section.answers}
    changes = [
        Change(section.title, old[shown.id], shown, shown.id in asked)
        for section in after
        for shown in section.answers
        if shown.id in old
    ]
    return [each for each in changes if each.differs or each.was_asked]


@bp.get("/applications/<uuid:application_id>/changes")
@requires(may_view_application, load=load_application)
def show_changes(application: Application, application_id: uuid.UUID) -> str:
    """Show the answers of two versions beside each other: the newest and the one before it."""
    versions = dict(list_versions(reading(), application_id))
    newest = max(versions)
    number = request.args.get("version", default=newest, type=int)
    if number not in versions or number < 2:  # noqa: PLR2004 - the first version has none before it
        raise NoSuchPage
    definition = get_definition(reading(), application.call_version_id)
    registers = tools().registers
    before, after = (
        present_sections(
            definition, load_version_content(reading(), application_id, each), registers
        )
        for each in (number - 1, number)
    )
    completions = list_completions(reading(), application_id)
    answered = [each for each in completions if each.closed_at == versions[number]]
    asked = frozenset(question for each in answered for question in each.question_ids)
    return render_template(
        "funder/changes_show.html",
        application=application,
        versions=versions,
        number=number,
        requests=answered,
        changes=compare(before, after, asked),
        now=now(),
    )
