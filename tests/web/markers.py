"""The markers of the guarded round: where each stands, and who may meet it.

A marker that a role meets without standing here is a leak; one that stands here and is never met says
that the page which should show it does not, or that the crawl does not come there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from app.services.round.content import Supplement
from app.services.round.demo import read_supplements

APPLICANTS = frozenset({"owner", "editor"})
FUNDER = frozenset({"officer", "decider"})

READERS: Mapping[str, frozenset[str]] = {
    # Answers and files of the submitted application of the role "owner".
    "zqanswer": APPLICANTS | FUNDER | {"declared"},
    "zqsecret": APPLICANTS | FUNDER | {"declared"},
    "zqreason": APPLICANTS | FUNDER | {"declared"},
    "zqfilename": APPLICANTS | FUNDER | {"declared"},
    "zqfilebytes": FUNDER | {"owner", "declared"},
    "zqreceipt": frozenset({"owner"}),
    # Another consortium's answer.
    "zqotheranswer": FUNDER | {"stranger", "declared", "done"},
    # A draft is its people's alone, and the pay of a partner's people that partner's and the owner's.
    "zqdraft": APPLICANTS,
    "zqdraftfile": APPLICANTS,
    "zqpayone": frozenset({"owner"}),
    "zqpaytwo": APPLICANTS,
    # Evaluators: names, sheets before and after submission, the consensus, conflicts of interest.
    "zqnamedeclared": frozenset({"officer", "declared", "admin"}),
    "zqnamedone": frozenset({"officer", "done", "admin"}),
    "zqopencomment": frozenset({"declared"}),
    "zqsubmittedcomment": FUNDER | {"done"},
    "zqscoredcomment": FUNDER | {"done"},
    "zqconsensus": frozenset({"officer"}),
    "zqconflict": FUNDER,
    "zqtie": frozenset({"officer", "declared"}),
    # Decisions: one is being drafted, another has been served.
    "zqdecision": FUNDER,
    "zqserved": APPLICANTS | FUNDER,
    # A question that waits for its answer; mail, whose links open accounts.
    "zqquestion": frozenset({"stranger", "admin", "officer"}),
    "zqmail": frozenset(),
}


MARKER = re.compile(rf"\b(?:{'|'.join(READERS)})\b")


def found_markers(text: str) -> list[str]:
    """Return the markers that a text holds."""
    return sorted(set(MARKER.findall(text)))


def marked_supplements(folder: Path) -> dict[str, Supplement]:
    """Return the packaged texts of the demo with markers in two of the applications."""
    given = dict(read_supplements())
    mark = [{"question": "business_role", "ground": "JulkL 24.1 § 20", "reason": "zqreason hinnat"}]
    own: Mapping[str, Any] = {
        "need": "zqanswer tarve",
        "business_role": "zqsecret rooli",
        "secrecy": mark,
    }
    given["DEMO-01"] = replace(
        given["DEMO-01"],
        answers={**given["DEMO-01"].answers, **own},
        attachments=marked_files(given, folder),
    )
    other = {**given["DEMO-02"].answers, "need": "zqotheranswer tarve"}
    given["DEMO-02"] = replace(given["DEMO-02"], answers=other)
    return given


def marked_files(
    given: Mapping[str, Supplement], folder: Path
) -> dict[str, tuple[tuple[str, Path], ...]]:
    """Return the files of the first application, one of them with a marked name and marked bytes."""
    files = dict(given["DEMO-01"].attachments)
    (_name, path), *rest = files["att_agreement"]
    marked_file = folder / "zqfilename.pdf"
    marked_file.write_bytes(path.read_bytes() + b"\n% zqfilebytes\n")
    files["att_agreement"] = ((marked_file.name, marked_file), *rest)
    return files
