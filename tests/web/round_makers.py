"""Adds to a demo round what every role guards; see guarded_round.py."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.domain.actors import SYSTEM, Actor, Role
from app.domain.lifecycle import DecisionStep
from app.domain.records import sha256_text
from app.models import (
    Application,
    ApplicationMember,
    ApplicationVersion,
    CallQuestion,
    Decision,
    EvaluatorProfile,
    Job,
    OutboxMail,
    PartnerInvitation,
    User,
)
from app.services.account import tokens as account_tokens
from app.services.account.people import PersonInput, create_person
from app.services.account.sessions import make_actor, start_session
from app.services.application import attachments
from app.services.application.answers import AnswerChange, save_answers
from app.services.application.applications import start_application, withdraw_application
from app.services.application.partners import save_partners
from app.services.call import calls
from app.services.decision import claims, decisions, serving
from app.services.evaluation import assignments, conflicts, consensus, evaluations, evaluators, ties
from app.services.record.tools import Tools
from app.services.record.transitions import advance
from calls import load
from calls.round_input import shift_definition
from scoring.routing.screening.facts import TieKind
from tests.support.applicants import partner_rows, small_pdf, staff_row
from tests.web.funder_round import LIMITS, NOW

CRITERIA = ("C1", "C2", "C3", "C4", "C5", "C6", "C7", "H1", "H2", "H3")
LOGINS = {
    "owner": "hakija-demo-01",
    "editor": "muokkaaja",
    "stranger": "hakija-demo-02",
    "awaiting": "hakija-demo-10",
    "declared": "arvioija-zqnamedeclared",
    "undeclared": "arvioija-2",
    "done": "arvioija-zqnamedone",
    "unassigned": "arvioija-4",
    "disqualified": "arvioija-5",
    "officer": "esittelija",
    "decider": "ratkaisija",
    "other_officer": "muu-esittelija",
    "other_decider": "muu-ratkaisija",
    "steering": "ohjausryhma",
    "admin": "admin",
}
EVALUATORS = ("declared", "undeclared", "done", "unassigned", "disqualified")
OWN, OTHER, SCORED, REFUSED, LATE = (
    "HYVERKKO",
    "AKKUKIERTO",
    "FOTONIRUOKA",
    "MATKA-XR",
    "RUOKAKAMPUS",
)


def marked(text: str) -> str:
    """Return a text that is long enough for a comment and bears a marker."""
    return f"{text} Arvio perustuu hakemuksen kuvaukseen, sen lähteisiin ja osapuolten rooliin hankkeessa."


@dataclass(slots=True)
class Maker:
    """Adds to a round, in one writing session, what the roles guard."""

    tools: Tools
    session: Session

    def actor(self, role: str) -> Actor:
        """Return the actor of a role."""
        email = f"{LOGINS[role]}@innoverkko.example"
        return make_actor(self.session.scalars(sa.select(User).where(User.email == email)).one())

    def application(self, acronym: str) -> Application:
        """Return an application by its acronym."""
        wanted = sa.select(Application).where(Application.acronym == acronym)
        return self.session.scalars(wanted).one()

    def add_people(self) -> None:
        """Add the evaluators, the partner's editor and a person whose address waits for confirmation."""
        call_id = self.application(OWN).call_id
        self._add_person("muokkaaja")
        for number, role in enumerate(EVALUATORS, start=1):
            person = self._add_person(LOGINS[role], (Role.EVALUATOR, ""))
            profile = EvaluatorProfile(
                user_id=person.id, code=f"EV{number}", languages=["fi", "sv"]
            )
            self.session.add(profile)
            self.session.flush()
            evaluators.add_to_pool(self.session, call_id, person.id, 9, NOW)
        self._add_person("odottaja").is_active = False

    def tell_ties(self) -> None:
        """Tell a tie of an evaluator that closes no matter, and who controls whom among others."""
        officer, declared = self.actor("officer"), self._id("declared")
        organisation = ties.OrganisationInput("zqtie seura")
        told = ties.TieInput(TieKind.BOARD, organisation)
        ties.add_tie(self.session, declared, told, officer, NOW)
        group = ties.OrganisationInput("Konserni A"), ties.OrganisationInput("Konserni B")
        ties.add_holding(self.session, *group, officer, NOW)

    def _add_person(self, name: str, *roles: tuple[Role, str]) -> User:
        return create_person(
            self.session, PersonInput(f"{name}@innoverkko.example", name, roles), NOW
        )

    def add_members(self) -> None:
        """Give the owner and the partner's editor their place in three applications."""
        owner, editor = self.actor("owner").user_id, self.actor("editor").user_id
        for acronym in (OWN, REFUSED, "LUONNOS"):
            application = self.application(acronym)
            places = (
                [(editor, "P2")]
                if application.created_by == owner
                else [(owner, ""), (editor, "P2")]
            )
            for user_id, key in places:
                self.session.add(
                    ApplicationMember(
                        application_id=application.id,
                        user_id=user_id,
                        partner_key=key,
                        added_at=NOW,
                    )
                )

    def add_member(self, role: str, application_id: uuid.UUID) -> None:
        """Make a role an owner of an application."""
        user_id = self._id(role)
        self.session.add(
            ApplicationMember(
                application_id=application_id, user_id=user_id, partner_key="", added_at=NOW
            )
        )

    def withdraw(self, application_id: uuid.UUID) -> None:
        """Withdraw an application, as the person who started it does."""
        started_by = self.session.get_one(Application, application_id).created_by
        actor = make_actor(self.session.get_one(User, started_by))
        withdraw_application(self.session, application_id, actor, NOW)

    def open_call(self) -> None:
        """Publish a call that is open now, and start a draft in it."""
        admin, owner = self.actor("admin"), self.actor("owner")
        definition = load.load_call(load.PACKAGED / "lead_2027_1.yaml", self.tools.registers)
        opens = definition.timetable.opens
        shifted = shift_definition(definition, timedelta(days=(NOW - opens).days - 7))
        call = calls.import_definition(self.session, shifted, admin, NOW - timedelta(days=20))
        calls.publish_call(self.session, call.id, admin, NOW - timedelta(days=19))
        calls.advance_clock(self.session, NOW)
        draft = start_application(self.session, call.id, "fi", owner, NOW)
        save_partners(self.session, draft.id, partner_rows(), owner, NOW)
        answers = [
            AnswerChange("acronym", "LUONNOS"),
            AnswerChange("theme_need", "zqdraft tarve"),
            AnswerChange("staff_costs", [{**staff_row("P1"), "task": "zqpayone"}], "P1"),
            AnswerChange("staff_costs", [{**staff_row("P2"), "task": "zqpaytwo"}], "P2"),
        ]
        save_answers(self.session, draft.id, answers, owner, NOW)
        file = attachments.AttachmentInput("att_agreement", "zqdraftfile.pdf", small_pdf())
        attachments.attach_file(self.session, self.tools, draft.id, file, owner, NOW)
        self.session.add(
            CallQuestion(
                call_id=call.id,
                language="fi",
                question="zqquestion onko näin?",
                asked_at=NOW,
                asked_by=self.actor("stranger").user_id,
            )
        )

    def evaluate(self) -> None:
        """Assign, declare, score and submit as far as the roles' names say."""
        officer = self.actor("officer")
        pairs = (
            (OWN, "declared"),
            (OWN, "undeclared"),
            (OWN, "disqualified"),
            (OTHER, "done"),
            (OTHER, "declared"),
            (SCORED, "done"),
        )
        given = {
            (acronym, role): assignments.assign_evaluator(
                self.session, self.application(acronym).id, self._id(role), officer, NOW
            ).id
            for acronym, role in pairs
        }
        call_id = self.application(OWN).call_id
        due = NOW + timedelta(days=14)
        assignments.release_assignments(self.session, call_id, due, officer, NOW)
        conflict = conflicts.ConflictInput("HL 28.1 § 7", "officer", "zqconflict syy")
        own_id = self.application(OWN).id
        conflicts.record_conflict(
            self.session, own_id, self._id("disqualified"), conflict, officer, NOW
        )
        self._score(given[OWN, "declared"], "declared", "zqopencomment")
        self._score(given[OTHER, "declared"], "declared", "zqopencomment")
        for acronym, comment in ((OTHER, "zqsubmittedcomment"), (SCORED, "zqscoredcomment")):
            evaluation_id = given[acronym, "done"]
            self._score(evaluation_id, "done", comment)
            evaluations.submit_evaluation(self.session, evaluation_id, self.actor("done"), NOW)
        texts = consensus.ConsensusInput(statement="zqconsensus lausunto")
        consensus.write_consensus(self.session, self.application(SCORED).id, texts, officer, NOW)

    def _id(self, role: str) -> uuid.UUID:
        user_id = self.actor(role).user_id
        assert user_id is not None
        return user_id

    def _score(self, evaluation_id: uuid.UUID, role: str, comment: str) -> None:
        actor = self.actor(role)
        evaluations.declare_independence(self.session, evaluation_id, actor, NOW)
        for criterion in CRITERIA:
            text = marked(comment)
            evaluations.save_score(
                self.session, evaluation_id, criterion, Decimal(3), text, actor, NOW
            )

    def decide(self) -> None:
        """Serve one decision, present another, and store the files that are made later in earnest."""
        officer, decider = self.actor("officer"), self.actor("decider")
        decisions.draft_decisions(self.session, self.application(OWN).call_id, officer, NOW)
        by_name = {
            each.application.acronym: each for each in self.session.scalars(sa.select(Decision))
        }
        served, waiting = by_name[REFUSED], by_name[LATE]
        decisions.update_draft(self.session, waiting.id, {"reasons": ["zqdecision"]}, officer, NOW)
        for decision in (served, waiting):
            decisions.present_decision(
                self.session, self.tools.registers, decision.id, officer, NOW
            )
        decisions.approve_decision(self.session, self.tools.registers, served.id, decider, NOW)
        served.pdf_sha256 = self.tools.blobs.put(b"%PDF-1.7 zqserved")
        advance(self.session, served, DecisionStep.SIGN, SYSTEM, NOW)
        serving.serve_decision(self.session, served.id, officer, NOW)
        given = claims.ClaimInput("zqclaimant", "zqdemand", "zqgrounds", NOW)
        claims.register_claim(self.session, served.id, given, officer, NOW)
        own = ApplicationVersion.application_id == self.application(OWN).id
        version = self.session.scalars(sa.select(ApplicationVersion).where(own)).one()
        version.receipt_sha256 = self.tools.blobs.put(b"%PDF-1.7 zqreceipt")

    def log_in(self, role: str) -> str:
        """Return the token of a login."""
        return start_session(self.session, self._id(role), "test", LIMITS, NOW)

    def add_mail(self) -> dict[str, str]:
        """Add a mail whose body nobody may read, dead work, and two links; return the links' tokens."""
        self.session.add(
            OutboxMail(
                recipient="joku@innoverkko.example",
                language="fi",
                kind="account_reset",
                subject="linkki",
                body="zqmail linkki",
                created_at=NOW,
                next_try_at=NOW,
            )
        )
        job = Job(task="make_receipt", arguments={}, state="dead", run_at=NOW, created_at=NOW)
        self.session.add(job)
        person = self.session.scalars(
            sa.select(User).where(User.email == "odottaja@innoverkko.example")
        ).one()
        lifetime = timedelta(days=1)
        tokens = {
            purpose.value: account_tokens.issue_token(
                self.session, person.id, purpose, lifetime, NOW
            )
            for purpose in account_tokens.Purpose
        }
        return {**tokens, "invitation": self._invite("awaiting")}

    def _invite(self, role: str) -> str:
        """Invite a person to fill in a partner's part of the draft; return the link's token."""
        token = "the token of an invitation"
        self.session.add(
            PartnerInvitation(
                application_id=self.application("LUONNOS").id,
                partner_key="P3",
                email=f"{LOGINS[role]}@innoverkko.example",
                token_sha256=sha256_text(token),
                created_at=NOW,
                expires_at=NOW + timedelta(days=14),
            )
        )
        return token
