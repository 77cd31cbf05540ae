"""Commands of call definitions."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from calls import load
from calls.check import check
from calls.problems import InvalidDefinition
from calls.registers import load_registers

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def call() -> None:
    """Check call definitions."""


@call.command("check")
@click.argument("file", type=FILE)
def check_command(file: Path) -> None:
    """Check a definition and print what is wrong or unwise. Exit 2 when it is refused."""
    try:
        definition = load.load_call(file, load_registers())
    except InvalidDefinition as error:
        for problem in error.problems:
            click.echo(f"error: {problem}", err=True)
        sys.exit(2)
    warnings = check(definition)
    for problem in warnings:
        click.echo(f"warning: {file.name}: {problem}")
    questions = sum(1 for _question in definition.questions())
    click.echo(
        f"{definition.id}: {len(definition.sections)} sections, {questions} questions,"
        f" {len(definition.eligibility)} checks, {len(definition.rubric.criteria)} criteria,"
        f" {len(warnings)} warnings, sha256 {load.sha256(definition)}"
    )
