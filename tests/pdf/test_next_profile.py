"""``INNOVERKKO_PDF_PROFILE=next``: PDF/A-4f, PDF/UA-2 and WTPDF in one file, sealed as well."""

from __future__ import annotations

from datetime import UTC, datetime

import pikepdf
import pytest

from app.pdf.client import RenderClient
from app.pdf.conformance.modern import Profile, profile_of
from app.pdf.conformance.modern_check import list_modern_findings
from app.pdf.conformance.validation import NonconformingPaper
from app.pdf.kinds import MODELS
from app.pdf.rendering import judge_paper, lay_out
from app.pdf.seal.facts import SealedFile
from app.pdf.seal.means import SealMeans
from tests.pdf.defects import SEEDED, change_metadata, list_elements, spoil
from tests.pdf.papers import TEMPLATES, open_pdf, read_sample, sample_letter
from tests.pdf.validators import judge_with_verapdf, write_papers

PROFILES = ("PDFA-4F", "PDFUA-2-ISO32005", "WTPDF-1-0-Accessibility", "WTPDF-1-0-Reuse")
OTHERS = ("report.sv", "summary.en", "ranking.fi")
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
def test_a_letter_of_every_template_and_every_new_paper_passes_every_profile_of_pdf_2(
    sealed, tmp_path
):
    papers = {name: lay_out(sample_letter(name, "fi"), Profile.NEXT) for name in TEMPLATES}
    papers["sealed"] = sealed.content
    for name in OTHERS:
        paper = MODELS[name.partition(".")[0]].model_validate(read_sample(name))
        papers[name.replace(".", "-")] = lay_out(paper, Profile.NEXT)
    assert [name for name, content in papers.items() if list_modern_findings(content)] == []
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


def _outside_the_namespace(pdf):
    del list_elements(pdf, "/P")[0]["/NS"]


def _with_an_outline_to_a_page(pdf):
    del pdf.Root.Outlines.First.A["/SD"]


def _without_a_declaration(pdf):
    change_metadata(pdf, rb"wtpdf#reuse1.0", b"wtpdf#other")


def _without_numbering(pdf):
    del list_elements(pdf, "/L")[0]["/A"]


def _with_a_blank_header(pdf):
    list_elements(pdf, "/TH")[0].K = pikepdf.Array()


DEFECTS = {
    **{
        name: SEEDED[name]
        for name in (
            "no_alternative",
            "no_language",
            "no_title",
            "no_font_file",
            "no_colour_profile",
            "no_title_shown",
            "no_tags_mark",
            "no_relationship",
            "no_scope",
            "script",
        )
    },
    "outside_namespace": _outside_the_namespace,
    "outline_to_page": _with_an_outline_to_a_page,
    "no_declaration": _without_a_declaration,
    "no_numbering": _without_numbering,
    "blank_header": _with_a_blank_header,
}


def test_the_gate_of_the_next_profile_sees_every_seeded_defect_in_the_file_that_leaves(sealed):
    assert (profile_of(sealed.content), list_modern_findings(sealed.content)) == (Profile.NEXT, ())
    missed = [
        name
        for name, defect in DEFECTS.items()
        if not list_modern_findings(spoil(sealed.content, defect))
    ]
    assert missed == []
    assert list_modern_findings(b"%PDF-1.7")[0].rule == "6.1.2"
    assert list_modern_findings(b"%PDF-2.0 rubbish")[0].rule == "unreadable"


def test_a_paper_of_the_next_profile_with_a_defect_is_refused(sealed):
    spoilt = spoil(sealed.content, SEEDED["no_language"])
    with pytest.raises(NonconformingPaper, match="language"):
        judge_paper(sample_letter("grant", "sv"), spoilt, Profile.NEXT)
