"""Vendored files are those that the manifest names, byte for byte."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path

import brotli
import pytest

from tests.architecture.sources import ROOT

VENDOR = ROOT / "app" / "static" / "vendor"
SOURCES = ROOT / "app" / "assets_src"


def digest(path: Path) -> dict[str, object]:
    """Return size and hash the way the manifest writes them."""
    content = path.read_bytes()
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


@pytest.fixture(scope="module")
def manifest() -> dict[str, dict[str, dict[str, object]]]:
    return json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))


def test_every_vendored_file_has_the_hash_of_the_manifest(manifest):
    files = {
        path.relative_to(VENDOR).as_posix(): digest(path)
        for path in VENDOR.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    named = {
        name: {"bytes": entry["bytes"], "sha256": entry["sha256"]}
        for name, entry in manifest["files"].items()
    }
    assert files == named


def test_assets_were_built_from_the_present_sources(manifest):
    files = {
        path.relative_to(SOURCES).as_posix(): digest(path)
        for path in SOURCES.rglob("*")
        if path.is_file()
    }
    assert files == manifest["sources"]


@pytest.mark.parametrize("path", sorted(VENDOR.rglob("*.gz")), ids=lambda path: path.name)
def test_a_compressed_file_is_the_plain_one(path):
    plain = path.with_suffix("").read_bytes()
    assert gzip.decompress(path.read_bytes()) == plain
    assert brotli.decompress(path.with_suffix(".br").read_bytes()) == plain
