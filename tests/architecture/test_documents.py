"""Documents tell the truth: their links lead somewhere, their commands exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, own_texts, parsed, shown

DOCUMENTS = [path for path in own_texts() if path.suffix == ".md"]
LINK = re.compile(r"(?<!`)\[[^\]]*\]\(<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\)")
# Hosts of real pages: the field, standards, licences.
KNOWN_HOSTS = {
    "127.0.0.1",
    "localhost",
    "eur-lex.europa.eu",
    "www.w3.org",
    "www.aiim.org",
    "ns.adobe.com",
    "pdfa.org",
    "iso.org",
    "json-schema.org",
    "innokaupungit.fi",
    "www.saavutettavuusvaatimukset.fi",
    "www.finlex.fi",
    "finlex.fi",
    "rakennerahastot.fi",
    "www.rakennerahastot.fi",
    "tem.fi",
    "ec.europa.eu",
    "creativecommons.org",
    "scripts.sil.org",
    "openfontlicense.org",
    "spdx.org",
}
RESERVED = (".example", "example.org", "example.com", "example.net", ".invalid", ".test")
ADDRESS = re.compile(r"\bhttps?://([\w.-]+\w)")


def identified(path: Path) -> str:
    return shown(path)


def anchors(path: Path) -> set[str]:
    """Return the anchors that a document's headings make."""
    headings = re.findall(r"^#+\s+(.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    plain = (
        re.sub(r"[^\w\s-]", "", heading.replace("`", "")).strip().lower() for heading in headings
    )
    return {re.sub(r"\s", "-", heading) for heading in plain}


@pytest.mark.parametrize("document", DOCUMENTS, ids=identified)
def test_links_inside_the_project_lead_somewhere(document):
    broken = []
    for target in LINK.findall(document.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        path = (document.parent / name).resolve() if name else document
        if not path.exists() or (anchor and path.suffix == ".md" and anchor not in anchors(path)):
            broken.append(target)
    assert broken == []


def commands_of_dev() -> set[str]:
    """Read the names of the commands from the file `dev`."""
    tree = parsed(ROOT / "dev")
    tables = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "COMMANDS"
    ]
    return {str(key.value) for key in tables[0].keys if isinstance(key, ast.Constant)}


@pytest.mark.parametrize("document", DOCUMENTS, ids=identified)
def test_commands_in_documents_exist(document):
    used = set(re.findall(r"\./dev ([a-z0-9]+)", document.read_text(encoding="utf-8")))
    assert used - commands_of_dev() == set()


def test_dev_tells_about_each_of_its_commands():
    told = set(re.findall(r"\./dev (\w+)", ast.get_docstring(parsed(ROOT / "dev")) or ""))
    assert told == commands_of_dev()


def test_the_readme_shows_the_two_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert {"./dev up", "./dev test"} <= set(re.findall(r"\./dev \w+", text))


def test_every_host_that_is_named_exists_or_is_reserved_for_examples():
    found = [
        f"{shown(path)}: {host}"
        for path in own_texts()
        if "tests/" not in shown(path) and "LICEN" not in path.name
        for host in ADDRESS.findall(path.read_text(encoding="utf-8"))
        if host not in KNOWN_HOSTS and not host.endswith(RESERVED)
    ]
    assert found == []
