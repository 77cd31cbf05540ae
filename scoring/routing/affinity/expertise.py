"""How well declared expertise fits an application, with the terms that cause it.

Affinity = (Jaccard similarity of keywords + 0.5 × overlap of FORD fields) / 1.5. The overlap is
the share of the smaller set of fields that is common to both. Affinity lies in [0, 1] and is an
exact fraction; without keywords and fields on both sides it is 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from scoring.routing.arrays import Floats, np

FORD_WEIGHT = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Expertise:
    """Keywords of the taxonomy and FORD fields of science, of an application or an evaluator."""

    keywords: frozenset[str] = frozenset()
    ford: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Affinity:
    """A score in [0, 1] and the common keywords and fields that explain it."""

    score: Fraction
    keywords: tuple[str, ...] = ()
    ford: tuple[str, ...] = ()


def expertise(keywords: Iterable[str] = (), ford: Iterable[str] = ()) -> Expertise:
    """Build an ``Expertise`` from any collections of codes."""
    return Expertise(frozenset(keywords), frozenset(ford))


def measure_affinity(application: Expertise, evaluator: Expertise) -> Affinity:
    """Compare two sets of expertise; the measure is symmetric."""
    score = jaccard(application.keywords, evaluator.keywords)
    score += FORD_WEIGHT * overlap(application.ford, evaluator.ford)
    return Affinity(
        score / (1 + FORD_WEIGHT),
        tuple(sorted(application.keywords & evaluator.keywords)),
        tuple(sorted(application.ford & evaluator.ford)),
    )


def jaccard(one: frozenset[str], other: frozenset[str]) -> Fraction:
    """Return the common part of two sets as a share of their union; 0 if both are empty."""
    union = one | other
    return Fraction(len(one & other), len(union)) if union else Fraction(0)


def overlap(one: frozenset[str], other: frozenset[str]) -> Fraction:
    """Return the common part of two sets as a share of the smaller; 0 if one is empty."""
    smaller = min(len(one), len(other))
    return Fraction(len(one & other), smaller) if smaller else Fraction(0)


def measure_all(applications: Sequence[Expertise], evaluators: Sequence[Expertise]) -> Floats:
    """Return the same measure for every application (row) and evaluator (column), as numbers."""
    alike = _share([a.keywords for a in applications], [e.keywords for e in evaluators], union=True)
    alike += float(FORD_WEIGHT) * _share(
        [a.ford for a in applications], [e.ford for e in evaluators], union=False
    )
    return alike / (1 + float(FORD_WEIGHT))


def _share(
    ones: Sequence[frozenset[str]], others: Sequence[frozenset[str]], *, union: bool
) -> Floats:
    """Return the common part of every two sets, as a share of their union or of the smaller."""
    codes = {code: place for place, code in enumerate(sorted(frozenset().union(*ones, *others)))}
    mine, theirs = (_marks(sets, codes) for sets in (ones, others))
    common = mine @ theirs.T
    sizes = mine.sum(axis=1)[:, None], theirs.sum(axis=1)[None, :]
    whole = sizes[0] + sizes[1] - common if union else np.minimum(*sizes)
    return np.where(whole > 0, common / np.maximum(whole, 1), 0)


def _marks(sets: Sequence[frozenset[str]], codes: Mapping[str, int]) -> Floats:
    table = np.zeros((len(sets), len(codes)))
    for row, held in enumerate(sets):
        table[row, [codes[code] for code in held]] = 1
    return table
