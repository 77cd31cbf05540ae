"""Migrations: from nothing to the models and back, on both databases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from app.db import downgrade, make_engine, upgrade
from app.models import Base


def constraint_names(engine: sa.Engine) -> dict[str, set[str]]:
    """Return the names of the CHECK constraints of each table."""
    inspector = sa.inspect(engine)
    return {
        table: {str(check["name"]) for check in inspector.get_check_constraints(table)}
        for table in Base.metadata.tables
    }


def test_the_migrated_schema_is_that_of_the_models(unmigrated_url: str) -> None:
    upgrade(unmigrated_url)
    engine = make_engine(unmigrated_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    declared = {
        name: {
            str(check.name)
            for check in table.constraints
            if isinstance(check, sa.CheckConstraint) and check.name
        }
        for name, table in Base.metadata.tables.items()
    }
    assert constraint_names(engine) == declared
    engine.dispose()


def test_a_downgrade_leaves_no_table_behind(unmigrated_url: str) -> None:
    upgrade(unmigrated_url)
    downgrade(unmigrated_url, "base")
    engine = make_engine(unmigrated_url)
    assert set(sa.inspect(engine).get_table_names()) - {"alembic_version"} == set()
    engine.dispose()
    upgrade(unmigrated_url)
