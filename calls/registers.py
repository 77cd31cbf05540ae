"""The registers: read once, every field checked, refused with file, line and reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from calls import register_builders as build
from calls.faults import find_faults
from calls.problems import InvalidDefinition, InvalidRegister, Problem, format_path
from calls.register_bodies import AuthoritiesFile, CostModelsFile, LegalBasisFile
from calls.register_references import find_broken_references
from calls.register_set import Registers
from calls.register_tables import Cells, read_table
from calls.values import Frozen
from calls.yaml_source import find_line, read_yaml

__all__ = ["PACKAGED", "Registers", "load_registers"]

PACKAGED = Path(__file__).parent / "data" / "registers"
Row = TypeVar("Row")
File = TypeVar("File", bound=Frozen)


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder of register files; faults of all files gather in `problems`."""

    path: Path
    problems: list[Problem]

    def table(
        self, name: str, builder: Callable[[Cells], Row], key: Callable[[Row], object]
    ) -> tuple[Row, ...]:
        """Return the rows of a CSV register."""
        path = self.path / f"{name}.csv"
        if not path.is_file():
            self.problems.append(Problem("", "the register is missing", file=path.name))
            return ()
        return read_table(path, builder, key, self.problems)

    def file(self, name: str, model: type[File]) -> File:
        """Return a YAML register; raises InvalidRegister, for nothing else can stand in for it."""
        path = self.path / f"{name}.yaml"
        try:
            data, lines = read_yaml(path.read_text(encoding="utf-8"), path.name)
            return model.model_validate(data)
        except FileNotFoundError as absent:
            problem = Problem("", "the register is missing", file=path.name)
            raise InvalidRegister([*self.problems, problem]) from absent
        except InvalidDefinition as fault:
            raise InvalidRegister([*self.problems, *fault.problems]) from fault
        except ValidationError as fault:
            found = (
                Problem(format_path(steps), reason).located(path.name, find_line(lines, steps))
                for steps, reason in find_faults(fault, data)
            )
            raise InvalidRegister([*self.problems, *found]) from fault


def load_registers(folder: Path = PACKAGED) -> Registers:
    """Read and check every register of a folder.

    Raises InvalidRegister with the faults of all tables: file, line, column and reason.
    """
    files = _Folder(folder, [])
    bodies = files.file("authorities", AuthoritiesFile)
    registers = Registers(
        authorities=bodies.authorities,
        courts=bodies.courts,
        decision_flows=bodies.decision_flows,
        steering_group=bodies.steering_group,
        cost_models=files.file("cost_models", CostModelsFile),
        legal_basis=files.file("legal_basis", LegalBasisFile),
        regions=files.table("regions", build.build_region, lambda row: row.code),
        organisations=files.table(
            "organisations", build.build_organisation, lambda row: row.name["fi"]
        ),
        intervention_fields=files.table(
            "intervention_fields", build.build_intervention_field, lambda row: row.code
        ),
        indicators=files.table("indicators", build.build_indicator, lambda row: row.code),
        dnsh=files.table("dnsh", build.build_dnsh_objective, lambda row: row.code),
        expertise_keywords=files.table(
            "expertise_keywords", build.build_keyword, lambda row: row.id
        ),
        ford=files.table("ford", build.build_ford_field, lambda row: row.code),
        fields_of_science=files.table(
            "fields_of_science_fi", build.build_science_field, lambda row: row.code
        ),
        agreements=files.table("ecosystem_agreements", build.build_agreement, lambda row: row.id),
        innocities=files.table("innocities", build.build_innocity, lambda row: row.code),
        leads=files.table("thematic_leads", build.build_thematic_lead, lambda row: row.id),
        s3_priorities=files.table("s3_priorities", build.build_s3_priority, lambda row: row.id),
        glossary=files.table("glossary", build.build_term, lambda row: row.key),
        list_of_operations_fields=files.table(
            "list_of_operations_fields", build.build_operations_list_field, lambda row: row.letter
        ),
        columns=files.table("columns", build.build_column, lambda row: row.id),
        codes=files.table("codes", build.build_coded_value, lambda row: (row.list, row.code)),
    )
    problems = files.problems or list(find_broken_references(registers))
    if problems:
        raise InvalidRegister(problems)
    return registers
