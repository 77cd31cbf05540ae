"""The tree of the document as a reader needs it: one element for one thing, whatever the page breaks.

The layout engine builds the tree page by page. Here every step of that goes through ``TagTree``:
header cells get their scope, parts their language, emphasis becomes a span, and what a page break
has split (a table, a row, a paragraph) becomes one element again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from app.pdf.conformance.artifacts import find_object, hide_marked_content

SPLITTABLE = frozenset(
    {"/Table", "/TBody", "/TR", "/TH", "/TD", "/Caption", "/P", "/L", "/LI", "/LBody", "/Div"}
    | {f"/H{level}" for level in range(1, 7)}
)
CELLS = frozenset({"/TH", "/TD"})
OUTLINED = frozenset({"/H1", "/H2"})
"""Headings with a level in the outline, as the style sheet sets it."""
EMPHASIS = frozenset({"strong", "em", "b", "i", "code"})


class TagTree:
    """Builds the tree of one paper."""

    def __init__(self, build: Callable[..., Iterator[Any]], engine: Any) -> None:
        """Prepare for one paper; ``build`` is the engine's own step, which calls back for each child."""
        self._build_plain = build
        self._engine = engine
        self._begun: dict[tuple[Any, str], tuple[int, Any]] = {}
        self._heads: dict[Any, int] = {}
        self._cells: list[Any] = []
        self._hidden: list[Any] = []
        self.headings: list[Any] = []
        """The elements that the outline names, in the order of reading."""
        self._is_hidden = False

    def build(
        self,
        box: Any,
        parent: Any,
        pdf: Any,
        page_number: int,
        nums: dict[int, bytes],
        annotations: list[Any],
        tags: dict[Any, Any],
    ) -> Iterator[Any]:
        """Give the elements of one box, without those that are furniture or go on from an earlier page."""
        box = getattr(box, "_box", box)  # what is placed absolutely is wrapped
        steps = self._build_plain(box, parent, pdf, page_number, nums, annotations, tags)
        if not self._is_hidden and self._is_furniture(box, page_number):
            self._build_hidden(steps, pdf, page_number, nums)
            return
        if self._is_hidden or self._is_transparent(box):
            yield from steps
            return
        for element in steps:
            self._mend(box, element, pdf)
            if not self._joins(box, element, pdf, page_number):
                yield element

    def finish(self, pdf: Any) -> None:
        """Close the tree of a file: no links from cells to headers, and the embedded file named once.

        The links break where tables were joined, and the scope of the headers says the same.
        """
        for cell in self._cells:
            cell.pop("ID", None)
            cell.get("A", {}).pop("Headers", None)
        for element in self._hidden:
            element.clear()
        if "AF" in pdf.catalog:
            pdf.catalog["AF"][:] = dict.fromkeys(pdf.catalog["AF"])

    def _build_hidden(
        self, steps: Iterator[Any], pdf: Any, page_number: int, nums: dict[int, bytes]
    ) -> None:
        """Let the engine account for what is drawn, then take it out of the tree."""
        known, begin = set(nums), len(pdf.objects)
        self._is_hidden = True
        for _ in steps:
            pass
        self._is_hidden = False
        hide_marked_content(pdf, page_number, nums, set(nums) - known)
        self._hidden += pdf.objects[begin:]

    def _is_furniture(self, box: Any, page_number: int) -> bool:
        if isinstance(box, self._engine.MarginBox):
            return True
        if box.element is None or box.element_tag != "thead":
            return False
        return self._heads.setdefault(box.element, page_number) < page_number

    def _is_transparent(self, box: Any) -> bool:
        """Tell whether a box has no element of its own, but gives those of its children."""
        return isinstance(box, self._engine.PageBox) or box.element_tag in {"html", "body"}

    def _mend(self, box: Any, element: Any, pdf: Any) -> None:
        source = box.element
        if source is None:
            return
        kind = element["S"]
        if kind in CELLS:
            self._cells.append(element)
        if kind in OUTLINED and not self._has_begun(box, kind):
            self.headings.append(element)
        if kind == "/TH":
            element["A"]["Scope"] = "/Row" if source.get("scope") == "row" else "/Column"
        if kind == "/NonStruct" and box.element_tag in EMPHASIS:
            element["S"] = "/Span"
        language = source.get("lang")
        if language and kind != "/NonStruct" and language != pdf.catalog["Lang"].string:
            element["Lang"] = type(pdf.catalog["Lang"])(language)

    def _has_begun(self, box: Any, kind: str) -> bool:
        return (box.element, kind) in self._begun

    def _joins(self, box: Any, element: Any, pdf: Any, page_number: int) -> bool:
        """Tell whether an element goes on from an earlier page; then its children have moved there."""
        if box.element is None or element["S"] not in SPLITTABLE:
            return False
        key = (box.element, element["S"])
        begun_on, first = self._begun.setdefault(key, (page_number, element))
        if begun_on == page_number:
            return False
        for child in element["K"]:
            found = find_object(pdf, child)
            if "P" in found:
                found["P"] = first.reference
        first["K"].extend(element["K"])
        is_cell = element["S"] in CELLS
        element.clear()
        if is_cell:  # the engine still writes links to headers into it, before the tree is closed
            element["A"] = type(element)()
            self._hidden.append(element)
        return True


@contextlib.contextmanager
def mended_tags() -> Iterator[TagTree]:
    """Build the tree of one paper through a ``TagTree``. One paper at a time: the engine has one hook."""
    from weasyprint.formatting_structure import boxes  # noqa: PLC0415 - heavy
    from weasyprint.pdf import tags  # noqa: PLC0415 - heavy

    plain = tags._build_box_tree  # noqa: SLF001 - there is no public hook; weasyprint is pinned for it
    tree = TagTree(plain, boxes)
    tags._build_box_tree = tree.build  # noqa: SLF001
    try:
        yield tree
    finally:
        tags._build_box_tree = plain  # noqa: SLF001
