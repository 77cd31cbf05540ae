"""Logs: a line carries the name of its logger and its fields."""

from __future__ import annotations

import json

from app.logs import configure_logs, get_logger


def test_a_line_is_one_json_object_with_its_fields(capsys):
    configure_logs()
    get_logger("worker").error("job_failed", task="sign_decision")
    line = json.loads(capsys.readouterr().out.strip())
    assert (line["event"], line["task"], line["level"]) == ("job_failed", "sign_decision", "error")
