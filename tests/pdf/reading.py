"""What a screen reader meets: the elements of a paper with their words, in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import pikepdf

from app.pdf.formatting import NBSP
from tests.pdf.defects import walk_tree

SPOKEN = frozenset({"/H1", "/H2", "/H3", "/P", "/Caption", "/TH", "/TD", "/LI", "/Figure"})


@dataclass(slots=True)
class PageText:
    """The words of a page by number of marked content, and those that are furniture."""

    spoken: dict[int, str] = field(default_factory=dict)
    furniture: list[str] = field(default_factory=list)


def read_order(content: bytes) -> list[str]:
    """Return one line for each element that is read out: its kind and its words."""
    with pikepdf.open(BytesIO(content)) as pdf:
        pages = {page.objgen: _read_page(page) for page in pdf.pages}
        lines = []
        for element in walk_tree(pdf.Root.StructTreeRoot.K[0]):
            if element.S not in SPOKEN:
                continue
            words = " ".join(" ".join(_list_words(element, pages)).split())
            lines.append(f"{str(element.S)[1:]} {element.get('/Alt', words)}".strip())
    return lines


def read_furniture(content: bytes) -> list[list[str]]:
    """Return what is drawn on each page but not read out."""
    with pikepdf.open(BytesIO(content)) as pdf:
        return [_read_page(page).furniture for page in pdf.pages]


def _list_words(element: Any, pages: dict[Any, PageText]) -> Iterator[str]:
    kids = element.get("/K", pikepdf.Array())
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, int):
            yield pages[element.Pg.objgen].spoken.get(int(kid), "")
        elif kid.get("/Type") == "/StructElem":
            yield from _list_words(kid, pages)


def _read_page(page: Any) -> PageText:
    """Collect the text of a page under the marked content that it stands in."""
    found = PageText()
    maps = {name: _read_map(font) for name, font in page.Resources.Font.items()}
    marks: list[Any] = []
    current: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC":
                marks.append(operands[1])
                if operands[1].get("/Type") == "/Pagination":
                    found.furniture.append("")
            case "BMC":
                marks.append({})
            case "EMC":
                marks.pop()
            case "Tf":
                current = maps[str(operands[0])]
            case "Tj" | "TJ":
                _keep(found, marks, _decode(operands[0], current))
    return found


def _keep(found: PageText, marks: list[Any], text: str) -> None:
    for mark in reversed(marks):
        if "/MCID" in mark:
            found.spoken[int(mark["/MCID"])] = found.spoken.get(int(mark["/MCID"]), "") + text
            return
        if mark.get("/Type") == "/Pagination":
            found.furniture[-1] += text
            return
    raise AssertionError(f"neither tagged nor furniture: {text!r}")


def _decode(shown: Any, glyphs: dict[int, str]) -> str:
    parts = shown if isinstance(shown, pikepdf.Array) else [shown]
    codes = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
    return "".join(
        glyphs[int.from_bytes(codes[place : place + 2])] for place in range(0, len(codes), 2)
    )


def _read_map(font: Any) -> dict[int, str]:
    """Return what each glyph of a font means, from its own table; a space and a no-break space share one."""
    table = font.ToUnicode.read_bytes().decode("ascii")
    glyphs = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, meaning in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            glyphs[int(code, 16)] = bytes.fromhex(meaning).decode("utf-16-be").replace(NBSP, " ")
    return glyphs
