"""Alembic environment: one chain of migrations for SQLite and PostgreSQL."""

from __future__ import annotations

from alembic import context

from app.db import make_engine
from app.models import Base


def run_migrations() -> None:
    """Run the migrations on the database named in the configuration's attributes."""
    engine = make_engine(context.config.attributes["url"])
    with engine.connect() as connection:
        is_sqlite = connection.dialect.name == "sqlite"
        if is_sqlite:
            connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if is_sqlite:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"the migration broke references: {broken}")
    engine.dispose()


run_migrations()
