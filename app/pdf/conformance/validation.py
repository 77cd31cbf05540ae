"""The gate: a finished letter is judged against both profiles before it leaves the render process.

``page-validation`` is a second implementation beside veraPDF, in this process and in some 15 ms for a
profile; the tests hold the two against each other on sound and on spoilt letters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

PROFILES: Mapping[str, str] = {"PDF/A-3a": "3a", "PDF/UA-1": "ua1"}
MOST = 20
"""So many findings are told; a broken letter repeats itself."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that a paper breaks: profile, rule of the standard, what the validator says."""

    profile: str
    rule: str
    message: str

    def __str__(self) -> str:
        """One line for a person."""
        return f"{self.profile} {self.rule}: {self.message}"


class NonconformingPaper(Exception):
    """A paper that breaks a profile; ``findings`` say where."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        """Keep the findings; the message lists them."""
        self.findings = findings
        super().__init__("; ".join(str(finding) for finding in findings))


def list_findings(pdf: bytes, profiles: Mapping[str, str] = PROFILES) -> tuple[Finding, ...]:
    """Return what a paper breaks, each rule once; nothing when it conforms to every profile."""
    import page  # noqa: PLC0415 - 50 MB of native code, only where letters are made

    found: dict[tuple[str, str], Finding] = {}
    for profile, name in profiles.items():
        try:
            report = page.validate_pdf_bytes(pdf, profile=name)
        except page.PageError as error:
            return (Finding(profile, "unreadable", str(error)),)
        for failure in report.failures:
            finding = Finding(profile, failure.rule_id, failure.message)
            found.setdefault((profile, failure.rule_id), finding)
        if not report.is_compliant and not report.failures:
            found[profile, "verdict"] = Finding(profile, "verdict", "not compliant")
    return tuple(found.values())[:MOST]


def describe_findings(findings: tuple[Finding, ...]) -> list[str]:
    """Return the findings as lines, for people and for another process."""
    return [str(finding) for finding in findings]


def require_conformance(pdf: bytes) -> None:
    """Raise ``NonconformingPaper`` unless the paper conforms to both profiles."""
    findings = list_findings(pdf)
    if findings:
        raise NonconformingPaper(findings)
