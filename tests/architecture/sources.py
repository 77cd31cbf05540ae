"""Reads the source of the project for the tests of its shape."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("app", "calls", "forms", "scoring")
TEXT_SUFFIXES = {".py", ".md", ".html", ".txt", ".cfg", ".toml", ".css", ".scss", ".js", ".mjs", ""}
FOREIGN_FOLDERS = {"node_modules", "vendor", "__pycache__", ".venv", ".git", "var", "build"}


def module_paths(*packages: str) -> Iterator[Path]:
    """Give the Python files of the packages, all four by default."""
    for package in packages or PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            if not FOREIGN_FOLDERS.intersection(path.relative_to(ROOT).parts):
                yield path


@functools.cache
def parsed(path: Path) -> ast.Module:
    """Parse a file once for all tests."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def shown(path: Path) -> str:
    """Return a path as seen from the project's root."""
    return path.relative_to(ROOT).as_posix()


def own_texts() -> Iterator[Path]:
    """Give every text file that people of this project have written."""
    for path in sorted(ROOT.rglob("*")):
        relative = path.relative_to(ROOT)
        if FOREIGN_FOLDERS.intersection(relative.parts) or not path.is_file():
            continue
        hidden = [part for part in relative.parts if part.startswith(".") and part != ".ci"]
        if not hidden and path.suffix in TEXT_SUFFIXES:
            yield path
