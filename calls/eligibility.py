"""Eligibility checks: each is passed or failed, and a failure has one stated consequence."""

from __future__ import annotations

from typing import Literal

from calls.rules import EligibilityRule, OfficerAssessed
from calls.text import Text
from calls.values import Frozen, Identifier

Consequence = Literal[
    "not_examined",
    "ineligible",
    "blocks_submission",
    "completion_request",
    "completion_then_ineligible",
]


class EligibilityCheck(Frozen):
    """One check: `automatic` ones the system computes, the others an officer assesses."""

    id: Identifier
    check: Literal["auto", "officer"]
    label: Text
    rule: EligibilityRule
    on_fail: Consequence

    @property
    def automatic(self) -> bool:
        """Whether the system decides this check from the data alone."""
        return self.check == "auto"

    @property
    def needs_officer(self) -> bool:
        """Whether the rule itself can only be judged by a person."""
        return isinstance(self.rule, OfficerAssessed)
