"""Primitive value types of the papers: what an amount, a date or a score looks like as text.

The data of a paper are frozen and JSON-shaped, so that the same record can be stored, hashed and
rendered again years later without any code that knows today's classes.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, StringConstraints

Language = Literal["fi", "sv", "en"]


class Frozen(BaseModel):
    """Base of all paper data: immutable, unknown fields refused, lists become tuples."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)


def _read_date(text: str) -> str:
    date.fromisoformat(text)
    return text


def _read_moment(text: str) -> str:
    if datetime.fromisoformat(text).tzinfo is None:
        raise ValueError("the time needs a zone offset")
    return text


def _read_clock(text: str) -> str:
    time.fromisoformat(text)
    return text


def _write_decimal(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def _wrap_text(value: Any) -> Any:
    if isinstance(value, str):
        return (value,) if value.strip() else ()
    return value


#: Euros with two decimals and a point, e.g. "622560.48". A ``Decimal`` is accepted and written out.
Amount = Annotated[
    str, StringConstraints(pattern=r"^-?\d{1,13}\.\d{2}$"), BeforeValidator(_write_decimal)
]
#: A decimal number with a point, e.g. "4.5" or "86.70" (scores, weights, percentages).
Number = Annotated[
    str, StringConstraints(pattern=r"^-?\d{1,9}(\.\d{1,6})?$"), BeforeValidator(_write_decimal)
]
#: "2027-08-31"
IsoDate = Annotated[str, AfterValidator(_read_date)]
#: "2027-08-31T12:00:00+03:00"; the offset is required.
Moment = Annotated[str, AfterValidator(_read_moment)]
#: "16:15"
Clock = Annotated[str, AfterValidator(_read_clock)]
#: 64 hexadecimal digits.
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
#: Paragraphs or list items; one plain string counts as one item, a blank one as none.
Texts = Annotated[tuple[str, ...], BeforeValidator(_wrap_text)]
