"""All affinities of a large call in a process of its own: ``python -m bench.affinity_run ROWS COLUMNS``.

Applications of one text and evaluators of three, each of 1,200 letters made of the probe's sentences in
one of three languages. Prints as JSON the processor seconds of reading and of comparing, and the peak
memory of the process.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from typing import Any

import numpy as np

from bench import topics
from bench.processes import ROOT
from scoring.routing.affinity.documents import Described, Document
from scoring.routing.affinity.languages import LANGUAGES
from scoring.routing.affinity.measure import AffinityModel

LENGTH = 1_200
TEXTS = 3
SEED = 1
KIBIBYTES = 1024


def write_text(probe: list[topics.Topic], rng: np.random.Generator) -> Document:
    """Return a text of about 1,200 letters from the probe's sentences in one language."""
    language, text = str(rng.choice(LANGUAGES)), ""
    while len(text) < LENGTH:
        topic = probe[int(rng.integers(len(probe)))]
        text += topic[str(rng.choice(("profile", "summary")))][language] + " "
    return Document(text, language)


def measure(rows: int, columns: int) -> dict[str, Any]:
    """Return what reading and comparing all texts of a call costs."""
    probe, rng = topics.read_topics(ROOT / topics.TOPICS), np.random.default_rng(SEED)
    asked = [Described(str(n), documents=(write_text(probe, rng),)) for n in range(rows)]
    held = [
        Described(str(n), documents=tuple(write_text(probe, rng) for _ in range(TEXTS)))
        for n in range(columns)
    ]
    AffinityModel(asked[:2], held[:2]).scores()
    begun = time.process_time()
    model = AffinityModel(asked, held)
    model.explain(0, 0)
    read = time.process_time()
    scores = model.scores()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIBIBYTES
    return {
        "texts": rows + TEXTS * columns,
        "read": read - begun,
        "compare": time.process_time() - read,
        "megabytes": peak,
        "mean": float(scores.mean()),
    }


if __name__ == "__main__":
    json.dump(measure(int(sys.argv[1]), int(sys.argv[2])), sys.stdout)
