"""The rows of the registers: facts about the world that several calls share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from calls.text import Language

Names = dict[Language, str]


@dataclass(frozen=True, slots=True)
class Region:
    """A region (maakunta) with its NUTS codes, which changed in 2024, and its authorities."""

    code: str
    name: Names
    nuts3_2024: str
    nuts3_2021: str
    iso_3166_2: str
    nuts2_2024: str
    seat: str
    in_programme: bool
    council_key: str | None
    state_centre_key: str | None
    coordinating_council_key: str | None
    note: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """A known organisation; `y_tunnus` is None when it was not found in a source."""

    name: Names
    type: str
    y_tunnus: str | None
    institution_code: str | None
    ended: bool
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class InterventionField:
    """A type of intervention (CPR Annex I table 1) with its coefficients in percent."""

    code: str
    name: Names
    climate_pct: Decimal | None
    environment_pct: Decimal | None
    digital_pct: Decimal | None
    policy_objective: str
    offered: bool
    name_source: str
    coeff_source: str
    coeff_confidence: str
    translation_status: str
    note: str


@dataclass(frozen=True, slots=True)
class Indicator:
    """A common output or result indicator (2021/1058 Annex I)."""

    code: str
    kind: str
    name: Names
    unit: Names
    use: str
    offered: bool
    translation_status: str
    source: str


@dataclass(frozen=True, slots=True)
class DnshObjective:
    """One of the six environmental objectives (2020/852 Art. 9) and its question."""

    code: str
    objective: Names
    significant_harm_en: str
    question: Names


@dataclass(frozen=True, slots=True)
class Keyword:
    """A field of expertise for choosing evaluators, mapped to fields of science."""

    id: str
    name: Names
    ford_codes: tuple[str, ...]
    group: str


@dataclass(frozen=True, slots=True)
class FordField:
    """A field of science of the OECD classification (FORD 2015)."""

    code: str
    name: Names
    source: str


@dataclass(frozen=True, slots=True)
class ScienceField:
    """A field of the Finnish classification of science (2021), mapped to FORD."""

    code: str
    name: Names
    main_class: str
    main_class_fi: str
    ford_code: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """An ecosystem agreement between the state and a university city."""

    id: str
    name: Names
    municipalities: tuple[str, ...]
    municipality_codes: tuple[str, ...]
    region_code: str
    priorities: tuple[Names, ...]
    granting_key: str
    valid_from: date
    valid_to: date
    source: str
    confidence: str
    note: str


@dataclass(frozen=True, slots=True)
class InnoCity:
    """A city (or municipality) of the Innokaupungit group."""

    code: str
    name: Names
    region_code: str
    agreement_id: str
    authority_key: str
    source: str


@dataclass(frozen=True, slots=True)
class ThematicLead:
    """A theme in which one city leads the cooperation of several."""

    id: str
    name: Names
    project_name_en: str
    lead_city: str
    agreement_id: str
    rule: str
    source: str


@dataclass(frozen=True, slots=True)
class S3Priority:
    """A priority of a regional smart specialisation strategy."""

    id: str
    region_code: str
    name: Names
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the field in three languages."""

    key: str
    name: Names
    note: str
    status: str


@dataclass(frozen=True, slots=True)
class OperationsListField:
    """A field of the public list of operations (CPR Art. 49(3))."""

    order: int
    letter: str
    name: Names
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class CodedValue:
    """One labelled value of a code list; tags mark groups such as `research`."""

    list: str
    code: str
    name: Names
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RegisteredColumn:
    """How a bare column id of a definition is shown and checked.

    `id` may be scoped, `question.column`. `options` names a code list or a source; a leading
    `@source:` lets the question name another source.
    """

    id: str
    type: str
    required: bool
    name: Names
    options: str | None
    minimum: Decimal | None
    maximum: Decimal | None
