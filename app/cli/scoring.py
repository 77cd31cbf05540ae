"""Commands of the evaluation statistics, for analysts and for checking the program itself."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from app.cli import scoring_output
from scoring import result_data
from scoring.agreement.summary import measure_agreement
from scoring.calibration import report_connectivity
from scoring.portfolio.candidate_file import read_candidates
from scoring.portfolio.certificates import certify, price_floors
from scoring.portfolio.model import SolverGaveUp
from scoring.portfolio.selection import select
from scoring.portfolio.terms import InvalidTerms
from scoring.second_views import view_again, views_data
from scoring.uncertainty.expected_rank import Precision
from scoring.uncertainty.priors import Prior
from scoring.uncertainty.ranking import Options, rank_with_doubt
from scoring.vote_file import read_votes
from scoring.votes import Identity, InvalidVotes, Vote, split_by_panel, tabulate

Result = TypeVar("Result")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
REFUSED, UNPROVED = 2, 3
VOTES = click.option(
    "--votes", "path", type=FILE, required=True,
    help="CSV with the columns panel, proposal, assessor, num_grade.",
)  # fmt: skip
JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")
PANELS = click.option(
    "--panels", type=click.Choice(["pooled", "separate"]), default="separate", show_default=True,
    help="One analysis of all panels, or one of each.",
)  # fmt: skip
SAME_PEOPLE = click.option(
    "--same-people", is_flag=True,
    help="Pooled: the same assessor in two panels is one person. Otherwise they are told apart.",
)  # fmt: skip

PRIOR = click.option(
    "--prior", type=click.Choice([each.value for each in Prior]), default=Prior.HIERARCHICAL.value, show_default=True,
    help="Evaluators' standard deviation: fixed (snsf2022) or estimated.",
)  # fmt: skip
FUNDABLE = click.option(
    "--fundable", type=click.IntRange(min=1), help="How many can be funded (per panel)."
)
UNIT = click.option(
    "--unit", type=float, default=1.0, show_default=True, help="Width of a grade step."
)


@click.group()
def scoring() -> None:
    """Rank with uncertainty, measure agreement, draw funding lines: from files, no database."""


@scoring.command("rank")
@VOTES
@PRIOR
@PANELS
@SAME_PEOPLE
@FUNDABLE
@UNIT
@click.option("--fine", is_flag=True, help="Expected ranks to 0.00001 instead of 0.001.")
@click.option("--draws", type=click.IntRange(min=100), help="Draws for intervals and chances.")
@JSON
def rank_command(path: Path, as_json: bool, **options: Any) -> None:
    """Rank proposals by their votes. Exit 2 with line and reason when the votes are refused."""
    settings = _settings(**options)
    results = _analyse(path, options["panels"], lambda votes: rank_with_doubt(votes, settings))
    if as_json:
        _print_json(result_data.ranking_data(results))
    else:
        _print_lines(scoring_output.ranking_lines(results))


@scoring.command("views")
@VOTES
@PRIOR
@PANELS
@SAME_PEOPLE
@FUNDABLE
@UNIT
@JSON
def views_command(path: Path, as_json: bool, **options: Any) -> None:
    """Rank again without each evaluator and with evaluators redrawn; print rankograms (--json).

    One more ranking for each evaluator. Exit 2 with line and reason when the votes are refused.
    """
    settings = _settings(**options)
    results = _analyse(path, options["panels"], lambda votes: view_again(votes, settings))
    if as_json:
        _print_json(views_data(results))
    else:
        _print_lines(scoring_output.views_lines(results))


@scoring.command("agreement")
@VOTES
@PANELS
@SAME_PEOPLE
@JSON
def agreement_command(path: Path, as_json: bool, panels: str, same_people: bool) -> None:
    """Measure how much evaluators agree. Exit 2 with line and reason when votes are refused."""
    identity = _identity(panels, same_people)

    def measure(votes: list[Vote]) -> result_data.Measured:
        return measure_agreement(votes, identity), report_connectivity(tabulate(votes, identity))

    results = _analyse(path, panels, measure)
    if as_json:
        _print_json(result_data.agreement_data(results))
    else:
        _print_lines(scoring_output.agreement_lines(results))


@scoring.command("select")
@click.option("--candidates", "path", type=FILE, required=True, help="Candidates and terms (JSON).")
@click.option(
    "--certificates/--no-certificates", "explain", default=True, show_default=True,
    help="Explain every departure from the ranking (about a second each in a large call).",
)  # fmt: skip
@JSON
def select_command(path: Path, explain: bool, as_json: bool) -> None:
    """Draw the funding line by the rule in the file.

    Exit 2 when the file is refused, 3 when no selection could be proved to be the right one.
    """
    try:
        proposals, terms = read_candidates(path.read_text(encoding="utf-8"))
        selection = select(proposals, terms)
        certificates = certify(proposals, terms) if explain else ()
        prices = price_floors(proposals, terms)
    except (InvalidTerms, UnicodeDecodeError) as error:
        _refuse(path, error)
    except SolverGaveUp as error:
        click.echo(f"{path.name}: {error}", err=True)
        sys.exit(UNPROVED)
    if as_json:
        _print_json(result_data.selection_data(selection, certificates, prices))
    else:
        _print_lines(scoring_output.selection_lines(selection, certificates))


def _settings(*, fine: bool = False, draws: int | None = None, **options: Any) -> Options:
    """Return the options of an analysis from those of a command."""
    return Options(
        prior=Prior(options["prior"]),
        fundable=options["fundable"],
        identity=_identity(**options),
        precision=Precision.FINE if fine else Precision.DEFAULT,
        unit=Fraction(Decimal(str(options["unit"]))),
        draws=draws,
    )


def _identity(panels: str, same_people: bool, **_: Any) -> Identity:
    """Return what an assessor's name means; panels on their own cannot mix people up."""
    if panels == "separate":
        return Identity.UNIQUE
    return Identity.GLOBAL if same_people else Identity.BY_PANEL


def _analyse(path: Path, panels: str, analyse: Callable[[list[Vote]], Result]) -> dict[str, Result]:
    """Return the results by panel, or that of all panels under the empty name."""
    try:
        votes = read_votes(path.read_text(encoding="utf-8"))
        parts = split_by_panel(votes) if panels == "separate" else {"": votes}
        return {name: analyse(part) for name, part in (parts or {"": votes}).items()}
    except (InvalidVotes, UnicodeDecodeError) as error:
        _refuse(path, error)


def _refuse(path: Path, error: Exception) -> NoReturn:
    click.echo(f"{path.name}: {error}", err=True)
    sys.exit(REFUSED)


def _print_json(data: Any) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=1))


def _print_lines(lines: list[str]) -> None:
    for line in lines:
        click.echo(line)
