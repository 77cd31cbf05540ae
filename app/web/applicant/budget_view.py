"""The computed budget as the pages show it, and as save-as-you-type refreshes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.domain.budgets import Budget
from app.web.applicant.saving import Saved
from app.web.filters import money, percent
from calls.definition import AnyQuestion
from forms.rows import RowList
from scoring.financing import aid_rate

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """The budget of one partner, or of the project, in euros."""

    key: str
    name: str
    staff: Decimal
    flat_rate: Decimal
    total: Decimal
    support: Decimal
    financing: Decimal

    @property
    def difference(self) -> Decimal:
        """Return how much financing exceeds the costs; it must be nothing."""
        return self.financing - self.total

    @property
    def cells(self) -> dict[str, str]:
        """Return the figures as texts, by the name that the page gives them."""
        figures = {
            "staff": self.staff,
            "flat": self.flat_rate,
            "total": self.total,
            "support": self.support,
            "financing": self.financing,
            "difference": self.difference,
        }
        shown = {name: money(value) for name, value in figures.items()}
        return {**shown, "rate": percent(aid_rate(self.support, self.total), 2)}


def budget_lines(
    budget: Budget, partners: Sequence[tuple[str, str]], all_: str
) -> list[BudgetLine]:
    """Return a line per partner and the project's line, named ``all_``, last."""
    lines = [_line(budget, key, name or key) for key, name in partners]
    return [
        *lines,
        BudgetLine(
            "all",
            all_,
            sum((each.staff for each in lines), ZERO),
            sum((each.flat_rate for each in lines), ZERO),
            sum((each.total for each in lines), ZERO),
            sum((each.support for each in lines), ZERO),
            sum((each.financing for each in lines), ZERO),
        ),
    ]


def partner_keys(budget: Budget) -> list[str]:
    """Return the partners that have costs or financing."""
    keys = [each.partner for each in (*budget.costs, *budget.financing)]
    return list(dict.fromkeys(keys))


def _line(budget: Budget, key: str, name: str) -> BudgetLine:
    costs, plan = budget.costs_of(key), budget.financing_of(key)
    return BudgetLine(
        key,
        name,
        costs.staff if costs else ZERO,
        costs.flat_rate if costs else ZERO,
        costs.total if costs else ZERO,
        plan.support if plan else ZERO,
        plan.total if plan else ZERO,
    )


def staff_cells(field: RowList, budget: Budget) -> dict[int, dict[str, str]]:
    """Return hourly rate and cost of each typed staff row, by the row number of the page."""
    taken: dict[str, int] = {}
    cells: dict[int, dict[str, str]] = {}
    for index, row in field.filled_rows():
        key = str(row.get("partner") or "")
        costs = budget.costs_of(key)
        place = taken.get(key, 0)
        taken[key] = place + 1
        if costs is None or place >= len(costs.lines):
            continue
        line = costs.lines[place]
        hourly = "–" if line.hourly is None else money(line.hourly)
        cells[index] = {"hourly": hourly, "cost": money(line.cost)}
    return cells


def computed_texts(
    saved: Saved, questions: Sequence[AnyQuestion], partners: Sequence[tuple[str, str]]
) -> dict[str, str]:
    """Return what the page shows anew after a save: line costs, sums and the table of partners."""
    if saved.budget is None:
        return {}
    texts: dict[str, str] = {}
    for question in questions:
        if question.type == "budget_staff" and question.id in saved.form:
            cells = staff_cells(saved.form[question.id], saved.budget)
            texts |= {
                f"{question.id}-{index}-{name}": text
                for index, row in cells.items()
                for name, text in row.items()
            }
    lines = budget_lines(saved.budget, partners, "")
    texts |= {
        f"budget-{line.key}-{name}": text for line in lines for name, text in line.cells.items()
    }
    staff = {
        f"{each.id}-cost-sum": money(lines[-1].staff)
        for each in questions
        if each.type == "budget_staff"
    }
    return {**texts, **staff}
