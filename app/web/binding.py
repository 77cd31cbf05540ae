"""What a request is bound to: the tools, the clock, a reading session and the unit of work."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app, g
from sqlalchemy.orm import Session

from app.queries.hiding import hide_applications
from app.services.record.tools import Tools

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Runtime:
    """The tools and the clock of one application object."""

    tools: Tools
    clock: Clock


def runtime() -> Runtime:
    """Return the runtime of the current application."""
    bound: Runtime = current_app.extensions["innoverkko"]
    return bound


def tools() -> Tools:
    """Return the tools of the current application."""
    return runtime().tools


def now() -> datetime:
    """Return the moment of this request: read from the clock once, so that it is one moment."""
    if "now" not in g:
        g.now = runtime().clock()
    moment: datetime = g.now
    return moment


def reading() -> Session:
    """Return the reading session of this request."""
    if "reading" not in g:
        g.reading = tools().database.open_reading()
        hide_applications(g.reading, g.get("hidden", frozenset()))
    session: Session = g.reading
    return session


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """Give the writing session of this request; all that is written in it is committed together."""
    close_reading()
    with tools().database.unit_of_work() as session:
        yield session


def hide_matters(ids: frozenset[uuid.UUID]) -> None:
    """Leave applications out of everything that this request reads from now on."""
    g.hidden = ids
    if ids:
        close_reading()


def close_reading(_error: BaseException | None = None) -> None:
    """Close the reading session, if one is open."""
    session: Session | None = g.pop("reading", None)
    if session is not None:
        session.close()


def bind(app: Flask, bound: Runtime) -> None:
    """Attach a runtime to an application."""
    app.extensions["innoverkko"] = bound
    app.teardown_appcontext(close_reading)
