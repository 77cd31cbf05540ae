"""Base of all rows: naming of constraints and the column types that keep data true."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """A moment, stored in UTC and always returned aware. A naive moment is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Turn an aware moment into UTC for the database."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, _dialect: sa.Dialect) -> datetime | None:
        """Return the stored moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Cents(sa.types.TypeDecorator[Decimal]):
    """An amount of euros, stored as whole cents. A fraction of a cent is refused."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, _dialect: sa.Dialect) -> int | None:
        """Turn euros into cents."""
        if value is None:
            return None
        cents = value * 100
        if cents != cents.to_integral_value():
            raise ValueError(f"{value} is not a whole number of cents")
        return int(cents)

    def process_result_value(self, value: int | None, _dialect: sa.Dialect) -> Decimal | None:
        """Turn cents into euros with two decimals."""
        return None if value is None else Decimal(value).scaleb(-2)


JSON = sa.JSON().with_variant(JSONB(), "postgresql")


class Base(DeclarativeBase):
    """Base of every row class."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy reads it from the class
        datetime: UtcDateTime(),
        Decimal: Cents(),
        uuid.UUID: sa.Uuid(),
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }


Key = Annotated[uuid.UUID, mapped_column(sa.Uuid(), primary_key=True, default=uuid.uuid4)]
Code = Annotated[str, mapped_column(sa.String(60))]
Name = Annotated[str, mapped_column(sa.String(200))]
Sha256 = Annotated[str, mapped_column(sa.String(64))]
LongText = Annotated[str, mapped_column(sa.Text())]


def enum_type(kind: type[StrEnum]) -> sa.Enum:
    """Return a column type that holds the values of an enum and refuses others in the database."""
    return sa.Enum(
        kind,
        native_enum=False,
        length=30,
        create_constraint=True,
        values_callable=lambda members: [member.value for member in members],
        name=kind.__name__.lower(),
    )


def one_of(column: str, states: Iterable[StrEnum]) -> str:
    """Return the SQL text ``column IN (…)`` for states of a table."""
    listed = ", ".join(f"'{state.value}'" for state in sorted(states))
    return f"{column} IN ({listed})"
