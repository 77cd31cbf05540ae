"""What the code imports is declared, what is declared is used, locked and explained."""

from __future__ import annotations

import ast
import configparser
import re
import sys
from importlib.metadata import packages_distributions

import pytest

from tests.architecture.sources import PACKAGES, ROOT, module_paths, parsed

# Needed without an import of ours: started as a program, or loaded by another library.
USED_OTHERWISE = {
    "brotli",  # the letters' compressed fonts are read with it
    "govuk-frontend-jinja",  # a test loads its macros by name
    "gunicorn",  # ./dev up starts it
    "psycopg",  # SQLAlchemy loads it by name
    "requests",  # pyhanko reaches timestamping services with it
    "tzdata",  # zoneinfo reads it where the system has no zones
}
# Come with a declared library and are part of what it offers.
PART_OF_ANOTHER = {"markupsafe", "werkzeug", "jinja2", "babel", "itsdangerous", "pydantic-core"} | {
    "asn1crypto",  # pyhanko speaks in its certificates
    "pyhanko-certvalidator",  # and judges them with this
    "python-pkcs11",  # its extra for tokens
}
LOCKS = ("requirements.lock", "requirements-test.lock")


def normal(name: str) -> str:
    """Return a distribution's name in the form that compares."""
    return re.sub(r"[-_.]+", "-", name).lower()


def named(requirements: str) -> set[str]:
    """Return the names in a list of requirements."""
    lines = (line.strip() for line in requirements.splitlines())
    return {normal(re.split(r"[\[<>=;]", line)[0]) for line in lines if line and line[0] != "#"}


@pytest.fixture(scope="module")
def setup() -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


@pytest.fixture(scope="module")
def declared(setup) -> set[str]:
    return named(setup["options"]["install_requires"])


@pytest.fixture(scope="module")
def imported() -> set[str]:
    """Collect the distributions that our four packages import."""
    roots = set()
    for path in module_paths(*PACKAGES):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Import):
                roots |= {alias.name.split(".")[0] for alias in node.names}
            if isinstance(node, ast.ImportFrom):
                roots.add((node.module or "").split(".")[0])
    owners = packages_distributions()
    foreign = roots - set(sys.stdlib_module_names) - set(PACKAGES)
    return {normal(name) for root in foreign for name in owners.get(root, [root])}


def test_what_is_imported_is_declared(imported, declared):
    assert imported - declared - PART_OF_ANOTHER == set()


def test_what_is_declared_is_used(imported, declared):
    assert declared - imported - USED_OTHERWISE == set()


def test_every_requirement_is_locked_with_hashes(setup, declared):
    extras = setup["options.extras_require"]
    tests = declared | named(extras["build"]) | named(extras["test"])
    for lock, wanted in zip(LOCKS, (declared, tests), strict=True):
        text = (ROOT / lock).read_text(encoding="utf-8")
        pins = re.findall(r"^([\w.-]+)==[^\n]*?( \\)?$\n(    --hash=sha256:)?", text, re.MULTILINE)
        assert {name for name, _, hashed in pins if not hashed} == set()
        assert wanted - {normal(name) for name, _, _ in pins} == set()


def test_both_locks_agree_on_every_version():
    pins = [
        set(re.findall(r"^[\w.-]+==\S+", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))
        for lock in LOCKS
    ]
    assert pins[0] - pins[1] == set()


def test_every_dependency_is_explained(setup, declared):
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    explained = {normal(name) for name in re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)}
    extras = setup["options.extras_require"]
    wanted = declared | named(extras["build"]) | named(extras["test"])
    assert explained == wanted


def test_every_explained_version_is_the_locked_one():
    text = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `([^`]+)` \| ([\w.]+) \|", text, re.MULTILINE))
    lock = (ROOT / LOCKS[1]).read_text(encoding="utf-8")
    locked = {
        normal(name): pin for name, pin in re.findall(r"^([\w.-]+)==(\S+)", lock, re.MULTILINE)
    }
    assert {name: pin for name, pin in told.items() if locked[normal(name)] != pin} == {}
