"""What a conforming letter costs beside a plain one, and what a render process keeps of each letter."""

from __future__ import annotations

import atexit
import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from app.pdf.client import RenderClient
from app.pdf.conformance.validation import list_findings
from app.pdf.letter_data import LetterData
from app.pdf.rendering import find_own_file, lay_out, render_html
from app.pdf.seal.means import KEY_FILE, SealMeans
from app.pdf.seal.sealing import seal_pdf
from app.pdf.texts import TEMPLATES_DIR
from bench.figures import Figure, ratio
from bench.processes import resident_megabytes_of
from bench.stage import Stage

ROUNDS = 12
WARM_UP = 30
KEPT = 470
TOGETHER = 24


def measure_letters(_stage: Stage) -> Iterator[Figure]:
    """Measure the processor time of a letter, and the memory and speed of render processes."""
    yield from _measure_cpu()
    yield from _measure_memory()
    yield from _measure_two()


def _sample(number: int) -> dict[str, Any]:
    """Return a grant of its own: the register number differs, so nothing can be remembered."""
    path = TEMPLATES_DIR / "samples" / "letter.grant.fi.json"
    sample: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    sample["decision"]["case_number"] = f"IOV-2027-{number:04d}"
    return sample


def _measure_cpu() -> Iterator[Figure]:
    """Make the same letters plainly and as they are issued, in turn, so that load falls on both."""
    plain, made, sealed, judged = [], [], [], []
    means, moment = _make_means(), datetime.now(UTC)
    for number in range(ROUNDS + 2):
        letter = LetterData.model_validate(_sample(number))
        plain.append(_spend(lambda: _render_plainly(render_html(letter))))  # noqa: B023 - called at once
        content: list[bytes] = []
        made.append(_spend(lambda: content.append(lay_out(letter))))  # noqa: B023
        sealed.append(
            _spend(lambda: content.append(seal_pdf(content[0], means, moment, "").content))  # noqa: B023
        )
        judged.append(_spend(lambda: list_findings(content[1])))  # noqa: B023
    # The first two warm caches on both sides.
    base, ours, seal, gate = (
        statistics.median(times[2:]) for times in (plain, made, sealed, judged)
    )
    note = f"{1000 * ours:.0f} ms beside {1000 * base:.0f} ms of a plain WeasyPrint letter"
    yield Figure(
        "letter-form",
        "conforming letter: CPU against plain",
        ratio(ours, base),
        "×",
        0.95,
        note=note,
    )
    yield Figure(
        "letter-issue",
        "the same, sealed (B-B) and with both profiles judged",
        ratio(ours + seal + gate, base),
        "×",
        1.2,
        note=f"of it {1000 * gate:.0f} ms for the judging",
    )
    yield Figure("letter-seal", "CPU of a B-B seal", round(1000 * seal, 1), "ms", 30)


def _make_means() -> SealMeans:
    """Return a key of its own kind, in a folder that ends with the process."""
    folder = tempfile.mkdtemp(prefix="innoverkko-seal-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return SealMeans(key_file=f"{folder}/{KEY_FILE}", makes_key=True)


def _spend(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _render_plainly(html: str) -> bytes:
    """Render as the first page of WeasyPrint's manual says: nothing reused, nothing tagged."""
    import weasyprint  # noqa: PLC0415 - heavy

    css = find_own_file((TEMPLATES_DIR / "paper.css").as_uri())
    content: bytes = weasyprint.HTML(string=html, base_url=f"{TEMPLATES_DIR.as_uri()}/").write_pdf(
        stylesheets=[str(css)]
    )
    return content


def _measure_memory() -> Iterator[Figure]:
    client = RenderClient(recycle_after=2 * (WARM_UP + KEPT))
    try:
        for number in range(WARM_UP):
            client.render("letter", _sample(number))
        before = _weigh(client)
        for number in range(WARM_UP, WARM_UP + KEPT):
            client.render("letter", _sample(number))
        after = _weigh(client)
        client.issue(_sample(0), _make_means(), datetime.now(UTC))
        sealing = _weigh(client)
    finally:
        client.close()
    grown = max(0.0, 1024 * (after - before) / KEPT)
    note = f"from letter {WARM_UP} to letter {WARM_UP + KEPT}"
    yield Figure("letter-growth", "memory kept of a letter", round(grown, 1), "KB", 60, note=note)
    yield Figure("letter-memory", "memory of a render process", round(after), "MB", 130)
    what = "the same once it has sealed"
    yield Figure("letter-memory-seal", what, round(sealing), "MB", 130)


def _weigh(client: RenderClient) -> float:
    """Return the megabytes of the process when it has let go of its last letter: it answers after that."""
    client.is_ready()
    return resident_megabytes_of(client.child_id or 0)


def _measure_two() -> Iterator[Figure]:
    one, two = RenderClient(), RenderClient()
    try:
        for client in (one, two):
            client.render("letter", _sample(0))
        alone = _render_all([one])
        together = _render_all([one, two])
    finally:
        one.close()
        two.close()
    what = "two render processes against one"
    yield Figure("letter-two", what, ratio(alone, together), "×", 1.7, at_least=True)


def _render_all(clients: list[RenderClient]) -> float:
    """Return the seconds that some letters take when the clients share them."""
    samples: list[Mapping[str, Any]] = [_sample(number) for number in range(TOGETHER)]

    def work(index: int) -> None:
        for sample in samples[index :: len(clients)]:
            clients[index].render("letter", sample)

    begun = time.perf_counter()
    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(work, range(len(clients))))
    return time.perf_counter() - begun
