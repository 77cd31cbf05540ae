"""Turn the attachments of the packaged demo applications into small tagged PDF files.

For maintainers: run ``python tools/demo_attachments.py`` after a change in
``calls/data/demo/applications``. The same texts give the same bytes, so an unchanged text changes
no file; ``--check`` writes nothing and fails when a file is missing, different or left over.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import weasyprint
import yaml
from weasyprint.text.fonts import FontConfiguration

ROOT = Path(__file__).resolve().parents[1]
APPLICATIONS = ROOT / "calls" / "data" / "demo" / "applications"
ATTACHMENTS = ROOT / "calls" / "data" / "demo" / "attachments"
FONTS = ROOT / "pdf_templates" / "fonts"

SECTIONS = ("attachments", "late_attachments")
"""Parts of an application file that hold attachments: with the application, or on request."""

NOTES: Mapping[str, tuple[str, str]] = {
    "fi": ("Hakemuksen {id} liite", "Kuvitteellinen esimerkkiaineisto"),
    "sv": ("Bilaga till ansökan {id}", "Fiktivt exempelmaterial"),
}
"""What stands above the title and below the text, by language of the application."""

THOUSANDS = re.compile(r"(?<=\d) (?=\d{3})")
"""The space inside a number, where a line must not break."""

STYLE = f"""
@font-face {{ font-family: Paper; src: url({(FONTS / "SourceSans3-Regular.ttf").as_uri()}); }}
@page {{ size: A4; margin: 30mm 25mm; }}
body {{ font: 11pt/1.45 Paper; margin: 0; }}
h1 {{ font-size: 16pt; font-weight: normal; margin: 0 0 8mm; }}
.above {{ font-size: 10pt; margin: 0 0 4mm; }}
.company {{ margin: 0 0 6mm; padding-left: 4mm; border-left: 1mm solid #000; }}
p {{ margin: 0 0 3.5mm; }}
.foot {{ font-size: 9pt; margin-top: 10mm; }}
"""


@dataclass(frozen=True, slots=True)
class Paper:
    """One attachment to print."""

    application: str
    language: str
    filename: str
    title: str
    company: str
    paragraphs: tuple[str, ...]


def list_papers(folder: Path) -> Iterator[Paper]:
    """Yield the attachments of every application file of a folder, in the order of the files."""
    for path in sorted(folder.glob("*.yaml")):
        source = yaml.safe_load(path.read_text(encoding="utf-8"))
        language = source["answers"].get("language", "fi")
        for section in SECTIONS:
            for rows in source.get(section, {}).values():
                for row in rows if isinstance(rows, list) else [rows]:
                    yield read_paper(source["id"], language, row)


def read_paper(application: str, language: str, row: Mapping[str, Any]) -> Paper:
    """Return one attachment of an application file.

    Raises:
        ValueError: when the file name would leave the application's folder.
    """
    filename = str(row["filename"])
    if Path(filename).name != filename or not filename.endswith(".pdf"):
        raise ValueError(f"{application}: {filename} is not a plain PDF file name")
    return Paper(
        application=application,
        language=language,
        filename=filename,
        title=row["title"],
        company=row.get("company", ""),
        paragraphs=tuple(row["paragraphs"]),
    )


def write_page(paper: Paper) -> str:
    """Return the HTML of an attachment."""
    above, foot = (note.format(id=paper.application) for note in NOTES[paper.language])
    company = f'<p class="company">{escape(paper.company)}</p>' if paper.company else ""
    body = "".join(f"<p>{THOUSANDS.sub(chr(0xA0), escape(text))}</p>" for text in paper.paragraphs)
    return (
        f'<!doctype html><html lang="{paper.language}"><head><meta charset="utf-8">'
        f"<title>{escape(paper.title)}</title><style>{STYLE}</style></head><body>"
        f'<p class="above">{above}</p><h1>{escape(paper.title)}</h1>'
        f'{company}{body}<p class="foot">{foot}</p></body></html>'
    )


def print_papers(papers: Sequence[Paper]) -> dict[str, bytes]:
    """Return the PDF/UA-1 bytes of attachments by their path below the folder of attachments."""
    fonts = FontConfiguration()
    return {
        f"{paper.application}/{paper.filename}": weasyprint.HTML(
            string=write_page(paper)
        ).write_pdf(font_config=fonts, pdf_variant="pdf/ua-1")
        for paper in papers
    }


def find_differences(wanted: Mapping[str, bytes], folder: Path) -> list[str]:
    """Return the paths that are missing, different or left over in a folder."""
    present = {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.glob("*/*.pdf")
    }
    return sorted(
        name for name in wanted.keys() | present.keys() if wanted.get(name) != present.get(name)
    )


def replace_files(wanted: Mapping[str, bytes], changed: Sequence[str], folder: Path) -> None:
    """Write the changed files and remove those that no application names any more."""
    for name in changed:
        path = folder / name
        if name in wanted:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(wanted[name])
        else:
            path.unlink()


def main(arguments: Sequence[str] | None = None) -> int:
    """Bring the folder of attachments up to date, or only check it. Returns the exit code."""
    parser = argparse.ArgumentParser(description="Make the PDF attachments of the demo round.")
    parser.add_argument("--check", action="store_true", help="write nothing, fail on a difference")
    options = parser.parse_args(arguments)
    wanted = print_papers(list(list_papers(APPLICATIONS)))
    changed = find_differences(wanted, ATTACHMENTS)
    if not options.check:
        replace_files(wanted, changed, ATTACHMENTS)
    sys.stdout.write("".join(f"{name}\n" for name in changed))
    sys.stdout.write(f"{len(wanted)} attachments, {len(changed)} changed\n")
    return 1 if options.check and changed else 0


if __name__ == "__main__":
    raise SystemExit(main())
