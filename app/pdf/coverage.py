"""Is a letter complete under the law? Checked before anything is rendered.

Administrative Procedure Act (434/2003) 44.1 § 1-4, 45 §, 46 or 47 §; for grants Article 73(3) of
Regulation (EU) 2021/1060. The marks are data: ``pdf_templates/letters/decision_templates.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.pdf.letter_data import LetterData
from app.pdf.texts import Block, load_letter_texts

#: What a draft may still lack: these come into being with the approval.
APPROVAL_PATHS = frozenset({"decision.approved_at", "decision.sha256"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is missing: block, path in the data, provision that asks for it."""

    block: str
    path: str
    law: str

    def __str__(self) -> str:
        """One line for a person: block, field and provision."""
        reason = f" ({self.law})" if self.law else ""
        return f"{self.block}: {self.path}{reason}"


class IncompleteLetter(Exception):
    """The letter lacks what the law asks for; ``problems`` name each thing."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep the problems; the message lists them on one line."""
        self.problems = problems
        super().__init__("; ".join(str(problem) for problem in problems))


def required_blocks(template: str) -> tuple[str, ...]:
    """Names of the blocks that a letter of this template always prints. Raises ``KeyError``."""
    return tuple(
        name for name in load_letter_texts().templates[template].blocks if not name.endswith("?")
    )


def list_printed_blocks(data: LetterData) -> tuple[str, ...]:
    """Names of the blocks that this letter prints; optional ones when their data are there."""
    texts = load_letter_texts()
    names = []
    for marked in texts.templates[data.template].blocks:
        name = marked.removesuffix("?")
        if name == marked or _is_wanted(texts.blocks[name], data):
            names.append(name)
    return tuple(names)


def check_coverage(data: LetterData) -> tuple[Problem, ...]:
    """Everything that keeps this letter from being issued; empty when it is complete."""
    printed = list_printed_blocks(data)
    return (
        *_list_blank_fields(data, printed),
        *_list_missing_provisions(data, printed),
        *_list_wrong_sums(data),
    )


def require_coverage(data: LetterData) -> None:
    """Raise ``IncompleteLetter``, which names what is missing, unless the letter is complete."""
    problems = check_coverage(data)
    if problems:
        raise IncompleteLetter(problems)


def _is_wanted(block: Block, data: LetterData) -> bool:
    return all(_is_filled(data, path) for path in block.when or block.needs)


def _list_blank_fields(data: LetterData, printed: Iterable[str]) -> Iterator[Problem]:
    blocks = load_letter_texts().blocks
    for name in printed:
        law = ", ".join(blocks[name].satisfies)
        for path in blocks[name].needs:
            if data.draft and path in APPROVAL_PATHS:
                continue
            if not _is_filled(data, path):
                yield Problem(name, path, law)


def _list_missing_provisions(data: LetterData, printed: Iterable[str]) -> Iterator[Problem]:
    texts = load_letter_texts()
    met = {law for name in printed for law in texts.blocks[name].satisfies}
    wanted = list(texts.coverage.always)
    if data.template in texts.grant_templates:
        wanted.extend(texts.coverage.grants)
    for law in wanted:
        if law not in met:
            yield Problem(data.template, "blocks", law)
    if not met.intersection(texts.coverage.one_of):
        yield Problem(data.template, "blocks", " / ".join(texts.coverage.one_of))


def _list_wrong_sums(data: LetterData) -> Iterator[Problem]:
    """Partners' figures must add up to the ruling: a letter with two truths cannot be enforced."""
    for part, whole, total in (
        ("support", "support_total", data.decision.support_total),
        ("accepted_costs", "eligible_total", data.decision.eligible_total),
    ):
        amounts = [getattr(partner, part) for partner in data.partners]
        if total is None or None in amounts:
            continue
        if sum((Decimal(amount) for amount in amounts), Decimal(0)) != Decimal(total):
            yield Problem("support_table", f"partners[].{part} ≠ decision.{whole}", "")
    if data.budget is not None and any(
        len(amounts) != len(data.budget.categories)
        for amounts in (data.budget.totals, *(row.amounts for row in data.budget.rows))
    ):
        yield Problem("budget_table", "budget.rows ≠ budget.categories", "")


def _is_filled(data: LetterData, path: str) -> bool:
    values = list(_walk(data, path.split(".")))
    return bool(values) and all(_is_present(value) for value in values)


def _walk(value: Any, steps: list[str]) -> Iterator[Any]:
    """The values at a path; "name[]" steps into every element, a missing parent yields ``None``."""
    if not steps:
        yield value
        return
    step, rest = steps[0], steps[1:]
    child = getattr(value, step.removesuffix("[]"), None)
    if not step.endswith("[]"):
        yield from _walk(child, rest)
        return
    for element in child or ():
        yield from _walk(element, rest)


def _is_present(value: Any) -> bool:
    """Blank texts, empty lists, ``None`` and ``False`` are absent; the number zero is a value."""
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, tuple):
        return bool(value) and all(_is_present(element) for element in value)
    return value is not None and value is not False
