"""Instances for measuring routing: PrefLib-style files, and synthetic calls from a seed.

Affinities are whole millionths. Nothing of the solver is imported: an instance is plain arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

MILLION = 1_000_000
TOPICS = 40
INSTITUTIONS = 250
SCARCE_SHARE = 0.3

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Instance:
    """Pairs by row number of proposal and evaluator; ``conflicts`` are keys proposal × E + evaluator."""

    name: str
    proposals: int
    evaluators: int
    demand: int
    max_load: int
    proposal: Ints
    evaluator: Ints
    affinity: Ints
    conflicts: Ints


@dataclass(frozen=True, slots=True)
class Size:
    """How large a synthetic call is: ``candidates`` are the best allowed evaluators of a proposal."""

    proposals: int
    evaluators: int
    candidates: int = 60
    demand: int = 3
    max_load: int = 12


def read_preflib(path: Path, *, demand: int = 3, max_load: int = 12) -> Instance:
    """Read "papers reviewers" and one row of affinities per paper; a zero forbids the pair."""
    with path.open(encoding="utf-8") as file:
        rows, columns = (int(part) for part in file.readline().split())
        matrix = np.array([line.split() for line in file if line.strip()], dtype=np.float64)
    if matrix.shape != (rows, columns):
        raise ValueError(f"{path.name} says {rows} × {columns}, holds {matrix.shape}")
    scores = np.rint(matrix * MILLION).astype(np.int64)
    proposal, evaluator = np.nonzero(scores)
    return Instance(
        path.stem,
        rows,
        columns,
        demand,
        max_load,
        proposal.astype(np.int64),
        evaluator.astype(np.int64),
        scores[proposal, evaluator],
        np.empty(0, dtype=np.int64),
    )


def make_call(size: Size, seed: int = 7) -> Instance:
    """Make a call in which some topics have many proposals and few evaluators.

    Proposals and evaluators are mixtures of topics. A conflict is an evaluator of one of the
    two to six institutions of a proposal. Affinity is the cosine of mixtures with some noise.
    """
    rng = np.random.default_rng(seed)
    wanted, offered = _topic_shares(rng)
    themes = rng.dirichlet(wanted, size.proposals).astype(np.float32)
    skills = rng.dirichlet(offered, size.evaluators).astype(np.float32)
    home = rng.integers(INSTITUTIONS, size=size.evaluators)
    kept, conflicts = [], []
    for first in range(0, size.proposals, 1000):
        block = themes[first : first + 1000]
        scores = _affinities(rng, block, skills)
        barred = _conflicts(rng, len(block), home)
        scores[barred] = -1
        kept.append(_best(scores, size.candidates, first))
        rows, columns = np.nonzero(barred)
        conflicts.append((rows + first) * size.evaluators + columns)
    proposal, evaluator, affinity = (np.concatenate(part) for part in zip(*kept, strict=True))
    name = f"synthetic-{size.proposals}x{size.evaluators}-{size.candidates}-{seed}"
    return Instance(
        name,
        size.proposals,
        size.evaluators,
        size.demand,
        size.max_load,
        proposal,
        evaluator,
        affinity,
        np.concatenate(conflicts).astype(np.int64),
    )


def _topic_shares(rng: np.random.Generator) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return Dirichlet weights of topics for proposals and for evaluators; a third is scarce."""
    wanted = rng.gamma(2.0, 0.05, TOPICS) + 0.02
    offered = wanted * rng.uniform(0.7, 1.4, TOPICS)
    scarce = rng.permutation(TOPICS)[: int(TOPICS * SCARCE_SHARE)]
    offered[scarce] *= 0.5
    return wanted, offered


def _affinities(
    rng: np.random.Generator, themes: NDArray[np.float32], skills: NDArray[np.float32]
) -> Ints:
    lengths = np.linalg.norm(themes, axis=1)[:, None] * np.linalg.norm(skills, axis=1)[None, :]
    noise = rng.random(lengths.shape, dtype=np.float32)
    scores = 0.85 * (themes @ skills.T) / lengths + 0.15 * noise
    return np.clip(np.rint(scores * MILLION), 0, MILLION).astype(np.int64)


def _conflicts(rng: np.random.Generator, rows: int, home: Ints) -> NDArray[np.bool_]:
    involved = np.zeros((rows, INSTITUTIONS), dtype=bool)
    for row, count in enumerate(rng.integers(2, 7, size=rows)):
        involved[row, rng.choice(INSTITUTIONS, size=count, replace=False)] = True
    return involved[:, home]


def _best(scores: Ints, candidates: int, first: int) -> tuple[Ints, Ints, Ints]:
    """Return the best allowed pairs of each row, by row and column."""
    count = min(candidates, scores.shape[1])
    columns = np.sort(np.argpartition(-scores, count - 1, axis=1)[:, :count], axis=1)
    values = np.take_along_axis(scores, columns, axis=1)
    rows = np.repeat(np.arange(len(scores)), count)
    allowed = values.ravel() >= 0
    return (
        (rows + first)[allowed].astype(np.int64),
        columns.ravel()[allowed].astype(np.int64),
        values.ravel()[allowed],
    )
