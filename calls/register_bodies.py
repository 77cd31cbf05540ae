"""Registers kept as YAML: authorities, decision flows, cost models and the legal basis."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from calls.text import Text
from calls.values import Code, Flag, Frozen, Identifier, Percent, Positive

AuthorityKind = Literal["ministry", "state_centre", "regional_council", "city"]
Status = Literal["read", "inference", "memory"]


class Registry(Frozen):
    """Where letters to the authority go; `placeholder` addresses must be replaced before use."""

    placeholder: Flag
    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[a-z]+$")]
    postal_address: str
    phone: str = ""
    """Blank where no number is known: then no letter prints one."""

    @model_validator(mode="after")
    def _placeholder_is_marked(self) -> Self:
        if self.email.endswith(".example") and not self.placeholder:
            raise ValueError("an example address must be marked placeholder: true")
        return self


class Authority(Frozen):
    """A body that selects or grants; it exists from `valid_from` to `valid_to`, both included."""

    key: Identifier
    kind: AuthorityKind
    names: Text
    valid_from: date | None = None
    valid_to: date | None = None
    office_closes: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    registry: Registry
    source: str
    status: Status
    names_status: Status

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError("valid_from is later than valid_to")
        return self

    def is_valid_on(self, day: date) -> bool:
        """Whether the body exists on a day."""
        started = self.valid_from is None or self.valid_from <= day
        return started and (self.valid_to is None or day <= self.valid_to)


class Court(Frozen):
    """An administrative court, and the bodies whose decisions on claims are appealed there."""

    key: Identifier
    names: Text
    registry: Registry
    office_closes: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    bodies: tuple[Identifier, ...]
    status: Status


class DecisionFlowRow(Frozen):
    """Which kind of body selects and which grants (the legal decision)."""

    id: Identifier
    names: Text
    selecting_kind: AuthorityKind
    granting_kind: AuthorityKind
    source: str


class SteeringGroup(Frozen):
    """The national steering group: it follows and recommends, and decides nothing."""

    names: Text
    role: str
    source: str
    member_kinds: tuple[Text, ...]


class AuthoritiesFile(Frozen):
    """The file authorities.yaml."""

    authorities: tuple[Authority, ...]
    courts: tuple[Court, ...]
    decision_flows: tuple[DecisionFlowRow, ...]
    steering_group: SteeringGroup


class FlatRate(Frozen):
    """A simplified cost option: other costs as `pct` % of a base (CPR Art. 54–56)."""

    id: Code
    names: Text
    base: Literal["staff", "direct", "investment", "agreed_output"]
    pct: Percent | None
    formula: str
    use: str
    source: str
    eu_basis: str | None
    status: Status


class StaffModel(Frozen):
    """How staff costs are computed."""

    id: Code
    names: Text
    formula: str
    max_hours_year: Positive | None
    working_time_records: Flag
    source: str
    eu_basis: str | None
    status: Status


class CostRule(Frozen):
    """A rule about cost models, with its source."""

    text: str
    source: str


class CostModelsFile(Frozen):
    """The file cost_models.yaml."""

    flat_rates: tuple[FlatRate, ...]
    staff_models: tuple[StaffModel, ...]
    rules: tuple[CostRule, ...]


class NationalLaw(Frozen):
    """An act or decree of Finland; `sections` says what each section requires."""

    id: str
    fi: str
    sv: str | None = None
    use: str | None = None
    sections: dict[str, str] = Field(default_factory=dict)
    change: str | None = None
    design: str | None = None
    source: str | None = None
    confidence: str


class UnionAct(Frozen):
    """An act or notice of the European Union."""

    id: str
    name: str
    use: str | None = None
    articles: dict[str, str] = Field(default_factory=dict)
    source: str | None = None
    confidence: str | None = None


class LegalBasisFile(Frozen):
    """The file legal_basis.yaml."""

    laws: tuple[NationalLaw, ...]
    eu: tuple[UnionAct, ...]
