"""Words of the law checklist: what each provision asks for, and where what is missing is mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.domain.letter_law import GAP, Lack, LawItem, Place
from app.pdf.seal.problems import read_reason
from app.services.decision.issuing import STOPPED
from app.web.funder.words import describe_lack

if TYPE_CHECKING:
    from app.models import Decision

LAWS = {
    "HL 28 §": _l("Disqualification"),
    "HL 34 §": _l("Hearing"),
    "HL 44.1 § 1": _l("Authority and day"),
    "HL 44.1 § 2": _l("Parties"),
    "HL 44.1 § 3": _l("Ruling"),
    "HL 44.1 § 4": _l("Contact person"),
    "HL 45 § eligibility": _l("Eligibility"),
    "HL 45 § reasons": _l("Reasons"),
    "HL 45 § provisions": _l("Provisions applied"),
    "HL 46 §": _l("Instructions for claiming rectification"),
    "HL 47 §": _l("Instructions for appeal"),
    "HL 49 §": _l("New instructions"),
    "HL 49 c §": _l("Time limit of the claim"),
    "HL 49 d §": _l("Form and contents of the claim"),
    "HL 50–51 §": _l("Correction of an error"),
    "CPR 50": _l("Visibility of EU funding"),
    "CPR 73(3) conditions": _l("Conditions for support"),
    "CPR 73(3) cost method": _l("Cost method"),
    "CPR 73(3) financing plan": _l("Financing plan"),
    "CPR 73(3) payment": _l("Payment"),
    "CPR 73(3) time limit": _l("Implementation period"),
    "CPR 82": _l("Retention of documents"),
}

PLACES = {
    Place.DRAFT: _l("Write it in the text of the decision"),
    Place.SUPPORT: _l("Set the support by partner"),
    Place.APPLICATION: _l("Ask the applicant to complete the application"),
    Place.ELIGIBILITY: _l("Record the eligibility checks"),
    Place.CONSENSUS: _l("Write the consensus"),
    Place.RANKING: _l("Draw the ranking"),
    Place.CALL: _l("Ask an administrator to mend the call"),
    Place.AUTHORITY: _l("Ask an administrator to mend the data of the authority"),
    Place.PEOPLE: _l("Mend the details of the person in the account"),
    Place.EARLIER: _l("See the earlier decision"),
    Place.TEXTS: _l("The packaged texts must be mended"),
}

SEAL_REASONS = {
    "no_key": _l("No key of the seal is set up."),
    "key_unreadable": _l("The key of the seal cannot be read: %(detail)s."),
    "wrong_password": _l("The password of the key file of the seal is wrong."),
    "no_certificate": _l("The certificate of the seal is missing: %(detail)s."),
    "no_module": _l("The library of the token of the seal cannot be loaded: %(detail)s."),
    "no_token": _l("The token with the key of the seal is not there: %(detail)s."),
    "no_label": _l("The token holds no key and certificate of this name: %(detail)s."),
    "wrong_pin": _l(
        "The token refused the PIN of the seal. The service must be restarted before another try."
    ),
    "token_failed": _l("The token with the key of the seal failed: %(detail)s."),
    "expired": _l("The certificate of the seal expired on %(detail)s."),
    "not_yet_valid": _l("The certificate of the seal is valid only from %(detail)s."),
    "no_timestamp": _l("The timestamping service gave no timestamp: %(detail)s."),
    "no_revocation": _l(
        "It could not be shown that the certificates of the seal are in force: %(detail)s."
    ),
    "not_sealed": _l("The file cannot be sealed: %(detail)s."),
}

_WRITE_OVER = _l("Write over […] in the text of the decision")

_PAGES = {
    Place.APPLICATION: "funder.show_application",
    Place.ELIGIBILITY: "funder.show_eligibility",
    Place.CONSENSUS: "funder.write_consensus",
    Place.RANKING: "funder.show_ranking",
    Place.PEOPLE: "account.show_account",
    Place.EARLIER: "funder.show_follow_up",
}


@dataclass(frozen=True, slots=True)
class LackView:
    """What is missing, how to mend it, and the address of the place if it is a page of this portal."""

    what: str
    how: str
    address: str


@dataclass(frozen=True, slots=True)
class LawView:
    """One line of the checklist."""

    law: str
    what: str
    lacks: tuple[LackView, ...]


def view_checklist(items: tuple[LawItem, ...], decision: Decision) -> list[LawView]:
    """Return the checklist in words: what lacks comes first."""
    lines = [
        LawView(
            _cite(item.law),
            str(LAWS.get(item.law, item.law)),
            tuple(_view_lack(lack, decision) for lack in item.lacks),
        )
        for item in items
    ]
    return sorted(lines, key=lambda line: not line.lacks)


def _cite(law: str) -> str:
    """Return the provision of a mark without the word that tells its parts from each other."""
    head, sign, word = law.partition(" § ")
    if law.startswith("CPR 73(3)"):
        return "CPR 73(3)"
    return f"{head} §" if sign and not word[:1].isdigit() else law


def _view_lack(lack: Lack, decision: Decision) -> LackView:
    path, gap, _rest = lack.path.partition(f" {GAP}")
    what = describe_lack(path, "")
    how = str(_WRITE_OVER if gap else PLACES[lack.place])
    return LackView(what, how, _address_of(lack.place, decision))


def _address_of(place: Place, decision: Decision) -> str:
    if place is Place.DRAFT:
        return "#draft"
    if place is Place.SUPPORT:
        return "#supports"
    endpoint = _PAGES.get(place)
    if endpoint is None:
        return ""
    values = {
        "funder.show_ranking": {"call_id": decision.call_id},
        "funder.show_follow_up": {"decision_id": decision.id},
        "account.show_account": {},
    }.get(endpoint, {"application_id": decision.application_id})
    return url_for(endpoint, **values)


@dataclass(frozen=True, slots=True)
class FaultView:
    """Why a letter was not made, a line; ``language`` is set where it is not that of the page."""

    text: str
    language: str = ""


def view_fault(line: str) -> FaultView:
    """Say in the language of the page why a letter could not be sealed; a validator's words stay as they are."""
    if line == STOPPED:
        return FaultView(_("Stopped by an officer."))
    known = read_reason(line)
    if known is None:
        return FaultView(line, "en")
    reason, detail = known
    return FaultView(str(SEAL_REASONS[reason]) % {"detail": detail})
