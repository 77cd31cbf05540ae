"""The base of every object of a call definition and the value types they share."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, ClassVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    model_serializer,
)
from pydantic_core import PydanticCustomError
from pydantic_core.core_schema import SerializerFunctionWrapHandler

IDENTIFIER = r"^[A-Za-z][A-Za-z0-9_.]*$"


class Frozen(BaseModel):
    """An immutable object that refuses fields it does not know.

    `origin` and `note` say where a fact comes from; they never change what the object does.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    origin: str | None = None
    note: str | None = None


class Grown(Frozen):
    """An object that has got fields since definitions were first stored.

    ``later`` names them. At its default a later field is left out of the canonical form, so that a
    definition that does not use it keeps its hash.
    """

    later: ClassVar[frozenset[str]] = frozenset()

    @model_serializer(mode="wrap")
    def _leave_out_unused(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields = type(self).model_fields
        unused = {name for name in self.later if getattr(self, name) == fields[name].default}
        return {key: value for key, value in handler(self).items() if key not in unused}


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
