"""Templates share one table of globals: imports between them cost nothing to compare."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment


class FlatEnvironment(Environment):
    """Jinja's environment without a table of globals for each template.

    Jinja chains an empty table of each template before the common one and compares the keys of both
    whenever one template imports from another, which every page does five times. Nothing here loads a
    template with globals of its own.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the common table."""
        return super().make_globals(d) if d else self.globals


class Site(Flask):
    """Flask with templates of this kind."""

    jinja_environment = FlatEnvironment
