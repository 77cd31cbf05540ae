"""PDFs come from a process of their own: same bytes, honest errors, restarts, an orderly end."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.pdf.application_data import ApplicationData
from app.pdf.client import ROOT, RenderClient, RenderFailed, render_now
from app.pdf.documents import application_pdf, letter_pdf, receipt_pdf
from app.pdf.receipt_data import ReceiptData
from tests.pdf.papers import read_sample, sample_letter, sample_pdf

DIGEST = """
import hashlib, json, sys
from app.pdf.client import render_now
print(hashlib.sha256(render_now("letter", json.load(sys.stdin))).hexdigest())
"""
PARENT = """
import json, sys
from app.pdf.client import RenderClient
client = RenderClient()
client.render("receipt", json.load(sys.stdin))
print(client.child_id, "weasyprint" in sys.modules, flush=True)
import os
os._exit(0)
"""


@pytest.fixture(scope="module")
def client():
    """A client that the tests share: starting its child takes longer than most of what they ask of it."""
    renderer = RenderClient()
    yield renderer
    renderer.close()


def run_python(code, sample, **environment):
    """Return what a fresh interpreter prints when it is given a sample."""
    path = ROOT / "pdf_templates" / "samples" / f"{sample}.json"
    with path.open("rb") as source:
        result = subprocess.run(
            [sys.executable, "-c", code],
            stdin=source,
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=True,
            env={"PATH": os.environ["PATH"], **environment},
        )
    return result.stdout.split()


def test_two_processes_with_different_hash_seeds_make_the_same_bytes(client):
    here = hashlib.sha256(sample_pdf("letter.grant.sv")).hexdigest()
    there = hashlib.sha256(letter_pdf(sample_letter("grant", "sv"), client)).hexdigest()
    elsewhere = run_python(DIGEST, "letter.grant.sv", PYTHONHASHSEED="7")
    assert [there, *elsewhere] == [here, here]


def test_every_kind_of_paper_comes_from_the_client(client):
    receipt = ReceiptData.model_validate(read_sample("receipt.fi"))
    application = ApplicationData.model_validate(read_sample("application.fi"))
    assert receipt_pdf(receipt, client) == sample_pdf("receipt.fi")
    assert application_pdf(application, client) == sample_pdf("application.fi")


def test_threads_share_one_child(client):
    with ThreadPoolExecutor(4) as pool:
        papers = set(
            pool.map(lambda _: client.render("receipt", read_sample("receipt.fi")), range(8))
        )
    assert papers == {sample_pdf("receipt.fi")}


def test_bad_data_are_refused_with_the_reason_and_the_child_lives_on(client):
    with pytest.raises(RenderFailed, match="ValidationError"):
        client.render("receipt", {"language": "fi"})
    child = client.child_id
    with pytest.raises(RenderFailed, match="KeyError: 'poem'"):
        client.render("poem", {})
    assert client.render("receipt", read_sample("receipt.fi"))[:5] == b"%PDF-"
    assert client.child_id == child


def test_an_incomplete_letter_is_refused_in_the_child_too(client):
    sample = read_sample("letter.reject_budget.fi") | {"ranking": None}
    with pytest.raises(RenderFailed, match=r"IncompleteLetter: .*ranking"):
        client.render("letter", sample)
    with pytest.raises(RenderFailed, match="IncompleteLetter"):
        render_now("letter", sample)


def test_a_child_that_was_killed_is_replaced(client):
    client.render("receipt", read_sample("receipt.fi"))
    killed = client.child_id
    os.kill(killed, signal.SIGKILL)
    assert client.render("receipt", read_sample("receipt.fi")) == sample_pdf("receipt.fi")
    assert client.child_id != killed


def test_a_child_that_gives_no_answer_in_time_is_ended():
    client = RenderClient(timeout_seconds=0.0)
    with pytest.raises(RenderFailed, match="within 0 seconds"):
        client.render("receipt", read_sample("receipt.fi"))
    assert client.child_id is None


def test_a_child_is_renewed_after_its_share_of_papers():
    client = RenderClient(recycle_after=1)
    client.render("receipt", read_sample("receipt.fi"))
    first = client.child_id
    client.render("receipt", read_sample("receipt.sv"))
    assert client.child_id != first
    client.close()
    assert client.child_id is None


def test_the_child_ends_with_its_parent_and_the_parent_never_loads_the_engine():
    child, loaded = run_python(PARENT, "receipt.fi")
    assert loaded == "False"
    with pytest.raises(ProcessLookupError):
        wait_until_gone(int(child))


def wait_until_gone(process_id):
    """Ask for a process until it is gone (ProcessLookupError) or a while has passed."""
    for _ in range(200):
        os.kill(process_id, 0)
        subprocess.run(["sleep", "0.05"], check=True)
