from __future__ import annotations

from datetime import UTC, datetime

from app.domain.calendar_file import Deadline, write_calendar

NOW = datetime(2027, 5, 3, 9, 0, tzinfo=UTC)


def test_a_deadline_is_an_entry_with_its_time_in_utc() -> None:
    text = write_calendar("Arvioinnit", [Deadline("k1", NOW, "Pisteet: IOV/1/2027", "/e")], NOW)
    lines = text.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "UID:k1@innoverkko" in lines
    assert "DTSTART:20270503T090000Z" in lines


def test_a_hostile_title_stays_one_property() -> None:
    title = "a,b;c\\d\r\nEND:VCALENDAR"
    lines = write_calendar("x", [Deadline("k", NOW, title)], NOW).split("\r\n")
    assert "SUMMARY:a\\,b\\;c\\\\d\\nEND:VCALENDAR" in lines
    assert lines.count("END:VCALENDAR") == 1


def test_long_lines_are_folded_at_seventy_five_bytes_without_breaking_a_letter() -> None:
    title = "Ääkköset " * 30
    text = write_calendar("x", [Deadline("k", NOW, title)], NOW)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert title in text.replace("\r\n ", "")
