"""Links of mail lead to pages that exist."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask

from app.services.record.notice_words import load_notices


@pytest.mark.parametrize("kind", sorted(load_notices()))
def test_the_link_of_a_mail_is_an_address_of_the_application(kind: str, web_app: Flask) -> None:
    some = str(uuid.uuid4())
    values = {
        "application": some,
        "call_id": some,
        "code": "INNO-2027-1",
        "decision": some,
        "language": "sv",
    }
    address = load_notices()[kind].path.format(**values)
    endpoint, _arguments = web_app.url_map.bind("localhost").match(address, method="GET")
    assert endpoint.split(".")[0] in {"applicant", "evaluator", "funder", "public"}
