"""Rows of the database, one file per aggregate; no verbs."""

from __future__ import annotations

from app.models.accounts import AccountToken, RoleGrant, Throttle, User, UserSession
from app.models.applications import (
    Answer,
    Application,
    ApplicationMember,
    ApplicationVersion,
    Attachment,
    Partner,
    PartnerInvitation,
)
from app.models.base import Base
from app.models.calls import Call, CallQuestion, CallVersion
from app.models.decisions import Authority, Decision, Ranking, ReviewInstruction, SelectionAct
from app.models.eligibility import CompletionRequest, EligibilityResult
from app.models.evaluations import (
    Consensus,
    Disqualification,
    Evaluation,
    EvaluatorProfile,
    PoolMember,
    Score,
)
from app.models.records import Counter, Event, Job, OutboxMail
from app.models.routing import RoutingRun, RoutingWish

__all__ = [
    "AccountToken",
    "Answer",
    "Application",
    "ApplicationMember",
    "ApplicationVersion",
    "Attachment",
    "Authority",
    "Base",
    "Call",
    "CallQuestion",
    "CallVersion",
    "CompletionRequest",
    "Consensus",
    "Counter",
    "Decision",
    "Disqualification",
    "EligibilityResult",
    "Evaluation",
    "EvaluatorProfile",
    "Event",
    "Job",
    "OutboxMail",
    "Partner",
    "PartnerInvitation",
    "PoolMember",
    "Ranking",
    "ReviewInstruction",
    "RoleGrant",
    "RoutingRun",
    "RoutingWish",
    "Score",
    "SelectionAct",
    "Throttle",
    "User",
    "UserSession",
]
