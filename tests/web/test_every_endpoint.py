"""Every endpoint for every role: what each of them is answered, compared with a table kept as data.

An endpoint that the table lacks fails the test, and so does a row without an endpoint.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.routing import Rule

from tests.web.addresses import Addresses, build_address, find_addresses
from tests.web.guarded_round import GuardedRound
from tests.web.markers import found_markers
from tests.web.round_makers import LOGINS

TABLE = Path(__file__).parents[1] / "data" / "endpoint_answers.txt"
REFUSALS = frozenset({401, 403, 404, 405})
ROLES = ("anonymous", *LOGINS)
Answers = dict[tuple[str, str], dict[str, int]]


def read_table() -> Answers:
    """Return the expected answers: by endpoint and method, for each role."""
    lines = [line.split() for line in TABLE.read_text(encoding="utf-8").splitlines()]
    rows = [cells for cells in lines if cells and cells[0] != "#"]
    _endpoint, _method, *roles = rows[0]
    return {
        (endpoint, method): dict(zip(roles, map(int, codes), strict=True))
        for endpoint, method, *codes in rows[1:]
    }


def walk(world: GuardedRound) -> Iterator[tuple[Rule, str]]:
    """Give every rule with each of its methods."""
    for rule in world.app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
            yield rule, method


@pytest.fixture
def addresses(guarded: GuardedRound) -> Addresses:
    return find_addresses(guarded)


def ask(world: GuardedRound, role: str, method: str, address: str) -> tuple[int, str]:
    """Send a request with the key of a page; return the status and the text of the answer.

    Refusals are asked for in their short form, which the same code makes in a tenth of the time.
    """
    headers = {"Accept": "application/json"}
    if method == "POST":
        headers |= world.csrf_header()
    before = world.version()
    answer = world.browser(role).open(address, method=method, headers=headers, buffered=True)
    text = answer.get_data().decode("utf-8", "replace")
    if world.version() != before:
        world.restore()
    return answer.status_code, text


@pytest.mark.slow
def test_every_endpoint_answers_every_role_as_the_table_says(
    guarded: GuardedRound, addresses: Addresses
) -> None:
    answers: Answers = {}
    told: list[str] = []
    for rule, method in walk(guarded):
        row = answers.setdefault((rule.endpoint, method), {})
        for role in ROLES:
            address = build_address(guarded, rule, addresses.values(rule.endpoint, role))
            row[role], text = ask(guarded, role, method, address)
            if row[role] in REFUSALS and found_markers(text):
                told.append(f"{role} {method} {address}: {found_markers(text)}")
    assert answers == read_table()
    assert told == []


UNKNOWN = ("application_id", "evaluation_id", "decision_id", "attachment_id", "call_id")


@pytest.mark.parametrize("role", ["anonymous", "stranger", "unassigned", "other_officer"])
def test_what_does_not_exist_is_answered_like_what_one_may_not_see(
    guarded: GuardedRound, addresses: Addresses, role: str
) -> None:
    table = read_table()
    nothing = dict.fromkeys(UNKNOWN, uuid.uuid4())
    different = []
    for rule, method in walk(guarded):
        expected = table[rule.endpoint, method][role]
        if expected not in {401, 403} or not rule.arguments & set(UNKNOWN):
            continue
        values = {**addresses.values(rule.endpoint, role), **nothing}
        status, _text = ask(guarded, role, method, build_address(guarded, rule, values))
        if status != expected:
            different.append((rule.endpoint, method, status))
    assert different == []


def test_a_draft_is_closed_to_the_funder(guarded: GuardedRound, addresses: Addresses) -> None:
    draft = {
        "application_id": addresses.applications["LUONNOS"],
        "attachment_id": addresses.attachments["LUONNOS"],
    }
    reached = []
    for rule, method in walk(guarded):
        if not rule.endpoint.startswith("funder.") or not rule.arguments & set(draft):
            continue
        for role in ("officer", "decider", "other_officer"):
            values = {**addresses.values(rule.endpoint, role), **draft}
            status, _text = ask(guarded, role, method, build_address(guarded, rule, values))
            if status != 403:
                reached.append((rule.endpoint, method, role, status))
    assert reached == []


def test_nothing_is_changed_without_the_key_of_a_page(
    guarded: GuardedRound, addresses: Addresses
) -> None:
    table = read_table()
    taken = []
    for rule, method in walk(guarded):
        if method == "GET":
            continue
        row = table[rule.endpoint, method]
        role = next(
            role for role, status in row.items() if status not in REFUSALS or role == "admin"
        )
        address = build_address(guarded, rule, addresses.values(rule.endpoint, role))
        for headers in ({}, {"X-CSRFToken": "guessed"}):
            answer = guarded.browser(role).open(address, method=method, headers=headers)
            if answer.status_code != 401:
                taken.append((rule.endpoint, role, answer.status_code))
    assert taken == []


def test_a_page_of_another_site_changes_nothing(guarded: GuardedRound) -> None:
    headers = {**guarded.csrf_header(), "Sec-Fetch-Site": "cross-site"}
    assert guarded.browser("owner").post("/account/details", headers=headers).status_code == 403


def test_every_endpoint_declares_one_policy(guarded: GuardedRound) -> None:
    undeclared = [
        endpoint
        for endpoint, view in guarded.app.view_functions.items()
        if endpoint != "static" and not callable(getattr(view, "__policy__", None))
    ]
    twice = [
        endpoint
        for endpoint, view in guarded.app.view_functions.items()
        if hasattr(getattr(view, "__wrapped__", None), "__policy__")
    ]
    assert (undeclared, twice) == ([], [])
