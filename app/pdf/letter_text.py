"""What a letter says as plain text, a paragraph on each line: for comparing two versions of it."""

from __future__ import annotations

from html.parser import HTMLParser

from app.pdf.letter_data import LetterData
from app.pdf.pages import render_letter_body

_LINES = frozenset({"p", "h1", "h2", "h3", "li", "tr", "caption", "div", "br"})
_CELLS = frozenset({"td", "th"})


class _TextReader(HTMLParser):
    """Gathers text, a line for each paragraph, heading, list item and table row."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - the library's own signature
        """Begin a new line or cell."""
        if tag in _LINES:
            self.parts.append("\n")
        elif tag in _CELLS:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        """Keep the text."""
        self.parts.append(data)


def write_text(letter: LetterData) -> str:
    """Return the text of a letter as it is read. Raises ``IncompleteLetter``."""
    reader = _TextReader()
    reader.feed(render_letter_body(letter))
    lines = ("".join(reader.parts)).split("\n")
    return "\n".join(text for text in (" ".join(line.split()) for line in lines) if text)
