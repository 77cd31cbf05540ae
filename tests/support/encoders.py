"""A small language model for tests: it knows two words for one thing, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

SUBJECTS = (("laiva", "meri", "satama", "ship", "fartyg"), ("akku", "batter", "sähkö", "electric"))


class Subjects:
    """Places a text by how often it speaks of each of two subjects; the last number is the same for all."""

    name = "two-subjects"

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        counts = [
            [sum(text.casefold().count(word) for word in words) for words in SUBJECTS] + [1.0]
            for text in texts
        ]
        rows = np.array(counts, dtype=np.float64).reshape(len(texts), len(SUBJECTS) + 1)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class Broken:
    """Needs a library that is not there."""

    def __init__(self) -> None:
        raise ImportError("no module named nowhere")
