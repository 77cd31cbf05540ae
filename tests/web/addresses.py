"""Real values for the places in every address of the guarded round."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from app.models import (
    Application,
    Attachment,
    Call,
    Decision,
    Evaluation,
    EvaluatorTie,
    Holding,
    Job,
    OutboxMail,
    PartnerInvitation,
    RectificationClaim,
    RoleGrant,
    User,
)
from tests.web.guarded_round import GuardedRound
from tests.web.round_makers import LATE, LOGINS, OTHER, OWN, REFUSED

FIXED = {
    "language": "en",
    "code": "LEAD-2027-1",
    "call_code": "LEAD-2027-1",
    "question_id": "att_agreement",
    "section_id": "S6",
    "partner_key": "P2",
    "check_id": "E01",
    "filename": "vendor/innoverkko.js",
    "number": 1,
}
SUBMITTED_ONLY = frozenset(
    {
        "applicant.download_copy",
        "applicant.show_receipt",
        "applicant.download_receipt",
        "applicant.show_decision",
        "applicant.download_decision",
    }
)
"""Pages of an application that a draft does not have."""
ON_DECISION = frozenset(
    {
        "applicant.show_decision",
        "applicant.download_decision",
        "applicant.claim_rectification",
        "applicant.withdraw_claim",
    }
)
"""Pages of an application whose decision has been served."""
OWN_WORK = {"undeclared": OWN, "disqualified": OWN, "done": OTHER}
"""The evaluators that are walked with an evaluation of their own; all others meet that of "declared"."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Knows the identifiers of a round."""

    applications: Mapping[str, uuid.UUID]
    attachments: Mapping[str, uuid.UUID]
    decisions: Mapping[str, uuid.UUID]
    evaluations: Mapping[tuple[str, str], uuid.UUID]
    calls: Mapping[str, uuid.UUID]
    single: Mapping[str, uuid.UUID | int]
    tokens: Mapping[str, str]

    def values(self, endpoint: str, role: str) -> dict[str, object]:
        """Return a value for every place that the address of an endpoint may have."""
        portal, _dot, name = endpoint.rpartition(".")
        acronym = self._application(endpoint)
        own = OWN_WORK.get(role)
        work = (own, role) if portal == "evaluator" and own else (OWN, "declared")
        if name == "reopen_evaluation":
            work = (OTHER, "done")
        is_letter = name in {"preview_letter", "download_decision", "claim_rectification"}
        purpose = {"confirm": "confirm", "show_invitation": "invitation"}.get(name, "password")
        code = "en" if name == "choose_language" else FIXED["code"]
        return {
            **FIXED,
            **self.single,
            "code": code,
            "application_id": self.applications[acronym],
            "attachment_id": self.attachments["LUONNOS" if portal == "applicant" else OWN],
            "decision_id": self.decisions[REFUSED if is_letter else LATE],
            "evaluation_id": self.evaluations[work],
            "call_id": self.calls["LEAD-2027-1" if portal == "admin" else "INNO-2027-1"],
            "token": self.tokens[purpose],
            "letter_code": self.tokens["letter"],
        }

    def _application(self, endpoint: str) -> str:
        if endpoint in ON_DECISION:
            return REFUSED
        if endpoint.startswith("applicant.") and endpoint not in SUBMITTED_ONLY:
            return "LUONNOS"
        return OWN


def find_addresses(world: GuardedRound) -> Addresses:
    """Read the identifiers of a round."""
    with world.tools.database.reading() as session:
        names = dict(session.execute(sa.select(Application.id, Application.acronym)).all())
        roles = {email: role for role, email in LOGINS.items()}
        people = {
            key: roles.get(email.split("@")[0], "")
            for key, email in session.execute(sa.select(User.id, User.email))
        }
        agreements = sa.select(Attachment.application_id, Attachment.id).where(
            Attachment.question_id == "att_agreement"
        )
        work = session.execute(
            sa.select(Evaluation.application_id, Evaluation.evaluator_id, Evaluation.id)
        )
        return Addresses(
            applications={acronym: key for key, acronym in names.items()},
            attachments={names[owner]: key for owner, key in session.execute(agreements)},
            decisions={
                names[owner]: key
                for owner, key in session.execute(sa.select(Decision.application_id, Decision.id))
            },
            evaluations={(names[a], people[e]): key for a, e, key in work},
            calls=dict(session.execute(sa.select(Call.code, Call.id)).all()),
            single=_single_rows(session),
            tokens={**world.tokens, "letter": _served_code(session)},
        )


def _served_code(session: Session) -> str:
    code = session.scalar(
        sa.select(Decision.verification_code).where(
            Decision.served_at.is_not(None), Decision.verification_code.is_not(None)
        )
    )
    assert code is not None
    return code


def _single_rows(session: Session) -> dict[str, uuid.UUID | int]:
    officer = sa.select(User.id).where(User.email == "muu-esittelija@innoverkko.example")
    user_id = session.scalars(officer).one()
    tie = session.scalars(sa.select(EvaluatorTie)).one()
    return {
        "user_id": user_id,
        "grant_id": session.scalars(
            sa.select(RoleGrant.id).where(RoleGrant.user_id == user_id)
        ).one(),
        "evaluator_id": tie.evaluator_id,
        "person_id": tie.evaluator_id,
        "tie_id": tie.id,
        "holding_id": session.scalars(sa.select(Holding.id)).one(),
        "invitation_id": session.scalars(sa.select(PartnerInvitation.id)).one(),
        "job_id": session.scalars(sa.select(Job.id).where(Job.state == "dead")).one(),
        "claim_id": session.scalars(sa.select(RectificationClaim.id)).one(),
        "mail_id": session.scalars(
            sa.select(OutboxMail.id).where(OutboxMail.subject == "linkki")
        ).one(),
    }


def build_address(world: GuardedRound, rule: Rule, values: Mapping[str, object]) -> str:
    """Return the address of a rule with values in its places."""
    needed = {name: values[name] for name in rule.arguments}
    adapter = world.app.url_map.bind("localhost")
    return adapter.build(rule.endpoint, needed)
