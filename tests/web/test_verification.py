"""The public verification page: it knows its own letters to the byte, and tells nothing of any other."""

from __future__ import annotations

import io
import re
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.decision_links import Cause
from app.domain.lifecycle import DecisionState
from app.domain.records import sha256_bytes
from app.domain.verification import encode_code, group_code, read_code
from app.models import Decision, SealedLetter, Throttle
from app.pdf.rendering import lay_out
from app.pdf.seal.means import SealMeans
from app.pdf.seal.sealing import seal_pdf
from app.queries.verification import Verdict, judge_file
from app.services.account.throttles import VERIFICATION
from tests.pdf.papers import sample_letter
from tests.support.pages import Page, PageClient
from tests.web.funder_round import NOW
from tests.web.guarded_round import GuardedRound
from tests.web.round_makers import LATE, REFUSED

CODE = read_code("7QK2-9FWM-4T3X-R8HB") or ""
HIDDEN = encode_code(bytes(range(10)))


@pytest.fixture(scope="module")
def letter(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Give a sealed letter that names its code."""
    folder: Path = tmp_path_factory.mktemp("seal")
    means = SealMeans(key_file=str(folder / "seal.p12"), makes_key=True)
    data = sample_letter("reject_ineligible", "fi")
    return seal_pdf(lay_out(data), means, NOW, data.verify_url).content


@pytest.fixture
def world(guarded: GuardedRound, letter: bytes) -> GuardedRound:
    """Give the round with that letter served, and another one sealed but not served."""
    with guarded.tools.database.unit_of_work() as session:
        served, waiting = (find_decision(session, name) for name in (REFUSED, LATE))
        served.verification_code, served.pdf_sha256 = CODE, sha256_bytes(letter)
        waiting.verification_code = HIDDEN
        session.add(make_seal(served.id, letter))
        session.add(make_seal(waiting.id, b"%PDF-1.7 waiting"))
    return guarded


def find_decision(session: sa.orm.Session, acronym: str) -> Decision:
    """Return the decision on an application."""
    rows = session.scalars(sa.select(Decision)).all()
    return next(each for each in rows if each.application.acronym == acronym)


def make_seal(decision_id: uuid.UUID, content: bytes) -> SealedLetter:
    """Return the row of a sealed file."""
    return SealedLetter(
        decision_id=decision_id,
        sha256=sha256_bytes(content),
        unsealed_sha256="0" * 64,
        level="B-B",
        profile="archive",
        holder="Test seal",
        certificate_sha256="1" * 64,
        valid_until=NOW + timedelta(days=365),
        sealed_at=NOW,
    )


def upload(world: GuardedRound, content: bytes, status: int = 200) -> Page:
    """Upload a file as anybody can: without a login and without JavaScript."""
    pages = PageClient(world.app)
    form = pages.get("/en/v").form("form[enctype]")
    sent = {"csrf_token": form.values["csrf_token"], "file": (io.BytesIO(content), "letter.pdf")}
    return pages.post("/en/v", status, data=sent, content_type="multipart/form-data")


def verdict_of(page: Page) -> str:
    """Return what a page says of a file."""
    return str(page.soup.select_one("#verdict")["data-verdict"])


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_code_shows_what_is_public_of_its_letter(world, letter, language):
    page = PageClient(world.app).get(f"/{language}/v/{group_code(CODE).lower()}")
    told = page.text("#letter")
    with world.tools.database.reading() as session:
        number = find_decision(session, REFUSED).application.record_number
    assert all(each in told for each in (number, group_code(CODE), sha256_bytes(letter)))
    assert "Test seal" in told


def test_the_address_on_the_letter_leads_to_the_page_in_the_readers_language(world):
    answer = world.app.test_client().get(
        f"/v/{group_code(CODE)}", headers={"Accept-Language": "sv"}
    )
    assert (answer.status_code, answer.location) == (303, f"/sv/v/{group_code(CODE)}")


def test_the_outcome_of_a_refusal_is_not_told(world):
    page = PageClient(world.app).get(f"/en/v/{group_code(CODE)}")
    assert "Told to the parties in the letter" in page.text("#letter")


def test_every_code_that_names_no_served_letter_gets_the_same_answer(world):
    bodies = set()
    codes = (group_code(HIDDEN), group_code(encode_code(bytes(10))), "no-code", "A" * 200)
    for code in codes:
        answer = world.app.test_client().get(f"/en/v/{code}")
        assert answer.status_code == 404
        text = answer.get_data(as_text=True).replace(code, "CODE")
        bodies.add(re.sub(r'(nonce|value)="[^"]*"', "", text))
    assert len(bodies) == 1


def test_a_typed_code_leads_to_its_letter(world):
    typed = f" {group_code(CODE).lower().replace('-', ' ')} "
    page = PageClient(world.app).get("/en/v", 303, query_string={"code": typed})
    assert page.location == f"/en/v/{group_code(CODE)}"


def test_an_uploaded_letter_is_genuine_and_is_not_kept(world, letter):
    files = sorted(world.tools.settings.files_dir.rglob("*"))
    page = upload(world, letter)
    assert (verdict_of(page), group_code(CODE) in page.text("#letter")) == ("genuine", True)
    assert sorted(world.tools.settings.files_dir.rglob("*")) == files


def test_a_changed_letter_is_altered_and_a_foreign_file_is_not_ours(world, letter):
    changed = letter[:5000] + b"!" + letter[5001:]
    assert verdict_of(upload(world, changed)) == "altered"
    assert verdict_of(upload(world, letter + b"\n")) == "altered"
    assert verdict_of(upload(world, b"%PDF-1.7 of somebody else")) == "unknown"


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(place=st.integers(0, 2**20), change=st.integers(1, 255))
def test_any_flipped_byte_makes_a_letter_altered(world, letter, place, change):
    changed = bytearray(letter)
    changed[place % len(letter)] ^= change
    with world.tools.database.reading() as session:
        assert judge_file(session, bytes(changed))[0] is Verdict.ALTERED


def test_every_byte_of_the_printed_codes_may_be_flipped_too(world, letter):
    places = [
        each.start() + at for each in re.finditer(rb"v.{1,4}7QK2", letter) for at in range(30)
    ]
    verdicts = set()
    for place in places:
        changed = bytearray(letter)
        changed[place] ^= 1
        with world.tools.database.reading() as session:
            verdicts.add(judge_file(session, bytes(changed))[0])
    assert (len(places) == 60, verdicts) == (True, {Verdict.ALTERED})


def test_a_file_of_an_unserved_decision_is_not_ours(world):
    assert verdict_of(upload(world, b"%PDF-1.7 waiting")) == "unknown"
    named = f"%PDF-1.7 (https://x.example/v/{group_code(HIDDEN)})".encode()
    assert verdict_of(upload(world, named)) == "unknown"


def test_a_letter_whose_place_another_has_taken_says_so(world, letter):
    later = encode_code(b"0123456789")
    with world.tools.database.unit_of_work() as session:
        first = find_decision(session, REFUSED)
        session.add(follow(first, later))
    page = upload(world, letter)
    assert verdict_of(page) == "superseded"
    assert page.links("#chain a") == {"Decision 2": f"/en/v/{group_code(later)}"}
    page = PageClient(world.app).get(f"/en/v/{group_code(CODE)}")
    assert verdict_of(page) == "superseded"


def follow(first: Decision, code: str) -> Decision:
    """Return a served correction of a decision."""
    copied = ("application_id", "call_id", "kind", "language", "support", "content")
    people = ("content_sha256", "presenter_id", "presented_at", "approver_id", "approved_at")
    return Decision(
        **{name: getattr(first, name) for name in (*copied, *people)},
        number=first.number + 1,
        state=DecisionState.SERVED,
        pdf_sha256="2" * 64,
        served_at=NOW,
        replaces_id=first.id,
        cause=Cause.CLERICAL,
        verification_code=code,
        created_at=NOW,
    )


def test_nothing_and_too_much_are_refused(world):
    assert "Choose a file" in " ".join(upload(world, b"", 422).errors)
    # Built by hand: the test client would put so large a form into a file that it leaves open.
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
    answer = world.app.test_client().post(
        "/en/v",
        data=head + bytes(600 * 1024) + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
    )
    assert answer.status_code == 413


def test_many_questions_from_one_address_have_to_wait(world):
    key = VERIFICATION.key("127.0.0.1")
    with world.tools.database.unit_of_work() as session:
        session.add(Throttle(key=key, count=120, window_ends_at=NOW + timedelta(minutes=5)))
    upload(world, b"%PDF-1.7", 429)
    client = world.app.test_client()
    assert client.get("/en/v/0000-0000-0000-0000").status_code == 429
    assert client.get(f"/en/v/{group_code(CODE)}").status_code == 200
