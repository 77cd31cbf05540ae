"""Deadlines as a calendar file (iCalendar, RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from app.domain.times import to_utc

_LINE_BYTES = 75


@dataclass(frozen=True, slots=True)
class Deadline:
    """One entry; ``key`` stays the same when the time moves, so that calendars replace it."""

    key: str
    at: datetime
    title: str
    address: str = ""


def write_calendar(name: str, deadlines: Iterable[Deadline], now: datetime) -> str:
    """Return the file; each entry reminds a day before its time."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Innoverkko//Deadlines//EN"]
    lines.append(f"X-WR-CALNAME:{_escape(name)}")
    for each in deadlines:
        lines += _write_entry(each, now)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _fold(line))


def _write_entry(each: Deadline, now: datetime) -> list[str]:
    moment = _stamp(each.at)
    lines = [
        "BEGIN:VEVENT",
        f"UID:{each.key}@innoverkko",
        f"DTSTAMP:{_stamp(now)}",
        f"DTSTART:{moment}",
        f"DTEND:{moment}",
        f"SUMMARY:{_escape(each.title)}",
    ]
    if each.address:
        lines.append(f"URL:{each.address}")
    alarm = ["BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_escape(each.title)}"]
    return [*lines, *alarm, "TRIGGER:-P1D", "END:VALARM", "END:VEVENT"]


def _stamp(moment: datetime) -> str:
    return to_utc(moment).strftime("%Y%m%dT%H%M%SZ")


def _escape(text: str) -> str:
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r", ""), ("\n", "\\n")):
        text = text.replace(plain, written)
    return text


def _fold(line: str) -> Iterator[str]:
    """Yield a line in parts of at most 75 bytes; every part after the first begins with a space."""
    part = ""
    for character in line:
        if len((part + character).encode()) > _LINE_BYTES:
            yield part
            part = " "
        part += character
    yield part
