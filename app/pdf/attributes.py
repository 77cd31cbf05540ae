"""Attributes of text that are freed with it: the engine would keep a list of them for every piece of numbers.

For text with OpenType features (numbers of one width in tables and sums) WeasyPrint 70 makes a list of
attributes whose own reference it never gives back: 33 KB of a letter. One list owning its attribute, freed
with the layout that uses it, costs nothing and leaves nothing.
"""

from __future__ import annotations

from typing import Any


class OwnAttributes(dict[Any, Any]):
    """Takes the place of the engine's cache of attributes: each list gets the attribute made for it."""

    def setdefault(self, _features: Any, attribute: Any = None) -> Any:
        """Return the attribute just made, and keep none: the list that it goes into frees it."""
        return attribute


def free_attributes(fonts: Any) -> None:
    """Let the layouts of one font configuration free their attributes; those of others stay as they are."""
    from weasyprint.text import line_break  # noqa: PLC0415 - heavy

    fonts.font_features = OwnAttributes()
    pango, plain = line_break.pango, line_break.Layout.setup
    if getattr(plain, "frees_attributes", False):
        return

    def setup(layout: Any, style: Any) -> None:
        plain(layout, style)
        if isinstance(style.font_config.font_features, OwnAttributes):
            attributes = pango.pango_layout_get_attributes(layout.layout)
            if attributes:
                # The layout holds a reference of its own; this is the one that nobody gives back.
                pango.pango_attr_list_unref(attributes)

    setup.frees_attributes = True  # type: ignore[attr-defined]  # a mark: one change for all engines
    line_break.Layout.setup = setup
