"""Secrecy marks of files that are there already, on both databases."""

from __future__ import annotations

import pytest

from app.domain.errors import InvalidInput, NotFound
from app.models import Attachment
from app.services.application.attachments import SecrecyMark, mark_attachment, remove_attachment


def add_file(draft):
    with draft.database.unit_of_work() as session:
        attachment = Attachment(
            application_id=draft.id,
            question_id="att_agreement",
            filename="aiesopimus.pdf",
            media_type="application/pdf",
            size=10,
            sha256="0" * 64,
            pages=1,
            uploaded_at=draft.now,
        )
        session.add(attachment)
        session.flush()
        return attachment.id


def mark(draft, attachment_id, ground, reason):
    with draft.database.unit_of_work() as session:
        given = SecrecyMark(ground, reason)
        mark_attachment(session, attachment_id, given, draft.owner, draft.now)


def test_a_mark_is_set_and_taken_away_each_with_one_event(stage):
    attachment_id = add_file(stage)
    mark(stage, attachment_id, "JulkL 24.1 § 20", " Hinnoittelu ")
    with stage.database.reading() as session:
        stored = session.get_one(Attachment, attachment_id)
        assert (stored.secrecy_ground, stored.secrecy_reason) == ("JulkL 24.1 § 20", "Hinnoittelu")
    mark(stage, attachment_id, "", "")
    with stage.database.reading() as session:
        assert session.get_one(Attachment, attachment_id).secrecy_ground == ""
    assert stage.acts()[-2:] == ["application.mark_attachment"] * 2


@pytest.mark.parametrize(("ground", "reason"), [("JulkL 24.1 § 20", " "), ("", "Hinnoittelu")])
def test_half_a_mark_is_refused(stage, ground, reason):
    attachment_id = add_file(stage)
    with pytest.raises(InvalidInput):
        mark(stage, attachment_id, ground, reason)


def test_a_removed_file_is_not_marked(stage):
    attachment_id = add_file(stage)
    with stage.database.unit_of_work() as session:
        remove_attachment(session, attachment_id, stage.owner, stage.now)
    with pytest.raises(NotFound):
        mark(stage, attachment_id, "", "")
