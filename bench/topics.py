"""The probe of who-knows-what: for how many topics the own profile comes first.

Topics are those of ``tests/data/routing/topics.yaml``; each way compares one kind of text with
another, in two languages or in one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from scoring.routing.affinity.documents import Described, Document
from scoring.routing.affinity.expertise import expertise
from scoring.routing.affinity.languages import LANGUAGES
from scoring.routing.affinity.measure import AffinityModel

TOPICS = Path("tests/data/routing/topics.yaml")
PARTS = ("tuning", "held_out", "fresh")
PAIRS = tuple(permutations(LANGUAGES, 2))

Topic = Mapping[str, Any]
Texts = Callable[[Topic], str]


def read_topics(path: Path = TOPICS) -> list[Topic]:
    """Read the probe."""
    found: list[Topic] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return found


def split_by_time(topics: Sequence[Topic]) -> dict[str, list[Topic]]:
    """Return the topics with which the concepts grew, and those that were written before the themes."""
    return {
        "first": [each for each in topics if each["part"] != "fresh"],
        "fresh": [each for each in topics if each["part"] == "fresh"],
    }


def share_inflected(topics: Sequence[Topic]) -> float:
    """Return the share found by a Finnish text with the profile's words in other forms."""
    return _share([_first(topics, ("inflected", "fi"), ("profile", "fi"))])


def share_foreign(topics: Sequence[Topic], kind: str) -> float:
    """Return the share found by the same text in another language; mean of six pairs."""
    return _share(_first(topics, (kind, one), (kind, other)) for one, other in PAIRS)


def share_reworded(
    topics: Sequence[Topic], *, with_field: bool, foreign: bool = True, part: str = ""
) -> float:
    """Return the share of profiles found by a summary in other words, within a part if one is named.

    ``with_field``: both sides declare the field of science, as real ones do.
    """
    pairs = PAIRS if foreign else tuple((name, name) for name in LANGUAGES)
    chosen = np.array([part in {"", topic["part"]} for topic in topics])
    return _share(
        _first(topics, ("summary", one), ("profile", other), with_field=with_field)[chosen]
        for one, other in pairs
    )


def _share(found: Iterable[Any]) -> float:
    return float(np.mean([each.mean() for each in found]))


def _first(
    topics: Sequence[Topic],
    asked: tuple[str, str],
    held: tuple[str, str],
    *,
    with_field: bool = False,
) -> Any:
    """Tell for each topic whether its own text comes before all others; a tie does not."""
    sides = [
        [
            Described(
                topic["id"],
                expertise([], [topic["field"]] if with_field else []),
                (Document(_text(topic, *which), which[1]),),
            )
            for topic in topics
        ]
        for which in (asked, held)
    ]
    scores = AffinityModel(*sides).scores()
    own = np.diag(scores).copy()
    np.fill_diagonal(scores, -1)
    return own > scores.max(axis=1)


def _text(topic: Topic, kind: str, language: str) -> str:
    texts = topic[kind]
    return str(texts if isinstance(texts, str) else texts[language])
