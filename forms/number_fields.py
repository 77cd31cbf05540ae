"""Fields for numbers and amounts: read as people write them, kept as exact canonical texts."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import StringField

from forms.messages import N_
from forms.numbers import NotANumber, parse_number, show_number

CENT = Decimal("0.01")


class NumberField(StringField):
    """A number with at most so many decimals; ``None`` of them means any number."""

    kind = "decimal"

    def __init__(
        self,
        label: Any = None,
        *,
        language: str = "fi",
        decimals: int | None = None,
        **kwargs: Any,
    ) -> None:
        """Remember how the reader writes numbers."""
        self.language = language
        self.decimals = decimals
        super().__init__(label, **kwargs)

    def process_data(self, value: Any) -> None:
        """Take a canonical number, a text with a point or a whole number."""
        self.data = None if value in (None, "") else str(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed. Raises ValueError with the message to show."""
        if not valuelist:
            return
        text = str(valuelist[0]).strip()
        self.data = self.read(text) if text else None

    def read(self, text: str) -> str:
        """Return the canonical text of a typed number."""
        try:
            value = parse_number(text, self.language)
        except NotANumber as error:
            raise ValueError(N_("Enter a number, for example 1200 or 12,5")) from error
        if self.decimals is not None and value != round(value, self.decimals):
            raise ValueError(self.too_exact())
        return self.write(value)

    def too_exact(self) -> str:
        """Return the message for too many decimals."""
        if self.decimals == 0:
            return N_("Enter a whole number, for example 12")
        return N_("Enter a number with at most %(count)s decimals", count=self.decimals)

    def write(self, value: Decimal) -> str:
        """Return the canonical text of a number."""
        return format(value, "f")

    def canonical(self) -> Any:
        """Return the number as text with a point, or None."""
        return self.data

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.show(self.data)

    def show(self, text: str) -> str:
        """Return a canonical number as the reader writes it."""
        try:
            return show_number(Decimal(text), self.language)
        except InvalidOperation:
            return text


class MoneyField(NumberField):
    """An amount in euros and cents."""

    kind = "money"

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        """Take two decimals."""
        super().__init__(label, decimals=2, **kwargs)

    def too_exact(self) -> str:
        """Return the message for fractions of a cent."""
        return N_("Enter an amount in euros and cents, for example 1250,50")

    def write(self, value: Decimal) -> str:
        """Return the amount with its cents."""
        return format(value.quantize(CENT), "f")

    def show(self, text: str) -> str:
        """Return the amount with thousands apart."""
        try:
            return show_number(Decimal(text).quantize(CENT), self.language, grouped=True)
        except InvalidOperation:
            return text


class WholeNumberField(NumberField):
    """A whole number; its canonical value is a number, not a text."""

    kind = "integer"

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        """Take no decimals."""
        super().__init__(label, decimals=0, **kwargs)

    def canonical(self) -> int | None:
        """Return the number."""
        return None if self.data is None else int(Decimal(self.data))
