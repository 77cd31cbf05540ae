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
from app.models.conflicts import (
    ConflictRuling,
    DeclaredDoubt,
    Disqualification,
    EvaluatorTie,
    Holding,
    JointWork,
)
from app.models.decisions import (
    Authority,
    Decision,
    DecisionPreview,
    Ranking,
    RectificationClaim,
    ReviewInstruction,
    SelectionAct,
)
from app.models.eligibility import CompletionRequest, EligibilityResult
from app.models.evaluations import (
    Consensus,
    Evaluation,
    EvaluatorProfile,
    PoolMember,
    Score,
)
from app.models.records import Counter, Event, Job, OutboxMail
from app.models.routing import RoutingBid, RoutingRun, RoutingWish
from app.models.seals import SealedLetter
from app.models.support import Analysis, Scenario, ScenarioChoice

__all__ = [
    "AccountToken",
    "Analysis",
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
    "ConflictRuling",
    "Consensus",
    "Counter",
    "Decision",
    "DecisionPreview",
    "DeclaredDoubt",
    "Disqualification",
    "EligibilityResult",
    "Evaluation",
    "EvaluatorProfile",
    "EvaluatorTie",
    "Event",
    "Holding",
    "Job",
    "JointWork",
    "OutboxMail",
    "Partner",
    "PartnerInvitation",
    "PoolMember",
    "Ranking",
    "RectificationClaim",
    "ReviewInstruction",
    "RoleGrant",
    "RoutingBid",
    "RoutingRun",
    "RoutingWish",
    "Scenario",
    "ScenarioChoice",
    "Score",
    "SealedLetter",
    "SelectionAct",
    "Throttle",
    "User",
    "UserSession",
]
