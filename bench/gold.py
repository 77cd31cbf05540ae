"""The gold standard of reviewers and papers for English (Stelmakh and others 2023), if it is at hand.

Its data are not ours to ship: ``--gold DIR`` names a copy of the repository
``niharshah/goldstandard-reviewer-paper-match``. Its folder ``data`` holds what people said of their
own expertise, ``evaluation_datasets`` ten samples of their publications and of the papers.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any

from bench.processes import NotMeasured
from scoring.routing.affinity.documents import Described, Document
from scoring.routing.affinity.measure import AffinityModel

SAMPLES = 10
PAPERS = 10

Ratings = Mapping[str, Mapping[str, float]]
"""Reviewer → paper → expertise (1 to 5)."""


def measure_loss(folder: Path) -> float:
    """Return the mean loss over the ten samples; title and abstract. Raises ``NotMeasured``."""
    ratings = read_ratings(folder / "data" / "evaluations.csv")
    losses = []
    for number in range(1, SAMPLES + 1):
        sample = folder / "evaluation_datasets" / f"d_20_{number}"
        losses.append(find_loss(ratings, predict(sample, ratings)))
    return sum(losses) / len(losses)


def read_ratings(path: Path) -> Ratings:
    """Read what reviewers said. Raises ``NotMeasured`` if it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise NotMeasured(f"no gold standard: {error}") from error
    delimiter = "\t" if "\t" in text.partition("\n")[0] else ","
    return {
        row["ParticipantID"]: {
            row[f"Paper{n}"]: float(row[f"Expertise{n}"])
            for n in range(1, PAPERS + 1)
            if row.get(f"Paper{n}")
        }
        for row in csv.DictReader(text.splitlines(), delimiter=delimiter)
    }


def predict(sample: Path, ratings: Ratings) -> dict[str, dict[str, float]]:
    """Return the likeness of every rated pair of a sample, from titles and abstracts."""
    papers = json.loads((sample / "submissions.json").read_text(encoding="utf-8"))
    asked = [Described(key, documents=(_document(papers[key]),)) for key in sorted(papers)]
    held = []
    for path in sorted((sample / "archives").glob("*.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines()
        texts = tuple(_document(json.loads(line)) for line in lines if line.strip())
        held.append(Described(path.stem.lstrip("~"), documents=texts))
    scores = AffinityModel(asked, held).text_scores()
    rows = {each.id: row for row, each in enumerate(asked)}
    columns = {each.id: column for column, each in enumerate(held)}
    return {
        reviewer: {
            paper: float(scores[rows[paper], columns[reviewer]]) for paper in rated if paper in rows
        }
        for reviewer, rated in ratings.items()
        if reviewer in columns
    }


def find_loss(ratings: Ratings, predicted: Ratings) -> float:
    """Return the share of wrong order: differences ranked the wrong way, a tie counts half."""
    wrong = total = 0.0
    for truth, guess in _pairs(ratings, predicted):
        total += abs(truth)
        if guess == 0:
            wrong += abs(truth) / 2
        elif (truth > 0) != (guess > 0):
            wrong += abs(truth)
    if not total:
        raise NotMeasured("the gold standard holds no pair that can be compared")
    return wrong / total


def _pairs(ratings: Ratings, predicted: Ratings) -> Iterator[tuple[float, float]]:
    """Yield the differences of expertise and of likeness for every two papers of a reviewer."""
    for reviewer, scores in predicted.items():
        rated = ratings[reviewer]
        for one, other in combinations(sorted(scores), 2):
            if rated[one] != rated[other]:
                yield rated[one] - rated[other], scores[one] - scores[other]


def _document(row: Mapping[str, Any]) -> Document:
    content = row["content"]
    parts = (str(content.get(name) or "") for name in ("title", "abstract"))
    return Document("\n".join(parts), "en")
