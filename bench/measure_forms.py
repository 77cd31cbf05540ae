"""What applicants feel: the first load of a form page, save-as-you-type, and logging in."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from app.services.round.demo import DEMO_PASSWORD
from bench.client import Ask, Run, Visitor, run
from bench.figures import Figure, ratio
from bench.processes import NotMeasured
from bench.stage import BROWSER, Stage

SAVES = 80
ROUNDS = 3
LOGINS = 20
BODY = 25_000
"""Bytes of the floor's save: a whole form, as in the peer."""

FORM = "application/x-www-form-urlencoded"

_FILES = re.compile(r"""(?:href|src)="(/static/[^"]+)\"""")
_FONTS = re.compile(rb"url\(\"?([\w.?=-]+)\"?\)")
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Load:
    """The first load of a page: requests and bytes on the way."""

    section: str
    requests: int
    bytes: int
    html: int


def measure_form(stage: Stage) -> Iterator[Figure]:
    """Load every section of the form with an empty cache; report the largest."""
    draft, owner = stage.round.seeded.drafts[0]
    with stage.visit({**BROWSER, **stage.round.log_in(owner)}) as visitor:
        base = f"/applicant/applications/{draft}"
        tasks = visitor.send(Ask(base, headers={"Accept-Encoding": "identity"}))
        sections = sorted(set(re.findall(rf"{base}/sections/(\w+)", tasks.body.decode())))
        loads = [_load(visitor, f"{base}/sections/{each}", each) for each in sections]
    loads = [each for each in loads if each.requests]
    largest = max(loads, key=lambda each: each.bytes)
    note = f"section {largest.section}, all fonts counted; HTML {largest.html / 1000:.1f} KB of it"
    most = max(each.requests for each in loads)
    yield Figure("form-requests", "form page, first load: requests", most, target=10)
    yield Figure(
        "form-bytes", "form page, first load: compressed", largest.bytes / 1000, "KB", 80, note=note
    )


def _load(visitor: Visitor, path: str, section: str) -> Load:
    """Ask for a page and every file that it or its style sheet names, as a browser does."""
    page = visitor.send(Ask(path))
    if page.status != 200:
        return Load(section, 0, 0, 0)
    html = visitor.send(Ask(path, headers={"Accept-Encoding": "identity"})).body.decode()
    wanted = list(dict.fromkeys(_FILES.findall(html)))
    for address in [each for each in wanted if ".css" in each]:
        plain = visitor.send(Ask(address, headers={"Accept-Encoding": "identity"}))
        folder = address.rpartition("/")[0]
        wanted += [f"{folder}/{name.decode()}" for name in _FONTS.findall(plain.body)]
    files = {address: visitor.get(address) for address in dict.fromkeys(wanted)}
    total = len(page.body) + sum(len(each.body) for each in files.values())
    return Load(section, 1 + len(files), total, len(page.body))


def measure_autosave(stage: Stage) -> Iterator[Figure]:
    """Measure save-as-you-type of one changed answer beside the floor's save of a whole form."""
    draft, owner = stage.round.seeded.drafts[1]
    path = f"/applicant/applications/{draft}/sections/S1"
    headers, token = _open_form(stage, path, stage.round.log_in(owner))
    count = stage.round.count_statements(
        {**headers, "X-CSRFToken": token},
        f"{path}/draft",
        {"_changed": "acronym", "acronym": "ENSIN"},
        {"_changed": "acronym", "acronym": "SITTEN"},
    )
    yield Figure("autosave-sql", "save as you type: SQL statements", count, target=5)
    head = {**headers, "Content-Type": FORM, "Accept": "application/json"}
    names = [f"HANKE-{n}" for n in range(SAVES * (ROUNDS + 1))]
    fields = [{"csrf_token": token, "_changed": "acronym", "acronym": name} for name in names]
    ours = [Ask(f"{path}/draft", "POST", head, urlencode(each).encode()) for each in fields]
    body = urlencode({"text": "x" * BODY}).encode()
    theirs = [Ask(f"/things/{n + 1}", "POST", head, body) for n in range(SAVES)]
    run(stage.floor, theirs)
    run(stage.server, ours[:SAVES])
    pairs = [
        (run(stage.floor, theirs), run(stage.server, ours[n * SAVES : (n + 1) * SAVES]))
        for n in range(1, ROUNDS + 1)
    ]
    yield _compare_saves(pairs)


def _open_form(stage: Stage, path: str, headers: dict[str, str]) -> tuple[dict[str, str], str]:
    """Open a page with a form; return the cookie that goes with its token, and the token."""
    with stage.visit(headers) as visitor:
        page = visitor.get(path)
    cookie = (page.headers["Set-Cookie"] or headers["Cookie"]).partition(";")[0]
    return {"Cookie": cookie}, find_token(page.body.decode())


def _compare_saves(pairs: Sequence[tuple[Run, Run]]) -> Figure:
    failures = sum(ours.failures for _floor, ours in pairs)
    if failures:
        raise NotMeasured(f"{failures} saves were refused")
    share = statistics.median(ours.median / floor.median for floor, ours in pairs)
    time = statistics.median(ours.median for _floor, ours in pairs) * 1000
    cpu = statistics.median(ours.cpu_milliseconds for _floor, ours in pairs)
    floor_cpu = statistics.median(floor.cpu_milliseconds for floor, _ours in pairs)
    note = f"{time:.1f} ms; CPU {cpu:.1f} ms, the floor {floor_cpu:.1f} ms"
    what = "save as you type: times the floor's save"
    return Figure("autosave-time", what, round(share, 2), "×", 3, note=note)


def find_token(page: str) -> str:
    """Return the CSRF token of a page.

    Raises:
        NotMeasured: where there is none.
    """
    found = _TOKEN.search(page)
    if found is None:
        raise NotMeasured("the page has no CSRF token")
    return found[1]


def measure_login(stage: Stage) -> Iterator[Figure]:
    """Measure the processor time of logging in: page and password."""
    people = [owner for _draft, owner in stage.round.seeded.drafts[:LOGINS]]
    before = stage.server.cpu_seconds()
    for email in people:
        with stage.visit({}) as visitor:
            page = visitor.get("/account/login")
            cookie = page.headers["Set-Cookie"].partition(";")[0]
            fields = {
                "csrf_token": find_token(page.body.decode()),
                "email": email,
                "password": DEMO_PASSWORD,
            }
            head = {"Cookie": cookie, "Content-Type": FORM}
            reply = visitor.send(Ask("/account/login", "POST", head, urlencode(fields).encode()))
            if reply.status != 303:
                raise NotMeasured(f"the login answers {reply.status}")
    spent = 1000 * (stage.server.cpu_seconds() - before) / len(people)
    note = "argon2id, 19 MiB; page and password together"
    yield Figure("login-cpu", "log in: CPU", ratio(spent, 1), "ms", 110, note=note)
