"""Every paper is PDF/A-3a and PDF/UA-1 in one file, and the gate that sees to it bites."""

from __future__ import annotations

import pytest

from tests.pdf.defects import SEEDED, spoil
from tests.pdf.papers import LANGUAGES, LETTERS, sample_pdf
from tests.pdf.validators import (
    ACCESS,
    ARCHIVE,
    judge_with_outloud,
    judge_with_page,
    judge_with_verapdf,
    write_papers,
)

PAPERS = [f"letter.{template}.{language}" for template, language in LETTERS] + [
    f"{kind}.{language}"
    for kind in ("receipt", "application", "report", "summary", "ranking")
    for language in LANGUAGES
]


@pytest.fixture(scope="module")
def papers() -> dict[str, bytes]:
    """Give every paper in every language."""
    return {name: sample_pdf(name) for name in PAPERS}


@pytest.fixture(scope="module")
def spoilt() -> dict[str, bytes]:
    """Give the letters with a defect."""
    sound = sample_pdf("letter.reject_ineligible.fi")
    return {name: spoil(sound, defect) for name, defect in SEEDED.items()}


@pytest.fixture(scope="module")
def verapdf(papers, spoilt, tmp_path_factory):
    """Give what veraPDF says of all of them, in one run."""
    folder = tmp_path_factory.mktemp("verapdf")
    return judge_with_verapdf(write_papers(folder, papers | spoilt))


def test_every_paper_passes_verapdf_for_both_profiles(verapdf):
    judged = {key: failed for key, failed in verapdf.items() if key[0] in PAPERS}
    assert len(judged) == 2 * len(PAPERS)
    assert {key: failed for key, failed in judged.items() if failed} == {}


def test_every_paper_passes_page_validation_for_both_profiles(papers):
    assert {key: found for key, found in judge_with_page(papers).items() if found} == {}


def test_outloud_has_nothing_to_say_about_any_paper(papers, tmp_path):
    found = judge_with_outloud(write_papers(tmp_path, papers), tmp_path / "report.json")
    assert found == {name: [] for name in PAPERS}


def test_every_seeded_defect_is_caught_by_both_validators(spoilt, verapdf):
    page = judge_with_page(spoilt)
    missed = [
        name
        for name in SEEDED
        if not any(page[name, each] for each in (ARCHIVE, ACCESS))
        or not any(verapdf[name, each] for each in (ARCHIVE, ACCESS))
    ]
    assert missed == []
    assert len(SEEDED) >= 16


def test_both_validators_give_the_same_verdict_on_every_defect_and_profile(spoilt, verapdf):
    page = judge_with_page(spoilt)
    differing = {
        key: (found, verapdf[key])
        for key, found in page.items()
        if bool(found) != bool(verapdf[key])
    }
    assert differing == {}
