"""What is heavy: memory after a day's pages, the export, letters at once, the database from nothing."""

from __future__ import annotations

import http
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.client import Ask, Visitor, in_parallel, percentile, run
from bench.figures import Figure, ratio
from bench.measure_forms import find_token
from bench.seed import Size
from bench.stage import Round, Stage
from tests.support.postgres import PostgresMissing, any_server

LETTERS = 32
PAGES = 40
SUITE_ROUNDS = 3
CROWD = 200
CROWD_CLIENTS = 16
MINUTE = 60
LAYOUT_LIBRARY = "pango"


def suite(stage: Stage) -> list[Ask]:
    """List the pages of every portal, each as somebody who may see it."""
    seeded, officer = stage.round.seeded, stage.officer
    draft, owner = seeded.drafts[2]
    decided, decision, winner = seeded.letters[0]
    call = f"/funder/calls/{seeded.call_id}"
    pages = {
        ("/funder/", *(f"{call}/{each}" for each in ("applications", "ranking", "decisions"))),
        (f"{call}/pool", f"{call}/progress", f"{call}/assignments", f"{call}/conflicts"),
        tuple(f"/funder/applications/{each}" for each in seeded.evaluated[:20]),
        tuple(f"/funder/applications/{each}/consensus" for each in seeded.in_evaluation[:5]),
        (f"/funder/decisions/{decision}",),
    }
    asks = [Ask(path, headers=officer) for paths in pages for path in paths]
    applicant = stage.round.log_in(owner)
    base = f"/applicant/applications/{draft}"
    asks += [
        Ask(path, headers=applicant)
        for path in (base, f"{base}/check", *(f"{base}/sections/S{n}" for n in range(1, 14)))
    ]
    letter = f"/applicant/applications/{decided}/decisions/{decision}.pdf"
    asks += [Ask(letter, headers=stage.round.log_in(winner)), Ask("/fi/"), Ask("/fi/calls")]
    return asks


def measure_memory(stage: Stage) -> Iterator[Figure]:
    """Read every kind of page a few times, then look at the workers."""
    asks = suite(stage)
    result = run(stage.server, asks * SUITE_ROUNDS, 4)
    note = f"after {len(asks) * SUITE_ROUNDS} pages, {result.failures} of them refused"
    size = stage.server.resident_megabytes()
    yield Figure("memory", "web worker: resident memory", size, "MB", 95, note=note)
    share = stage.server.proportional_megabytes()
    what = "web worker: memory, shared pages counted once"
    yield Figure("memory-share", what, share, "MB", note="proportional set size")
    loaded = sum(_has_layout(key) for key in stage.server.workers())
    yield Figure("layout", "web workers that have loaded the layout engine", loaded, target=0)


def _has_layout(process: int) -> bool:
    return LAYOUT_LIBRARY in Path(f"/proc/{process}/maps").read_text(encoding="utf-8")


def measure_export(stage: Stage) -> Iterator[Figure]:
    """Measure the CSV of all applications."""
    path = f"/funder/calls/{stage.round.seeded.call_id}/applications.csv"
    run(stage.server, [Ask(stage.list_path, headers=stage.officer)] * 40, 4)
    before = stage.server.resident_megabytes()
    with stage.visit(stage.officer) as visitor:
        replies = [visitor.get(path) for _each in range(4)]
    grown = max(0.0, stage.server.resident_megabytes() - before)
    seconds = min(reply.seconds for reply in replies)
    is_streamed = replies[0].headers["Transfer-Encoding"] == "chunked"
    lines = replies[0].body.count(b"\n") - 1
    note = f"{lines} rows, {'streamed' if is_streamed else 'not streamed'}"
    yield Figure("csv-time", "CSV of all applications", seconds, "s", 1, note=note)
    yield Figure("csv-memory", "CSV of all applications: memory grows by", grown, "MB", 10)


def measure_letters(stage: Stage) -> Iterator[Figure]:
    """Download many letters at the same moment while an officer goes on reading."""
    letters = [
        (f"/applicant/applications/{key}/decisions/{decision}.pdf", stage.round.log_in(owner))
        for key, decision, owner in stage.round.seeded.letters[:LETTERS]
    ]
    again = Ask(letters[0][0], headers=letters[0][1])
    calm = run(stage.server, [again] * PAGES)
    note = f"p95 {calm.percentile(0.95) * 1000:.1f} ms, {calm.per_second:.0f}/s with one client"
    yield Figure("letter-cpu", "a letter again: CPU", calm.cpu_milliseconds, "ms", note=note)
    quiet = run(stage.server, [Ask(stage.list_path, headers=stage.officer)] * PAGES)
    wall, served, read = _download_together(stage, letters)
    what = f"{LETTERS} letters at once: served"
    yield Figure("letters", what, served, target=LETTERS, at_least=True, note=f"in {wall:.2f} s")
    usual = percentile(read, 0.5)
    note = f"{len(read)} pages meanwhile, median {usual * 1000:.0f} ms"
    what = "pages during that: times the usual"
    yield Figure("letters-pages", what, ratio(usual, quiet.median), "×", 3, note=note)


def _download_together(
    stage: Stage, letters: Sequence[tuple[str, dict[str, str]]]
) -> tuple[float, int, list[float]]:
    """Download all letters at once and read the list meanwhile; return seconds, letters, seconds of pages."""
    served: list[bool] = []
    read: list[float] = []

    def work(index: int) -> None:
        if index == len(letters):
            with stage.visit(stage.officer) as visitor:
                while len(served) < len(letters) or not read:
                    read.append(visitor.get(stage.list_path).seconds)
            return
        visitor = Visitor(stage.server, letters[index][1])
        reply = visitor.send(Ask(letters[index][0]))
        served.append(reply.status == http.HTTPStatus.OK and reply.body.startswith(b"%PDF"))
        visitor.close()

    wall = in_parallel(work, len(letters) + 1)
    return wall, sum(served), read


def measure_crowd(stage: Stage) -> Iterator[Figure]:
    """Let 200 applicants behind one address check and submit their applications."""
    people = [
        (f"/applicant/applications/{draft}", stage.round.log_in(owner))
        for draft, owner in stage.round.seeded.drafts[-CROWD:]
    ]
    statuses: list[int] = []

    def work(index: int) -> None:
        for base, headers in people[index::CROWD_CLIENTS]:
            statuses.append(_submit(stage, base, headers))

    before = stage.server.cpu_seconds()
    wall = in_parallel(work, CROWD_CLIENTS)
    spent = 1000 * (stage.server.cpu_seconds() - before) / len(people)
    refused = sum(status != 303 for status in statuses)
    what = f"{len(people)} applicants behind one address submit: refused"
    yield Figure("crowd-refused", what, refused, target=0, note=f"statuses {set(statuses)}")
    note = f"CPU {spent:.0f} ms each, check page and submission"
    yield Figure("crowd-time", f"{len(people)} submissions", wall, "s", MINUTE, note=note)


def _submit(stage: Stage, base: str, headers: dict[str, str]) -> int:
    with stage.visit(headers) as visitor:
        page = visitor.get(f"{base}/check")
        cookie = (page.headers["Set-Cookie"] or headers["Cookie"]).partition(";")[0]
        body = f"csrf_token={find_token(page.body.decode())}&declaration=y".encode()
        head = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        return visitor.send(Ask(f"{base}/submit", "POST", head, body)).status


def measure_database(stage: Stage) -> Iterator[Figure]:
    """Migrate from nothing and seed, on SQLite and, where its programs are found, on PostgreSQL."""
    yield from _from_nothing("sqlite", Round(stage.folder / "fresh", Size(stage.applications)))
    try:
        with any_server() as server:
            name = f"bench_{uuid.uuid4().hex}"
            url = server.create_database(name).render_as_string(hide_password=False)
            made = Round(stage.folder / "postgresql", Size(stage.applications), url)
            yield from _from_nothing("postgresql", made)
            server.drop_database(name)
    except PostgresMissing as problem:
        print(f"bench: {problem}")


def _from_nothing(engine: str, made: Round) -> Iterator[Figure]:
    what = f"migrate from nothing, {engine}"
    yield Figure(f"migrate-{engine}", what, made.migrate_seconds, "s", 4)
    size = made.size.applications
    what = f"seed {size:,} applications and {3 * size:,} evaluations, {engine}"
    yield Figure(f"seed-{engine}", what, made.seed_seconds, "s", 10)
