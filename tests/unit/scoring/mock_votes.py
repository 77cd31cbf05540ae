"""The mock votes and small random ones, for the tests of the statistics."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path

from scoring.vote_file import read_votes
from scoring.votes import Vote

FILE = Path(__file__).parents[2] / "data" / "scoring" / "mock_votes.csv"


def panel(name: str) -> list[Vote]:
    return [vote for vote in read_votes(FILE.read_text(encoding="utf-8")) if vote.panel == name]


def everyone() -> list[Vote]:
    return read_votes(FILE.read_text(encoding="utf-8"))


def votes_of(rows: dict[str, dict[str, int]], panel_name: str = "") -> list[Vote]:
    return [
        Vote(proposal, assessor, Fraction(grade), panel_name)
        for proposal, row in rows.items()
        for assessor, grade in row.items()
    ]


def random_votes(proposals: int, assessors: int, each: int, seed: int = 1) -> list[Vote]:
    """Invent half-point votes with real differences of quality and severity."""
    source = random.Random(seed)  # noqa: S311 - votes, not secrets
    bias = [source.gauss(0, 0.5) for _ in range(assessors)]
    votes = []
    for proposal in range(proposals):
        quality = source.gauss(0, 0.8)
        for assessor in sorted(source.sample(range(assessors), each)):
            grade = 3.5 + quality + bias[assessor] + source.gauss(0, 0.7)
            halves = min(12, max(2, round(2 * grade)))
            votes.append(Vote(f"P{proposal}", f"E{assessor}", Fraction(halves, 2)))
    return votes
