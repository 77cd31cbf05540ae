"""The base of every object of a call definition and the value types they share."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
)
from pydantic_core import PydanticCustomError

IDENTIFIER = r"^[A-Za-z][A-Za-z0-9_.]*$"


class Frozen(BaseModel):
    """An immutable object that refuses fields it does not know.

    `origin` and `note` say where a fact comes from; they never change what the object does.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    origin: str | None = None
    note: str | None = None


def _refuse_bool(value: object) -> object:
    """YAML `yes` is a bool and Python would take it for the number 1."""
    if isinstance(value, bool):
        message = "a number is needed, not true or false"
        raise PydanticCustomError("number_needed", message)
    return value


def _plain(value: Decimal) -> Decimal:
    """Drop trailing zeros, so that 40, 40.0 and 40.00 are one value with one canonical form."""
    shortest = value.normalize()
    return shortest.quantize(Decimal(1)) if shortest == shortest.to_integral_value() else shortest


Number = Annotated[
    Decimal,
    BeforeValidator(_refuse_bool),
    Field(allow_inf_nan=False, max_digits=18, decimal_places=6),
    AfterValidator(_plain),
]
Percent = Annotated[Number, Field(ge=0, le=100)]
Euros = Annotated[Number, Field(ge=0, decimal_places=2)]
Identifier = Annotated[str, Field(pattern=IDENTIFIER, max_length=60)]
Code = Annotated[str, Field(min_length=1, max_length=60)]
Count = Annotated[StrictInt, Field(ge=0)]
Positive = Annotated[StrictInt, Field(ge=1)]
Flag = StrictBool
