"""How each CSV register becomes rows."""

from __future__ import annotations

from typing import get_args

from calls import register_rows as rows
from calls.questions import ColumnType
from calls.register_tables import Cells
from scoring.business_id import is_valid_business_id

_NUTS3 = r"FI[0-9A-Z]{3}"
_FORD = r"\d(\.\d{1,2})?"
_KEY = r"[a-z][a-z0-9_]*"


def build_region(cells: Cells) -> rows.Region:
    """Build a region."""
    return rows.Region(
        code=cells.code("code", r"\d{2}"),
        name=cells.names("name_"),
        nuts3_2024=cells.code("nuts3_2024", _NUTS3),
        nuts3_2021=cells.code("nuts3_2021", _NUTS3),
        iso_3166_2=cells.code("iso_3166_2", r"FI-\d{2}"),
        nuts2_2024=cells.code("nuts2_2024", r"FI[0-9A-Z]{2}"),
        seat=cells.text("seat"),
        in_programme=cells.yes_no("in_programme"),
        council_key=cells.optional("council_key") or None,
        state_centre_key=cells.optional("state_centre_key") or None,
        coordinating_council_key=cells.optional("coordinating_council_key") or None,
        note=cells.optional("note"),
    )


def build_organisation(cells: Cells) -> rows.Organisation:
    """Build an organisation; a business ID must have the right check digit."""
    y_tunnus = cells.optional("y_tunnus") or None
    if y_tunnus is not None and not is_valid_business_id(y_tunnus):
        cells.refuse("y_tunnus", f"{y_tunnus!r} is not a business ID (form or check digit)")
    name = cells.names("name_", required=False)
    if "fi" not in name:
        cells.refuse("name_fi", "the cell is empty")
    return rows.Organisation(
        name=name,
        type=cells.text("type"),
        y_tunnus=y_tunnus,
        institution_code=cells.optional("institution_code") or None,
        ended=cells.yes_no("ended"),
        source=cells.text("source"),
        confidence=cells.text("confidence"),
    )


def build_intervention_field(cells: Cells) -> rows.InterventionField:
    """Build an intervention field; an offered one has a name in every language."""
    offered = cells.yes_no("offered")
    return rows.InterventionField(
        code=cells.code("code", r"\d{3}"),
        name=cells.names("name_", required=offered),
        climate_pct=cells.percent("climate_coeff_pct"),
        environment_pct=cells.percent("environment_coeff_pct"),
        digital_pct=cells.percent("digital_coeff_pct"),
        policy_objective=cells.optional("policy_objective"),
        offered=offered,
        name_source=cells.text("name_source"),
        coeff_source=cells.optional("coeff_source"),
        coeff_confidence=cells.optional("coeff_confidence"),
        translation_status=cells.optional("translation_status"),
        note=cells.optional("note"),
    )


def build_indicator(cells: Cells) -> rows.Indicator:
    """Build an indicator."""
    return rows.Indicator(
        code=cells.code("code", r"RC[OR]\d{2,3}"),
        kind=cells.one_of("kind", ("output", "result")),
        name=cells.names("name_"),
        unit=cells.names("unit_"),
        use=cells.text("use"),
        offered=cells.yes_no("offered"),
        translation_status=cells.text("translation_status"),
        source=cells.text("source"),
    )


def build_dnsh_objective(cells: Cells) -> rows.DnshObjective:
    """Build an environmental objective."""
    return rows.DnshObjective(
        code=cells.code("code", r"[a-f]"),
        objective=cells.names("objective_"),
        significant_harm_en=cells.text("significant_harm_en_short"),
        question=cells.names("question_"),
    )


def build_keyword(cells: Cells) -> rows.Keyword:
    """Build a field of expertise."""
    return rows.Keyword(
        id=cells.code("id", r"[a-z]+\.[a-z0-9_]+"),
        name=cells.names("name_"),
        ford_codes=cells.several("ford_codes"),
        group=cells.text("group"),
    )


def build_ford_field(cells: Cells) -> rows.FordField:
    """Build a field of science."""
    code = cells.code("code", _FORD)
    return rows.FordField(code=code, name=cells.names("name_"), source=cells.text("source"))


def build_science_field(cells: Cells) -> rows.ScienceField:
    """Build a field of the Finnish classification, which is in Finnish only."""
    return rows.ScienceField(
        code=cells.code("code", r"\d{3,4}"),
        name={"fi": cells.text("name_fi")},
        main_class=cells.code("main_class", r"\d"),
        main_class_fi=cells.text("main_class_fi"),
        ford_code=cells.code("ford_code", _FORD),
        source=cells.text("source"),
        note=cells.optional("note"),
    )


def build_agreement(cells: Cells) -> rows.Agreement:
    """Build an ecosystem agreement; its priorities are as many in every language."""
    priorities = {
        language: cells.several(f"priorities_{language}", "|") for language in ("fi", "sv", "en")
    }
    if len({len(each) for each in priorities.values()}) != 1:
        cells.refuse("priorities_fi", "the languages have different numbers of priorities")
    return rows.Agreement(
        id=cells.code("id", r"EA\d{2}"),
        name=cells.names("name_"),
        municipalities=cells.several("municipalities"),
        municipality_codes=cells.several("municipality_codes"),
        region_code=cells.code("region_code", r"\d{2}"),
        priorities=tuple(
            {"fi": fi, "sv": sv, "en": en} for fi, sv, en in zip(*priorities.values(), strict=False)
        ),
        granting_key=cells.code("granting_key", _KEY),
        valid_from=cells.day("valid_from"),
        valid_to=cells.day("valid_to"),
        source=cells.text("source"),
        confidence=cells.text("confidence"),
        note=cells.optional("note"),
    )


def build_innocity(cells: Cells) -> rows.InnoCity:
    """Build a city of the Innokaupungit group."""
    return rows.InnoCity(
        code=cells.code("code", r"\d{3}"),
        name=cells.names("name_"),
        region_code=cells.code("region_code", r"\d{2}"),
        agreement_id=cells.code("agreement_id", r"EA\d{2}"),
        authority_key=cells.code("authority_key", _KEY),
        source=cells.text("source"),
    )


def build_thematic_lead(cells: Cells) -> rows.ThematicLead:
    """Build a thematic lead."""
    return rows.ThematicLead(
        id=cells.code("id", r"TL\d+"),
        name=cells.names("name_"),
        project_name_en=cells.text("project_name_en"),
        lead_city=cells.text("lead_city"),
        agreement_id=cells.code("agreement_id", r"EA\d{2}"),
        rule=cells.text("rule"),
        source=cells.text("source"),
    )


def build_s3_priority(cells: Cells) -> rows.S3Priority:
    """Build a smart specialisation priority."""
    return rows.S3Priority(
        id=cells.code("id", r"S3_\d{2}_\d+"),
        region_code=cells.code("region_code", r"\d{2}"),
        name=cells.names("name_"),
        source=cells.text("source"),
        confidence=cells.text("confidence"),
    )


def build_term(cells: Cells) -> rows.Term:
    """Build a term of the glossary."""
    return rows.Term(
        key=cells.code("key", _KEY),
        name=cells.names(""),
        note=cells.optional("note"),
        status=cells.text("status"),
    )


def build_operations_list_field(cells: Cells) -> rows.OperationsListField:
    """Build a field of the list of operations."""
    order = cells.code("order", r"\d{1,2}")
    return rows.OperationsListField(
        order=int(order) if order.isdigit() else 0,
        letter=cells.code("letter", r"[a-n]"),
        name={"fi": cells.text("field_fi"), "en": cells.text("field_en")},
        source=cells.text("innoverkko_source"),
        note=cells.optional("note"),
    )


def build_coded_value(cells: Cells) -> rows.CodedValue:
    """Build a value of a code list."""
    return rows.CodedValue(
        list=cells.code("list", _KEY),
        code=cells.text("code"),
        name=cells.names(""),
        tags=cells.several("tags"),
    )


def build_column(cells: Cells) -> rows.RegisteredColumn:
    """Build a column that definitions may name by its bare id."""
    return rows.RegisteredColumn(
        id=cells.code("id", r"([a-z0-9_]+\.)?[a-z0-9_]+"),
        type=cells.one_of("type", get_args(ColumnType)),
        required=cells.yes_no("required"),
        name=cells.names(""),
        options=cells.optional("options") or None,
        minimum=cells.number("minimum"),
        maximum=cells.number("maximum"),
    )
