"""Files of an application: refused, added, marked, removed."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa

from app.models import Event
from tests.support import applicants
from tests.web.applicant.addressing import address


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty. Choose another file."),
        (b"hello", "The file is not a PDF. Save the document as PDF and add it again."),
    ],
)
def test_a_file_is_refused_in_plain_words(client, draft, content, reason):
    page = client.get(address(draft, "/attachments"))
    form = 'form[action$="/attachments/att_agreement"]'
    refused = client.submit(
        page, form, status=422, **{"att_agreement-file": (io.BytesIO(content), "a.pdf")}
    )
    assert refused.errors == [reason]


def test_a_file_is_added_downloaded_and_removed(client, draft):
    page = client.get(address(draft, "/attachments"))
    form = 'form[action$="/attachments/att_agreement"]'
    file = (io.BytesIO(applicants.small_pdf()), "aiesopimus.pdf")
    half = client.submit(
        page,
        form,
        status=422,
        **{"att_agreement-file": file, "att_agreement-ground": "JulkL 24.1 § 20"},
    )
    assert half.errors == ["Give both the ground and the reason for secrecy, or neither"]
    file = (io.BytesIO(applicants.small_pdf()), "aiesopimus.pdf")
    client.submit(
        page,
        form,
        **{
            "att_agreement-file": file,
            "att_agreement-ground": "JulkL 24.1 § 20",
            "att_agreement-reason": "Hinnoittelu",
        },
    )
    added = client.get(address(draft, "/attachments"))
    assert client.get(added.links()["aiesopimus.pdf"]).response.data[:5] == b"%PDF-"
    client.submit(added, 'form[action$="/remove"]')
    assert "aiesopimus.pdf" not in client.get(address(draft, "/attachments")).links()


def add_file(client, draft):
    page = client.get(address(draft, "/attachments"))
    file = (io.BytesIO(applicants.small_pdf()), "aiesopimus.pdf")
    form = 'form[action$="/attachments/att_agreement"]'
    client.submit(page, form, **{"att_agreement-file": file})
    added = client.get(address(draft, "/attachments"))
    return added.links()["Change the secrecy mark: aiesopimus.pdf"]


def acts(database, draft):
    with database.reading() as session:
        query = sa.select(Event.action, Event.data).where(Event.application_id == draft)
        return [(action, data) for action, data in session.execute(query.order_by(Event.seq))]


def test_a_file_is_marked_secret_without_adding_it_again(client, database, draft):
    link = add_file(client, draft)
    page = client.get(link)
    half = client.submit(page, status=422, ground="JulkL 24.1 § 20")
    assert half.errors == ["Give both the ground and the reason for secrecy, or neither"]
    client.submit(page, ground="JulkL 24.1 § 20", reason="Hinnoittelu")
    shown = client.get(address(draft, "/attachments"))
    assert shown.texts(".govuk-tag") == ["Secret"]
    action, data = acts(database, draft)[-1]
    assert (action, data["ground"]) == ("application.mark_attachment", "JulkL 24.1 § 20")
    client.submit(client.get(link), ground="", reason="")
    assert client.get(address(draft, "/attachments")).texts(".govuk-tag") == []


def test_a_mark_is_not_changed_after_submission(client, complete, database):
    link = client.get(address(complete, "/attachments")).links()
    secrecy = next(href for text, href in link.items() if text.startswith("Change the secrecy"))
    client.submit(client.get(address(complete, "/check")), "#submit-form", declaration="y")
    client.get(secrecy, status=403)
