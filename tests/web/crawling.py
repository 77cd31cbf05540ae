"""A crawl of all that a role can reach: links breadth first, and every address that can be guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.web.addresses import Addresses, build_address
from tests.web.guarded_round import GuardedRound

MOST_PAGES = 400
LINK = re.compile(r'href="(/[^"#]*)')
SKIPPED = re.compile(
    r"^/(static/|account/language/)|back=|[?&](sort|after|before)=|^/(fi|sv)/|/checks/(?!E01)"
)
"""What says the same again: other orders and languages, the frame's files, checks of the same application."""
SLOW = re.compile(r"(letter|application)\.pdf$")
"""What takes a second to draw, so that only the guessed ones are asked for."""
PUBLIC = re.compile(r"^/en/(?!calls/[^/]+/questions)")
"""Public pages that say the same to everybody."""
OF_EVERY_APPLICATION = frozenset(
    {
        "applicant.show_application",
        "applicant.check_answers",
        "applicant.download_attachment",
        "funder.show_application",
        "funder.download_attachment",
    }
)
SEARCHES = (
    "/admin/users?search=zq",
    "/admin/events?action=evaluation.submit",
    "{list}?search=zq",
    "{list}?search=KIERTO&state=in_evaluation&sort=score",
    "{list}?sort=nonsense&state=nonsense&after=nonsense",
)


def guessed_addresses(world: GuardedRound, addresses: Addresses, role: str) -> Iterator[str]:
    """Give the address of every page with the identifiers of the round, and searches."""
    for rule in world.app.url_map.iter_rules():
        if not rule.methods or "GET" not in rule.methods or rule.endpoint == "static":
            continue
        values = addresses.values(rule.endpoint, role)
        yield build_address(world, rule, values)
        if rule.endpoint in OF_EVERY_APPLICATION:
            for acronym, application_id in addresses.applications.items():
                file = addresses.attachments.get(acronym, values["attachment_id"])
                other = {**values, "application_id": application_id, "attachment_id": file}
                yield build_address(world, rule, other)
    applications = f"/funder/calls/{addresses.calls['INNO-2027-1']}/applications"
    yield from (each.format(list=applications) for each in SEARCHES)


def crawl(
    client: FlaskClient, starts: Iterator[str], *, is_public: bool
) -> Iterator[tuple[str, TestResponse]]:
    """Follow links breadth first; give each address with its answer.

    Raises AssertionError when the role reaches more pages than a crawl may hold.
    """

    def is_wanted(address: str) -> bool:
        return not SKIPPED.search(address) and (is_public or not PUBLIC.search(address))

    waiting = list(dict.fromkeys(filter(is_wanted, starts)))
    known = set(waiting)
    for count, address in enumerate(waiting):
        assert count < MOST_PAGES, f"more than {MOST_PAGES} pages; the next is {address}"
        answer = client.get(address, buffered=True)
        yield address, answer
        found = [answer.location] if answer.location else []
        if answer.mimetype == "text/html":
            found += [unescape(each) for each in LINK.findall(answer.get_data(as_text=True))]
        for each in found:
            if (
                each.startswith("/")
                and each not in known
                and is_wanted(each)
                and not SLOW.search(each)
            ):
                known.add(each)
                waiting.append(each)
