"""The tables of a decision letter: accepted costs and sources of funding."""

from __future__ import annotations

from decimal import Decimal

from app.pdf import letter_data as paper
from app.services.paper import words
from app.services.paper.source import LetterSource, model_name
from app.services.paper.words import say
from scoring.financing import aid_rate


def make_budget_table(source: LetterSource) -> paper.Budget:
    """Return the accepted costs by partner and category."""
    names = {str(row["key"]): str(row["name"]) for row in source.content.partners}
    costs = source.budget.costs
    rows = tuple(
        paper.BudgetRow(
            partner=names[each.partner],
            amounts=(f"{each.staff:.2f}", f"{each.flat_rate:.2f}", f"{each.total:.2f}"),
        )
        for each in costs
    )
    sums = (
        sum((each.staff for each in costs), Decimal(0)),
        sum((each.flat_rate for each in costs), Decimal(0)),
        source.budget.total_cost,
    )
    return paper.Budget(
        categories=(
            say(words.STAFF_COSTS, source.language),
            model_name(source, "cost_model") or say(words.FLAT_RATE, source.language),
            say(words.TOTAL, source.language),
        ),
        rows=rows,
        totals=tuple(f"{value:.2f}" for value in sums),
    )


def make_financing_table(source: LetterSource) -> tuple[paper.FinancingLine, ...]:
    """Return the sources of funding; what a reduction leaves open is own funding."""
    total = source.budget.total_cost
    support = source.decision.support
    sums = {
        name: sum((getattr(each, name) for each in source.budget.financing), Decimal(0))
        for name in ("own", "municipal", "other_public", "private")
    }
    sums["own"] += source.budget.support - support
    lines = [("support", support), *((name, value) for name, value in sums.items() if value)]
    return (
        *(
            paper.FinancingLine(
                source=say(words.SOURCES[name], source.language),
                amount=f"{value:.2f}",
                share=str(aid_rate(value, total)),
            )
            for name, value in lines
        ),
        paper.FinancingLine(
            source=say(words.TOTAL, source.language), amount=f"{total:.2f}", is_total=True
        ),
    )
