"""The databases of the tests are migrated, empty, and each test's own."""

from __future__ import annotations

import sqlalchemy as sa

from app.db import make_engine
from app.models import Base
from tests.support.statements import statements


def test_a_test_database_has_the_tables_of_the_models(database_url):
    engine = make_engine(database_url)
    tables = set(sa.inspect(engine).get_table_names())
    engine.dispose()
    assert tables - {"alembic_version"} == set(Base.metadata.tables)


def test_two_test_databases_are_not_the_same(sqlite_url, postgres_url):
    assert sqlite_url != postgres_url


def test_an_unmigrated_database_has_no_table(unmigrated_url):
    engine = make_engine(unmigrated_url)
    tables = sa.inspect(engine).get_table_names()
    engine.dispose()
    assert tables == []


def test_statements_are_counted_without_pragmas(sqlite_url):
    engine = make_engine(sqlite_url)
    with statements(engine) as seen, engine.connect() as connection:
        connection.execute(sa.text("SELECT 1"))
    engine.dispose()
    assert seen == ["SELECT 1"]
