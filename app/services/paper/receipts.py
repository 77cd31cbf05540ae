"""Receipts of submission: proof that anyone can check without us (Act 13/2003, 12 §)."""

from __future__ import annotations

import uuid

from sqlalchemy.orm import Session

from app.domain.times import local_date, to_local
from app.models import Application, ApplicationVersion
from app.pdf import receipt_data as paper
from app.pdf.documents import receipt_pdf
from app.queries.content import read_version
from app.services.call.authorities import get_authority
from app.services.call.calls import get_definition
from app.services.paper.words import Words, say
from app.services.record.tools import Tools
from calls.text import in_language

NEXT_STEPS: tuple[Words, ...] = (
    {
        "fi": "Rahoittaja tarkastaa, täyttääkö hakemus haun ehdot. Tarvittaessa pyydämme täydennystä.",
        "sv": "Finansiären kontrollerar om ansökan uppfyller utlysningens villkor. Vid behov ber vi om"
        " komplettering.",
        "en": "The funder checks whether the application meets the conditions of the call. If needed,"
        " you will be asked to complete it.",
    },
    {
        "fi": "Arvioijat pisteyttävät tukikelpoiset hakemukset haun valintaperusteilla.",
        "sv": "Bedömarna poängsätter de stödberättigande ansökningarna enligt urvalskriterierna.",
        "en": "Evaluators score the eligible applications against the selection criteria of the call.",
    },
    {
        "fi": "Saatte ilmoituksen, kun päätös on luettavissa palvelussa.",
        "sv": "Ni får ett meddelande när beslutet kan läsas i tjänsten.",
        "en": "You will be told when the decision can be read in the service.",
    },
)


def make_receipt_file(session: Session, tools: Tools, version_id: uuid.UUID) -> str | None:
    """Make the receipt of a submitted version and return its SHA-256; None if it has one.

    Nothing is written to the database, so that no writer waits while the receipt is laid out.
    """
    version = session.get_one(ApplicationVersion, version_id)
    if version.receipt_sha256 is not None:
        return None
    return tools.blobs.put(receipt_pdf(build_receipt(session, version), tools.renderer))


def record_receipt(session: Session, version_id: uuid.UUID, sha256: str) -> None:
    """Record the receipt of a version, once; the version itself stays as it was."""
    version = session.get_one(ApplicationVersion, version_id)
    version.receipt_sha256 = version.receipt_sha256 or sha256


def build_receipt(session: Session, version: ApplicationVersion) -> paper.ReceiptData:
    """Return the data of the receipt of a version."""
    application = session.get_one(Application, version.application_id)
    definition = get_definition(session, application.call_version_id)
    content = read_version(version)
    language = application.language
    call = application.call
    authority = get_authority(session, call.granting_authority, local_date(version.submitted_at))
    title = application.title.get(language) or application.title.get("fi") or application.acronym
    return paper.ReceiptData(
        language=language,  # type: ignore[arg-type]  # languages of proceedings are those of receipts
        authority_name=say(authority.name, language),
        record_number=application.record_number or "",
        received_at=to_local(version.submitted_at).isoformat(timespec="seconds"),
        call_id=call.code,
        call_title=in_language(definition.title, language, definition.authoritative_language)[0],
        call_closes=to_local(call.closes_at).isoformat(timespec="seconds"),
        project_title=title,
        applicant_name=application.lead_name,
        version=version.number,
        content_sha256=version.sha256,
        next_steps=tuple(say(step, language) for step in NEXT_STEPS),
        attachments=tuple(
            paper.Attachment(
                name=str(each["filename"]), size=int(each["size"]), sha256=str(each["sha256"])
            )
            for each in content.attachments
        ),
        support_applied=f"{application.support_applied:.2f}"
        if application.support_applied
        else None,
    )
