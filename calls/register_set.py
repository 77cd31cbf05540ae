"""The set of all registers, looked up by key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from calls import register_rows as rows
from calls.register_bodies import (
    Authority,
    CostModelsFile,
    Court,
    DecisionFlowRow,
    FlatRate,
    LegalBasisFile,
    StaffModel,
    SteeringGroup,
)


@dataclass(frozen=True, slots=True)
class Registers:
    """Every register, in file order."""

    authorities: tuple[Authority, ...]
    courts: tuple[Court, ...]
    decision_flows: tuple[DecisionFlowRow, ...]
    steering_group: SteeringGroup
    regions: tuple[rows.Region, ...]
    organisations: tuple[rows.Organisation, ...]
    intervention_fields: tuple[rows.InterventionField, ...]
    indicators: tuple[rows.Indicator, ...]
    dnsh: tuple[rows.DnshObjective, ...]
    expertise_keywords: tuple[rows.Keyword, ...]
    ford: tuple[rows.FordField, ...]
    fields_of_science: tuple[rows.ScienceField, ...]
    agreements: tuple[rows.Agreement, ...]
    innocities: tuple[rows.InnoCity, ...]
    leads: tuple[rows.ThematicLead, ...]
    s3_priorities: tuple[rows.S3Priority, ...]
    glossary: tuple[rows.Term, ...]
    list_of_operations_fields: tuple[rows.OperationsListField, ...]
    cost_models: CostModelsFile
    legal_basis: LegalBasisFile
    columns: tuple[rows.RegisteredColumn, ...]
    codes: tuple[rows.CodedValue, ...]

    def find_court(self, body: str) -> Court | None:
        """Return the court to which the decisions of a body on claims are appealed, or None."""
        return next((each for each in self.courts if body in each.bodies), None)

    def find_authority(self, key: str) -> Authority | None:
        """Return the authority with this key, or None."""
        return next((each for each in self.authorities if each.key == key), None)

    def get_authority(self, key: str) -> Authority:
        """Return the authority with this key; raises KeyError when there is none."""
        authority = self.find_authority(key)
        if authority is None:
            raise KeyError(key)
        return authority

    def list_authorities(self, day: date) -> tuple[Authority, ...]:
        """Return the authorities that exist on a day."""
        return tuple(each for each in self.authorities if each.is_valid_on(day))

    def find_decision_flow(self, flow_id: str) -> DecisionFlowRow | None:
        """Return the decision flow with this id, or None."""
        return next((each for each in self.decision_flows if each.id == flow_id), None)

    def find_region(self, code: str) -> rows.Region | None:
        """Return the region with this code, or None."""
        return next((each for each in self.regions if each.code == code), None)

    def find_flat_rate(self, model_id: str) -> FlatRate | None:
        """Return the flat rate with this id, or None."""
        return next((each for each in self.cost_models.flat_rates if each.id == model_id), None)

    def find_staff_model(self, model_id: str) -> StaffModel | None:
        """Return the staff cost model with this id, or None."""
        return next((each for each in self.cost_models.staff_models if each.id == model_id), None)

    def list_codes(self, list_name: str) -> tuple[rows.CodedValue, ...]:
        """Return the values of a code list; empty when there is no such list."""
        return tuple(each for each in self.codes if each.list == list_name)

    def list_tagged(self, list_name: str, tag: str) -> tuple[str, ...]:
        """Return the codes of a list that carry a tag, such as `research`."""
        return tuple(each.code for each in self.list_codes(list_name) if tag in each.tags)
