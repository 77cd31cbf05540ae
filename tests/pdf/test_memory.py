"""A render process gives back what a letter took: the text attributes of the engine, and the pages of memory."""

from __future__ import annotations

from pathlib import Path

from app.pdf.client import RenderClient
from tests.pdf.papers import read_sample

LETTERS = 4
MOST_KILOBYTES = 600
"""For each letter after the second; without letting go it is 2 MB."""


def kilobytes_of(process: int) -> int:
    """Return the memory of a process that is backed by no file."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon:"))


def test_a_render_process_gives_back_what_a_letter_took():
    client, sample, sizes = RenderClient(), read_sample("letter.grant.fi"), []
    for _ in range(LETTERS):
        client.render("letter", sample)
        assert client.is_ready()  # it answers once it has let go of the letter
        sizes.append(kilobytes_of(client.child_id))
    client.close()
    assert (sizes[-1] - sizes[1]) / (LETTERS - 2) < MOST_KILOBYTES
