"""Templates share one table of globals: imports between them cost nothing to compare."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment
from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context

_CONTEXTS = "_contexts"


class ForgetfulTemplate(Template):
    """A template that lets go of a page once it is drawn.

    A macro holds the context in which it was made, and the context holds the macro. Until the garbage
    collector comes round, and stops all threads for it, every page would wait with all its rows.
    """

    def render(self, *args: Any, **values: Any) -> str:
        """Draw a page as Jinja does, then break the circles."""
        contexts: list[Context] = []
        context = self.new_context({**dict(*args, **values), _CONTEXTS: contexts})
        contexts.append(context)
        try:
            return self.environment.concat(self.root_render_func(context))
        except Exception:  # noqa: BLE001 - all errors: Jinja adds the line of the template to them
            self.environment.handle_exception()
        finally:
            for each in contexts:
                each.vars.clear()
                each.blocks.clear()
            contexts.clear()

    def make_module(
        self,
        vars: dict[str, Any] | None = None,  # noqa: A002 - Jinja's own name
        shared: bool = False,
        locals: Mapping[str, Any] | None = None,  # noqa: A002 - Jinja's own name
    ) -> TemplateModule:
        """Import a template for a page; the page remembers its context."""
        context = self.new_context(vars, shared, locals)
        if vars and _CONTEXTS in vars:
            vars[_CONTEXTS].append(context)
        return TemplateModule(self, context)


class FlatEnvironment(Environment):
    """Jinja's environment without a table of globals for each template.

    Jinja chains an empty table of each template before the common one and compares the keys of both
    whenever one template imports from another, which every page does five times. Nothing here loads a
    template with globals of its own.
    """

    template_class = ForgetfulTemplate

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return the common table."""
        return super().make_globals(d) if d else self.globals


class Site(Flask):
    """Flask with templates of this kind."""

    jinja_environment = FlatEnvironment
