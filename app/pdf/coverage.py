"""Is a letter complete under the law? Checked before anything is rendered.

The rules are pure (``app.domain.letter_law``); the marks that they read are data of
``pdf_templates/letters/decision_templates.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from app.domain.letter_law import BlockRule, Lack, LawItem, LetterRules, check_letter, list_printed
from app.pdf.letter_data import LetterData
from app.pdf.texts import load_letter_texts


class IncompleteLetter(Exception):
    """The letter lacks what the law asks for; ``problems`` name each thing."""

    def __init__(self, problems: tuple[Lack, ...]) -> None:
        """Keep the problems; the message lists them on one line."""
        self.problems = problems
        super().__init__("; ".join(_write_line(problem) for problem in problems))


def _write_line(problem: Lack) -> str:
    """Return one line for a person: block, field and provision."""
    where = f"{problem.block}: {problem.path}" if problem.block else problem.path
    return f"{where} ({problem.law})" if problem.law else where


def required_blocks(template: str) -> tuple[str, ...]:
    """Names of the blocks that a letter of this template always prints. Raises ``KeyError``."""
    return tuple(
        name for name in load_letter_texts().templates[template].blocks if not name.endswith("?")
    )


@lru_cache(maxsize=16)
def load_rules(template: str) -> LetterRules:
    """Return what a letter of this template must hold, from the packaged texts. Raises ``KeyError``."""
    texts = load_letter_texts()
    blocks = texts.templates[template].blocks
    names = [each.removesuffix("?") for each in blocks]
    grants = texts.coverage.grants if template in texts.grant_templates else ()
    return LetterRules(
        blocks=blocks,
        rules={
            name: BlockRule(each.needs, each.when, each.satisfies)
            for name in names
            for each in (texts.blocks[name],)
        },
        wanted=(*texts.coverage.always, *grants),
        one_of=texts.coverage.one_of,
    )


def _record_of(data: LetterData) -> Mapping[str, Any]:
    marks = {"claim_rejected": data.claim_rejected, "claim_unexamined": data.claim_unexamined}
    return {**data.model_dump(mode="json"), **marks}


def list_printed_blocks(data: LetterData) -> tuple[str, ...]:
    """Names of the blocks that this letter prints; optional ones when their data are there."""
    return list_printed(_record_of(data), load_rules(data.template))


def list_law_items(data: LetterData) -> tuple[LawItem, ...]:
    """Return the checklist of a letter: every provision with what it lacks."""
    return check_letter(_record_of(data), load_rules(data.template))


def check_coverage(data: LetterData) -> tuple[Lack, ...]:
    """Everything that keeps this letter from being issued; empty when it is complete."""
    return tuple(lack for item in list_law_items(data) for lack in item.lacks)


def require_coverage(data: LetterData) -> None:
    """Raise ``IncompleteLetter``, which names what is missing, unless the letter is complete."""
    problems = check_coverage(data)
    if problems:
        raise IncompleteLetter(problems)
