"""The command that runs a whole round from files."""

from __future__ import annotations

import csv
import json
import shutil
import sys
import tempfile
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from app.config import Settings
from app.db import upgrade
from app.domain.completeness import find_problems
from app.domain.errors import DomainError, InvalidInput
from app.pdf.documents import letter_pdf
from app.queries.content import load_content
from app.queries.round_report import report_round
from app.services.decision.contents import make_letter
from app.services.decision.decisions import get_newest_decision
from app.services.record.tools import Tools, make_tools
from app.services.round.content import Supplement
from app.services.round.rounds import run_round
from app.services.round.state import Plan, RoundResult
from calls import load
from calls.problems import InvalidDefinition
from calls.registers import load_registers
from calls.round_input import InvalidRound, RoundInput, read_round

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
REFUSED = 2
COLUMNS = ("application", "record number", "outcome", "total", "rank", "support", "letter")


@click.command("round")
@click.option("--call", "call_path", type=FILE, required=True, help="Call definition (YAML).")
@click.option(
    "--applications", "applications_path", type=FILE, required=True, help="Applications (JSON)."
)
@click.option(
    "--evaluations", "evaluations_path", type=FILE, required=True, help="Evaluations (JSON)."
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    required=True,
    help="Folder for the results.",
)
@click.option("--database", help="Database URL; a throw-away database when left out.")
@click.option(
    "--language",
    type=click.Choice(["fi", "sv", "en"]),
    help="Language of the letters; else that of each application.",
)
@click.option("--strict", is_flag=True, help="Demand complete applications.")
def run_round_command(**options: Any) -> None:
    """Run a round from the call to the decision letters. Exit 2 when the input is refused."""
    given = _read(options["call_path"], options["applications_path"], options["evaluations_path"])
    with tempfile.TemporaryDirectory(prefix="innoverkko-") as folder:
        work = Path(folder)
        settings = Settings(
            database_url=options["database"] or f"sqlite:///{work / 'round.sqlite3'}",
            data_dir=work,
            testing=True,
        )
        upgrade(settings.database_url)
        tools = make_tools(settings)
        try:
            result = _run(tools, given, strict=options["strict"])
            staged = work / "out"
            report = _write(tools, result, staged, options["language"])
            _count_missing(tools, given, result)
        finally:
            tools.renderer.close()
            tools.database.dispose()
        _publish(staged, options["out"])
    _print_table(report)


def _read(call_path: Path, applications_path: Path, evaluations_path: Path) -> RoundInput:
    try:
        definition = load.load_call(call_path, load_registers())
        return read_round(definition, applications_path, evaluations_path)
    except (InvalidDefinition, InvalidRound) as error:
        _refuse([str(problem) for problem in error.problems])
        raise


def _refuse(lines: list[str]) -> None:
    for line in lines:
        click.echo(line, err=True)
    sys.exit(REFUSED)


def _run(tools: Tools, given: RoundInput, *, strict: bool) -> RoundResult:
    plan = Plan(
        supplements={each.id: Supplement() for each in given.applications},
        strict=strict,
        report=lambda step: click.echo(f"… {step}", err=True),
    )
    try:
        return run_round(tools, given, plan)
    except InvalidRound as error:
        _refuse([str(problem) for problem in error.problems])
        raise
    except InvalidInput as error:
        _refuse(
            [
                f"{p.section_id}.{p.question_id or p.field}: {p.code} {dict(p.data or {})}"
                for p in error.problems
            ]
        )
        raise
    except DomainError as error:
        _refuse([str(error)])
        raise


def _count_missing(tools: Tools, given: RoundInput, result: RoundResult) -> None:
    """Warn of answers that decide nothing and are not in the input."""
    with tools.database.reading() as session:
        for name, application_id in result.applications.items():
            problems = find_problems(given.definition, load_content(session, application_id))
            missing = {each.question_id for each in problems if each.code == "required"}
            if missing:
                click.echo(f"warning: {name}: {len(missing)} answers are missing", err=True)


def _write(tools: Tools, result: RoundResult, folder: Path, language: str | None) -> dict[str, Any]:
    names = {value: key for key, value in result.applications.items()}
    letters = folder / "letters"
    letters.mkdir(parents=True)
    with tools.database.reading() as session:
        report = report_round(session, result.call_id, names)
        for each in report["applications"]:
            content = _letter(tools, session, result.applications[each["id"]], language)
            (letters / f"{each['id']}.pdf").write_bytes(content)
            each["letter"] = f"letters/{each['id']}.pdf"
    text = json.dumps(report, ensure_ascii=False, indent=1)
    (folder / "round.json").write_text(text + "\n", encoding="utf-8")
    _write_ranking(folder / "ranking.csv", report)
    return report


def _letter(
    tools: Tools, session: Session, application_id: uuid.UUID, language: str | None
) -> bytes:
    """Return the issued letter, or a rendering in another language that was asked for."""
    decision = get_newest_decision(session, application_id)
    if language is None or language == decision.language:
        return tools.blobs.get(decision.pdf_sha256 or "")
    moment = decision.approved_at or decision.created_at
    letter = make_letter(session, tools.registers, decision, moment, language)
    return letter_pdf(letter, tools.renderer)


def _write_ranking(path: Path, report: Mapping[str, Any]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            [
                "position",
                "application",
                "acronym",
                "record_number",
                "total",
                "support_eur",
                "outcome",
                "reserve_place",
                "left_eur",
            ]
        )
        for row in report["ranking"]:
            writer.writerow(
                [
                    row["position"],
                    row["application"],
                    row["acronym"],
                    row["record_number"],
                    row["total"],
                    _euros(row["support_cents"]),
                    row["outcome"],
                    row["reserve_place"] or "",
                    _euros(row["left_cents"]),
                ]
            )


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _publish(staged: Path, out: Path) -> None:
    """Put finished results in place: nothing half-written is ever seen there."""
    out.mkdir(parents=True, exist_ok=True)
    for name in ("letters", "ranking.csv", "round.json"):
        target = out / name
        if target.is_dir():
            shutil.rmtree(target)
        shutil.move(str(staged / name), str(target))


def _print_table(report: Mapping[str, Any]) -> None:
    click.echo("Applications in the order of submission; their places are in the column rank.")
    rows = [
        (
            each["id"],
            each["record_number"],
            each["outcome"],
            each["total"] or "–",
            str(each["rank"] or "–"),
            _euros(each["support_cents"] or 0),
            each["letter"],
        )
        for each in report["applications"]
    ]
    widths = [max(len(row[i]) for row in (COLUMNS, *rows)) for i in range(len(COLUMNS))]
    for row in (COLUMNS, *rows):
        click.echo(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        )
    click.echo(
        f"budget {_euros(report['budget_cents'])}, awarded {_euros(report['awarded_cents'])},"
        f" left {_euros(report['left_cents'])}"
    )
