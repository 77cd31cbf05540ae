"""``INNOVERKKO_PDF_PROFILE=next``: PDF/A-4f, PDF/UA-2 and WTPDF in one file, sealed as well."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.pdf.client import RenderClient
from app.pdf.conformance.modern import Profile
from app.pdf.rendering import lay_out
from app.pdf.seal.facts import SealedFile
from app.pdf.seal.means import SealMeans
from tests.pdf.papers import TEMPLATES, open_pdf, read_sample, sample_letter
from tests.pdf.validators import judge_with_verapdf, write_papers

PROFILES = ("PDFA-4F", "PDFUA-2-ISO32005", "WTPDF-1-0-Accessibility", "WTPDF-1-0-Reuse")
NOW = datetime(2027, 9, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> SealedFile:
    """Give a letter as the render process issues it in this profile."""
    means = SealMeans(key_file=str(tmp_path_factory.mktemp("key") / "seal.p12"), makes_key=True)
    client = RenderClient(profile=Profile.NEXT)
    try:
        return client.issue(read_sample("letter.grant.sv"), means, NOW)
    finally:
        client.close()


@pytest.mark.slow
def test_a_letter_of_every_template_passes_every_profile_of_pdf_2(sealed, tmp_path):
    papers = {name: lay_out(sample_letter(name, "fi"), Profile.NEXT) for name in TEMPLATES}
    papers["sealed"] = sealed.content
    verdicts = judge_with_verapdf(write_papers(tmp_path, papers), PROFILES)
    assert len(verdicts) == len(papers) * len(PROFILES)
    assert {key: failed for key, failed in verdicts.items() if failed} == {}


def test_the_outline_points_at_the_headings_of_the_tree(sealed):
    with open_pdf(sealed.content) as pdf:
        entry, kinds = pdf.Root.Outlines.First, []
        kinds.append(str(entry.A.SD[0].S))
        entry = entry.First
        while entry is not None:
            kinds.append(str(entry.A.SD[0].S))
            entry = entry.get("/Next")
    assert (kinds[0], set(kinds[1:])) == ("/H1", {"/H2"})


def test_the_same_record_gives_the_same_bytes(sealed):
    again = lay_out(sample_letter("grant", "sv"), Profile.NEXT)
    assert sealed.content.startswith(again)
