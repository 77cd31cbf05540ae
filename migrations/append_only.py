"""Triggers that keep rows as they were written, on both databases.

A batch rebuild of a table on SQLite drops its triggers: a migration that rebuilds one of these
tables must call ``protect`` again.
"""

from __future__ import annotations

from alembic import op


def protect(table: str, columns: tuple[str, ...] = ()) -> None:
    """Refuse DELETE, and UPDATE of all columns or of the named ones."""
    if op.get_bind().dialect.name == "sqlite":
        _protect_sqlite(table, columns)
    else:
        _protect_postgresql(table, columns)


def unprotect(table: str) -> None:
    """Remove the triggers of a table."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER IF EXISTS {table}_no_{act}")
    else:
        for act in ("change", "truncate"):
            op.execute(f"DROP TRIGGER IF EXISTS {table}_no_{act} ON {table}")


def _protect_sqlite(table: str, columns: tuple[str, ...]) -> None:
    update = f"UPDATE OF {', '.join(columns)}" if columns else "UPDATE"
    for act, event in (("update", update), ("delete", "DELETE")):
        op.execute(
            f"CREATE TRIGGER {table}_no_{act} BEFORE {event} ON {table}"
            f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def _protect_postgresql(table: str, columns: tuple[str, ...]) -> None:
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    update = f"UPDATE OF {', '.join(columns)}" if columns else "UPDATE"
    op.execute(
        f"CREATE TRIGGER {table}_no_change BEFORE {update} OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
        " EXECUTE FUNCTION refuse_change()"
    )
