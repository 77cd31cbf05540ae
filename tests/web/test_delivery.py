"""How pages and files travel: compressed where it is safe, kept where it may be, and the health checks."""

from __future__ import annotations

import gzip
import json
import stat

import brotli
import pytest

from app.pdf.client import RenderClient
from tests.architecture.sources import ROOT

VENDOR = ROOT / "app" / "static" / "vendor"
SHEET = "/static/vendor/innoverkko.css?v=1"
PAGE = "/en/accessibility"
OWN = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def client(web_app):
    return web_app.test_client()


def fetch(client, path, **headers):
    """Return headers and bytes of an answer, closed."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with client.get(path, headers=named) as response:
        assert response.status_code == 200, (path, response.status_code)
        return response.headers, response.get_data()


@pytest.mark.parametrize(("encoding", "ending"), [("br", ".br"), ("gzip", ".gz")])
def test_a_file_goes_out_in_the_form_that_was_built_for_it(client, encoding, ending):
    headers, content = fetch(client, SHEET, Accept_Encoding=encoding)
    assert headers["Content-Encoding"] == encoding
    assert headers["Vary"] == "Accept-Encoding"
    assert headers["Content-Type"] == 'text/css; charset="utf-8"'
    assert content == (VENDOR / f"innoverkko.css{ending}").read_bytes()


def test_a_reader_that_unpacks_nothing_gets_the_plain_file(client):
    headers, content = fetch(client, SHEET)
    assert "Content-Encoding" not in headers
    assert content == (VENDOR / "innoverkko.css").read_bytes()


def test_a_file_addressed_by_its_hash_may_be_kept_for_ever(client):
    headers, _content = fetch(client, SHEET)
    assert headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert headers["X-Content-Type-Options"] == "nosniff"
    headers, _content = fetch(client, "/static/vendor/manifest.json")
    assert headers["Cache-Control"] == "max-age=3600, public"


@pytest.mark.parametrize(
    ("encoding", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)]
)
def test_a_page_asked_for_from_this_site_is_compressed(client, encoding, unpack):
    headers, content = fetch(client, PAGE, Accept_Encoding=encoding, **OWN)
    _headers, plain = fetch(client, PAGE)
    assert headers["Content-Encoding"] == encoding
    assert set(headers["Vary"].split(", ")) >= {"Accept-Encoding", "Sec-Fetch-Site"}
    assert len(content) < len(plain) / 2
    assert b"</html>" in unpack(content)


@pytest.mark.parametrize("source", ["cross-site", "same-site", ""])
def test_a_page_that_another_site_asks_for_is_never_compressed(client, source):
    headers, content = fetch(client, PAGE, Accept_Encoding="br, gzip", Sec_Fetch_Site=source)
    assert "Content-Encoding" not in headers
    assert b"</html>" in content


def test_the_process_says_that_it_answers(client):
    _headers, content = fetch(client, "/healthz")
    assert json.loads(content) == {"status": "ok"}


def test_readiness_asks_the_database_the_store_and_the_renderer(client):
    _headers, content = fetch(client, "/readyz")
    checks = {"database": True, "files": True, "letters": True}
    assert json.loads(content) == {"status": "ready", "checks": checks}


def test_an_installation_without_a_renderer_is_not_ready(web_app, client, monkeypatch):
    renderer: RenderClient = web_app.extensions["innoverkko"].tools.renderer
    renderer.close()
    monkeypatch.setattr("app.pdf.client.sys.executable", "/bin/false")
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json["checks"]["letters"] is False


def test_an_installation_whose_store_cannot_be_written_is_not_ready(web_app, client):
    folder = web_app.extensions["innoverkko"].tools.settings.data_dir
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "files").write_text("not a folder")
    (folder / "files").chmod(stat.S_IRUSR)
    response = client.get("/readyz")
    assert (response.status_code, response.json["checks"]["files"]) == (503, False)
