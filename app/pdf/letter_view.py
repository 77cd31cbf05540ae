"""From letter data to what the page template prints: blocks whose texts are finished."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from app.pdf.coverage import list_printed_blocks, require_coverage
from app.pdf.environment import load_text_environment
from app.pdf.inert import clean_values
from app.pdf.letter_data import LetterData
from app.pdf.texts import Block, Instruction, Localized, load_letter_texts
from app.pdf.values import Language


@dataclass(frozen=True, slots=True)
class InstructionView:
    """One point of the review instructions."""

    term: str
    text: str
    address: str


@dataclass(frozen=True, slots=True)
class BlockView:
    """One block with its texts in the letter's language; ``name`` is also its class in the page."""

    name: str
    layout: str
    heading: str
    paragraphs: tuple[str, ...]
    points: tuple[str, ...]
    bullets: tuple[str, ...]
    entries: tuple[str, ...]
    table: str
    instructions: tuple[InstructionView, ...]
    closing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TextWriter:
    """Renders block texts of one letter in its sandbox."""

    language: Language
    values: Mapping[str, Any]

    def write(self, text: Localized, **extra: Any) -> str:
        """One finished text."""
        template = load_text_environment(self.language).from_string(text.localize(self.language))
        return template.render(self.values, **extra).strip()

    def write_all(self, texts: Iterable[Localized]) -> tuple[str, ...]:
        """Finished texts; those that come out blank are left out."""
        return tuple(text for text in (self.write(each) for each in texts) if text)


def compose_blocks(data: LetterData) -> tuple[dict[str, Any], tuple[BlockView, ...]]:
    """The cleaned values and the blocks of a letter. Raises ``IncompleteLetter`` first."""
    require_coverage(data)
    values = clean_values(data.model_dump())
    writer = TextWriter(data.language, values)
    blocks = load_letter_texts().blocks
    return values, tuple(
        _view_block(name, blocks[name], writer) for name in list_printed_blocks(data)
    )


def _view_block(name: str, block: Block, writer: TextWriter) -> BlockView:
    checks = writer.values["checks"] if block.item else ()
    return BlockView(
        name=name,
        layout=block.layout,
        heading=writer.write(block.heading) if block.heading else "",
        paragraphs=writer.write_all(block.paragraphs),
        points=writer.write_all(block.points),
        bullets=_find_texts(writer.values, block.bullets),
        entries=tuple(writer.write(block.item, item=check) for check in checks if block.item),
        table=block.table,
        instructions=tuple(_view_instruction(each, writer) for each in block.instructions),
        closing=writer.write_all(block.closing),
    )


def _view_instruction(point: Instruction, writer: TextWriter) -> InstructionView:
    text = writer.write(point.text) if point.text else ""
    if point.service:
        text = writer.values["service"]["rule_text"].strip() or _write_service_rule(writer)
    return InstructionView(term=writer.write(point.term), text=text, address=point.address)


def _write_service_rule(writer: TextWriter) -> str:
    block = load_letter_texts().blocks[f"service_{writer.values['service']['method']}"]
    return " ".join(writer.write_all(block.paragraphs))


def _find_texts(values: Mapping[str, Any], path: str) -> tuple[str, ...]:
    found: Any = values if path else ()
    for step in path.split(".") if path else ():
        found = (found or {}).get(step)
    return tuple(found or ())
