"""Refusals: pages of our own in the reader's language, files that are not taken, and text that is not lost."""

from __future__ import annotations

import io
import uuid
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from flask import Flask
from pikepdf import Array, Dictionary, Name, String

from app.domain import errors
from app.models import User
from app.services.account.people import hash_password
from app.web.messages import REFUSALS
from calls.definition import CallDefinition
from calls.load import PACKAGED, load_call
from calls.registers import load_registers
from tests.support import applicants
from tests.support.pages import PageClient, judge
from tests.web.addresses import find_addresses
from tests.web.guarded_round import GuardedRound

PASSWORD = "neljä satunnaista sanaa"
HEADINGS = {
    "fi": {
        401: "Kirjaudu sisään",
        403: "Sinulla ei ole pääsyä tälle sivulle",
        404: "Sivua ei löytynyt",
    },
    "sv": {401: "Logga in"},
    "en": {
        401: "Log in",
        403: "You do not have access to this page",
        404: "Page not found",
        413: "Too much was sent at once",
        429: "Too many attempts",
    },
}


def kinds_of(kind: type[errors.DomainError]) -> set[type[errors.DomainError]]:
    """Return a kind of refusal with all that are special cases of it."""
    return {kind}.union(*(kinds_of(each) for each in kind.__subclasses__()))


def test_every_refusal_has_words_of_its_own() -> None:
    codes = {kind.code for kind in kinds_of(errors.DomainError) - {errors.DomainError}}
    assert codes - {key.partition(".")[0] for key in REFUSALS} == set()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_refusal_is_a_good_page_in_the_readers_language(
    guarded: GuardedRound, language: str
) -> None:
    addresses = find_addresses(guarded)
    draft = addresses.applications["LUONNOS"]
    asked = {
        401: ("anonymous", "GET", "/applicant/", {}),
        403: ("stranger", "GET", f"/applicant/applications/{draft}", {}),
        404: ("owner", "GET", "/en/nothing", {}),
        409: (
            "officer",
            "POST",
            f"/funder/applications/{addresses.applications['HYVERKKO']}/admit",
            {},
        ),
        413: (
            "owner",
            "POST",
            f"/applicant/applications/{draft}/sections/S6",
            {"a": "x" * 13_000_000},
        ),
        429: ("anonymous", "POST", "/account/login", {"email": "a@example.org", "password": "b"}),
    }
    seen = {}
    for status, (role, method, address, data) in asked.items():
        browser = guarded.browser(role)
        with browser.session_transaction() as cookie:
            cookie["language"] = language
        headers = guarded.csrf_header() if method == "POST" else {}
        for _time in range(11 if status == 429 else 1):
            answer = browser.open(address, method=method, data=data, headers=headers)
        assert answer.status_code == status, address
        page = judge(answer)
        assert page.html is not None
        assert page.html["lang"] == language
        seen[status] = " ".join(page.select("main h1")[0].get_text().split())
        assert page.select("main p") != []
    assert len(set(seen.values())) == len(seen)
    known = HEADINGS[language]
    assert {status: seen[status] for status in known} == known


def test_a_script_gets_the_refusal_as_data_with_the_way_to_the_login(guarded: GuardedRound) -> None:
    draft = find_addresses(guarded).applications["LUONNOS"]
    page = f"/applicant/applications/{draft}/sections/S6"
    headers = {
        **guarded.csrf_header(),
        "Accept": "application/json",
        "Referer": f"http://localhost{page}",
    }
    answer = guarded.browser("anonymous").post(f"{page}/draft", headers=headers)
    assert answer.status_code == 401
    assert answer.json is not None
    assert answer.json["login_url"] == f"/account/login?back={page}"
    elsewhere = {**headers, "Referer": f"https://evil.example{page}"}
    answer = guarded.browser("anonymous").post(f"{page}/draft", headers=elsewhere)
    assert answer.json is not None
    assert answer.json["login_url"] == "/account/login"


def test_a_limit_says_when_the_next_try_is_taken(guarded: GuardedRound) -> None:
    browser = guarded.browser("anonymous")
    data = {"email": "b@example.org", "password": "väärä"}
    for _time in range(11):
        answer = browser.post("/account/login", data=data, headers=guarded.csrf_header())
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == str(15 * 60)


def pdf_with(change: Any = lambda _document: None, **saving: Any) -> bytes:
    """Return a PDF of one page, changed."""
    document = pikepdf.new()
    document.add_blank_page()
    change(document)
    stream = io.BytesIO()
    document.save(stream, **saving)
    return stream.getvalue()


def script_at_opening(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def embedded_program(document: pikepdf.Pdf) -> None:
    document.attachments["a.exe"] = pikepdf.AttachedFileSpec(document, b"MZ", filename="a.exe")


def program_to_launch(document: pikepdf.Pdf) -> None:
    action = Dictionary(S=Name.Launch, F=String("cmd.exe"))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)
    document.pages[0].obj.Annots = Array([link])


NOT_PDF = "The file is not a PDF. Save the document as PDF and add it again."
ACTIVE = "The PDF holds scripts, forms or embedded files. Print it to a new PDF and add that."
LOCKED = "The PDF is protected by a password. Remove the protection and add it again."
BROKEN = "The PDF is damaged and cannot be opened. Save it again and add it again."
FILES = {
    "empty": (b"", "a.pdf", "The file is empty. Choose another file."),
    "a text": (b"Sopimus allekirjoitettu.", "a.pdf", NOT_PDF),
    "a renamed program": (b"MZ\x90\x00" + b"\x00" * 400, "sopimus.pdf", NOT_PDF),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\x00" * 60, "a.png", NOT_PDF),
    "locked for reading": (
        pdf_with(encryption=pikepdf.Encryption(owner="a", user="b")),
        "a.pdf",
        LOCKED,
    ),
    "locked for printing": (
        pdf_with(encryption=pikepdf.Encryption(owner="a", user="")),
        "a.pdf",
        LOCKED,
    ),
    "cut off": (pdf_with()[:60], "a.pdf", BROKEN),
    "a script at opening": (pdf_with(script_at_opening), "a.pdf", ACTIVE),
    "an embedded program": (pdf_with(embedded_program), "a.pdf", ACTIVE),
    "a program to launch": (pdf_with(program_to_launch), "a.pdf", ACTIVE),
}


@pytest.fixture(scope="module")
def definition() -> CallDefinition:
    return load_call(PACKAGED / "inno_2027_1.yaml", load_registers())


@pytest.fixture
def clock(definition: CallDefinition) -> applicants.Clock:
    return applicants.Clock(definition.timetable.closes - timedelta(days=10))


@pytest.fixture
def app(new_app: Any, sqlite_url: str, clock: applicants.Clock) -> Flask:
    made: Flask = new_app(sqlite_url, clock=clock)
    return made


@pytest.fixture
def draft(app: Flask, definition: CallDefinition, clock: applicants.Clock) -> uuid.UUID:
    database = applicants.tools_of(app).database
    call_id = applicants.open_call(database, definition)
    owner = applicants.add_person(database, "owner@example.org", clock())
    return applicants.start_draft(database, call_id, owner, clock())


@pytest.fixture
def client(app: Flask, draft: uuid.UUID) -> PageClient:
    with applicants.tools_of(app).database.unit_of_work() as session:
        session.query(User).one().password_hash = hash_password(PASSWORD)
    browser = PageClient(app)
    page = browser.get("/account/login")
    browser.submit(page, email="owner@example.org", password=PASSWORD)
    return browser


def test_files_are_refused_in_plain_words_and_nothing_typed_is_lost(
    client: PageClient, draft: uuid.UUID
) -> None:
    address = f"/applicant/applications/{draft}/attachments"
    form = 'form[action$="/attachments/att_commitments"]'
    found = {}
    for name, (content, filename, _reason) in FILES.items():
        refused = client.submit(
            client.get(address),
            form,
            status=422,
            **{
                "att_commitments-file": (io.BytesIO(content), filename),
                "att_commitments-ground": "JulkL 24.1 § 20",
                "att_commitments-reason": "Hinnoittelu näkyy.",
            },
        )
        found[name] = refused.errors
        values = refused.form(form).values
        assert values["att_commitments-ground"] == ["JulkL 24.1 § 20"]
        assert values["att_commitments-reason"] == ["Hinnoittelu näkyy."]
    assert found == {name: [reason] for name, (_content, _name, reason) in FILES.items()}
    assert client.get(address).links('a[href*="/attachments/"]') == {}


def raw_upload(content: bytes, **fields: str) -> dict[str, Any]:
    """Return a request with a file as a browser sends it, made without a file on disk."""
    parts = [
        f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
        for name, value in fields.items()
    ]
    head = b'Content-Disposition: form-data; name="att_agreement-file"; filename="a.pdf"\r\n\r\n'
    body = b"".join(b"--x\r\n" + part + b"\r\n" for part in [*parts, head + content])
    return {"data": body + b"--x--\r\n", "content_type": "multipart/form-data; boundary=x"}


def test_a_file_that_is_too_large_is_refused_with_the_limit(
    client: PageClient, draft: uuid.UUID
) -> None:
    address = f"/applicant/applications/{draft}/attachments"
    token = client.get(address).form('form[action$="/att_agreement"]').values["csrf_token"][0]
    sent = raw_upload(applicants.small_pdf() + b"%" * 10_100_000, csrf_token=token)
    refused = client.post(f"{address}/att_agreement", status=422, **sent)
    assert refused.errors == ["The file is too large: at most 10 MB is taken."]
    refused = client.post(f"{address}/att_agreement", status=413, **raw_upload(b"%" * 50_000_000))
    assert refused.heading == HEADINGS["en"][413]


def test_one_file_more_than_the_call_takes_is_refused(client: PageClient, draft: uuid.UUID) -> None:
    address = f"/applicant/applications/{draft}/attachments"
    token = client.get(address).form('form[action$="/att_agreement"]').values["csrf_token"][0]
    for status in (303, 422):
        file = (io.BytesIO(applicants.small_pdf()), "sopimus.pdf")
        answer = client.post(
            f"{address}/att_agreement",
            status=status,
            data={"att_agreement-file": file, "csrf_token": token},
        )
    assert answer.errors != []
    assert "sopimus.pdf" in client.get(address).links()


def test_an_ended_session_leads_back_to_the_section_that_offers_the_text(
    client: PageClient, draft: uuid.UUID, clock: applicants.Clock
) -> None:
    address = f"/applicant/applications/{draft}/sections/S4"
    page = client.get(address)
    key = page.soup.select("form[data-autosave-key]")[0]["data-autosave-key"]
    clock.moment += timedelta(hours=3)
    headers = {"Referer": f"http://localhost{address}"}
    text = "Säilyvä teksti, jota <b>kukaan</b> ei halua kirjoittaa toista kertaa."
    data = {**page.form("main form[data-autosave-url]").values, "need": [text]}
    refused = client.post(address, status=401, data=data, headers=headers)
    assert text in [each.get_text() for each in refused.soup.select("#typed ~ .app-pre")]
    login = client.get(refused.links("main a")["Log in"])
    again = client.follow(client.submit(login, email="owner@example.org", password=PASSWORD))
    assert again.path == address
    assert again.soup.select("form[data-autosave-key]")[0]["data-autosave-key"] == key
    assert len(again.soup.select("[data-restore][hidden]")) == 1
