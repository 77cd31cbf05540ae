"""The floor: a bare Flask + SQLAlchemy + Jinja page of 50 rows, and a bare save, on rows like ours.

Who reads, how many there are, fifty rows and their aggregated scores: four statements, 23 KB, a layout
and a link in each row. No languages, forms, policies, headers: what the framework itself costs. Served
by the same server with the same numbers of processes and threads: ``gunicorn bench.floor:app``.
"""

from __future__ import annotations

import gc
import os
import random
import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, Response, render_template, request
from jinja2 import DictLoader

ROWS = 1_000
SHEETS = 3
PAGE = 50

READER = "reader"

metadata = sa.MetaData()
users = sa.Table(
    "reader",
    metadata,
    sa.Column("token", sa.String(64), primary_key=True),
    sa.Column("name", sa.String(80)),
)
things = sa.Table(
    "thing",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("number", sa.String(20), index=True),
    sa.Column("name", sa.String(80)),
    sa.Column("lead", sa.String(80)),
    sa.Column("region", sa.String(10)),
    sa.Column("state", sa.String(20)),
    sa.Column("amount", sa.Integer),
    sa.Column("text", sa.Text),
    sa.Column("version", sa.Integer),
)
sheets = sa.Table(
    "sheet",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("thing_id", sa.ForeignKey("thing.id"), index=True),
    sa.Column("total", sa.Integer),
)

LAYOUT = """<!doctype html><html lang="fi"><head><meta charset="utf-8"><title>{% block title %}{% endblock %}</title>
<link rel="stylesheet" href="{{ url_for('static', filename='site.css') }}"></head><body><header><nav><ul>
<li><a href="{{ url_for('show_rows') }}">Applications</a></li><li>{{ user.name }}</li></ul></nav></header>
<main>{% block content %}{% endblock %}</main></body></html>"""

TEMPLATE = """{% extends "layout.html" %}{% block title %}Applications{% endblock %}{% block content %}
<h1>Applications</h1><p>{{ rows | length }} / {{ found }}</p><table class="table table-striped"><thead><tr>
<th>Number</th><th>Project</th><th>Lead partner</th><th>Region</th><th>State</th><th>Scores in</th><th>Mean</th>
<th>Spread</th><th>Support</th><th>Next step</th></tr></thead><tbody>
{% for row in rows %}{% set sum = sums.get(row.id) %}
<tr><th scope="row"><a href="{{ url_for('show_row', key=row.id) }}">{{ row.number }}</a></th>
<td>{{ row.name }}</td><td>{{ row.lead }}</td><td>{{ row.region }}</td>
<td class="state state-{{ row.state }}">{{ row.state | capitalize }}</td>
<td class="number">{{ sum.count }}/{{ sum.count }}</td>
<td class="number">{{ '%.2f' | format(sum.sum / sum.count / 100) }}</td>
<td class="number">{{ '%.2f' | format(sum.spread / 100) }}</td>
<td class="number">{{ '{:,.0f} €'.format(row.amount) }}</td>
<td><a class="button" href="{{ url_for('show_row', key=row.id) }}">Open</a></td></tr>
{% endfor %}</tbody></table>{% endblock %}"""


def make_floor(path: Path) -> Flask:
    """Return the bare application on a database that is filled when it is new."""
    app = Flask("bench.floor")
    app.jinja_loader = DictLoader({"rows.html": TEMPLATE, "layout.html": LAYOUT})
    engine = make_engine(path)
    fill(engine)
    app.extensions["engine"] = engine

    @app.get("/")
    def show_rows() -> str:
        return list_rows(engine)

    @app.get("/things/<int:key>")
    def show_row(key: int) -> Response:
        return Response(f"row {key}")

    @app.post("/things/<int:key>")
    def save_text(key: int) -> Response:
        save(engine, key, request.form["text"])
        return Response("saved")

    return app


def make_engine(path: Path) -> sa.Engine:
    """Return an engine with the durability of the measured system."""
    engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 30})

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def find_user(connection: sa.Connection) -> sa.Row[Any]:
    """Return who reads, as every page of every system asks."""
    return connection.execute(sa.select(users).where(users.c.token == READER)).one()


def save(engine: sa.Engine, key: int, text: str) -> None:
    """Save a text, unless somebody else has saved meanwhile: read, compare, write."""
    with engine.begin() as connection:
        find_user(connection)
        row = connection.execute(sa.select(things).where(things.c.id == key)).one()
        connection.execute(
            sa.update(things)
            .where(things.c.id == key, things.c.version == row.version)
            .values(text=text, version=row.version + 1)
        )


def list_rows(engine: sa.Engine) -> str:
    """Return the page: reader, count, 50 rows and their aggregated sheets, in four statements."""
    with engine.connect() as connection:
        user = find_user(connection)
        found = connection.scalar(sa.select(sa.func.count()).select_from(things))
        rows = connection.execute(
            sa.select(
                things.c.id,
                things.c.number,
                things.c.name,
                things.c.lead,
                things.c.region,
                things.c.state,
                things.c.amount,
            )
            .order_by(things.c.number)
            .limit(PAGE)
        ).all()
        total = sheets.c.total
        sums = connection.execute(
            sa.select(
                sheets.c.thing_id,
                sa.func.count().label("count"),
                sa.func.sum(total).label("sum"),
                (sa.func.max(total) - sa.func.min(total)).label("spread"),
            )
            .where(sheets.c.thing_id.in_([row.id for row in rows]))
            .group_by(sheets.c.thing_id)
        ).all()
    by_thing = {row.thing_id: row for row in sums}
    return render_template("rows.html", rows=rows, found=found, sums=by_thing, user=user)


def fill(engine: sa.Engine) -> None:
    """Make the tables and rows, once."""
    metadata.create_all(engine)
    with engine.begin() as connection:
        if connection.scalar(sa.select(sa.func.count()).select_from(things)):
            return
        dice = random.Random(2027)  # noqa: S311 - figures for a measurement, the same every time
        connection.execute(sa.insert(users), [{"token": READER, "name": "Esittelijä"}])
        connection.execute(
            sa.insert(things),
            [
                {
                    "id": n,
                    "number": f"IOV/{n:05}/2027",
                    "name": f"HANKE-{n}",
                    "lead": "Esimerkkiyliopisto",
                    "region": f"{n % 19:02}",
                    "state": "evaluated",
                    "amount": dice.randrange(100_000, 900_000),
                    "text": "",
                    "version": 1,
                }
                for n in range(1, ROWS + 1)
            ],
        )
        connection.execute(
            sa.insert(sheets),
            [
                {"thing_id": n, "total": dice.randrange(10_000)}
                for n in range(1, ROWS + 1)
                for _each in range(SHEETS)
            ],
        )


def __getattr__(name: str) -> Flask:
    """Make ``app`` when the server asks for it, in the folder that BENCH_FLOOR names."""
    if name != "app":
        raise AttributeError(name)
    made = make_floor(Path(os.environ["BENCH_FLOOR"]))
    made.extensions.pop("engine").dispose()
    gc.collect()
    gc.freeze()
    return made
