"""Sealed letters: whole, archival, accessible and checkable; and every way in which sealing is refused."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic

from app.pdf.client import PaperRefused, RenderClient
from app.pdf.conformance.renewal import require_renewal
from app.pdf.conformance.validation import NonconformingPaper, list_findings
from app.pdf.issuing import renew_letter
from app.pdf.rendering import lay_out
from app.pdf.seal.checking import SealState, check_seal
from app.pdf.seal.facts import SealedFile
from app.pdf.seal.keys import forget_signer, open_signer, read_certificates
from app.pdf.seal.means import SealMeans
from app.pdf.seal.problems import SealFailed
from app.pdf.seal.sealing import UntouchedWriter, renew_seal, seal_pdf
from tests.pdf.defects import SEEDED, spoil
from tests.pdf.papers import read_sample, sample_letter
from tests.pdf.validators import judge_with_outloud, judge_with_verapdf, write_papers
from tests.support.authority import Holder, TestAuthority, serving

NOW = datetime(2027, 9, 1, 9, 0, tzinfo=UTC)
MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "2027"


@pytest.fixture(scope="module")
def authority() -> Iterator[TestAuthority]:
    made = TestAuthority(NOW)
    with serving(made):
        yield made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("seal")


@pytest.fixture(scope="module")
def unsealed() -> bytes:
    return lay_out(sample_letter("grant", "fi"))


@pytest.fixture(scope="module")
def development(folder: Path) -> SealMeans:
    return SealMeans(key_file=str(folder / "own" / "seal.p12"), makes_key=True)


@pytest.fixture(scope="module")
def sealed(unsealed: bytes, development: SealMeans) -> SealedFile:
    return seal_pdf(unsealed, development, NOW, sample_letter().verify_url)


@pytest.fixture(scope="module")
def lasting(authority: TestAuthority, folder: Path) -> SealMeans:
    """Give means with everything: a key under a root, a timestamping service, and whom to trust."""
    holder = authority.issue("Test seal")
    path = folder / "lasting.p12"
    path.write_bytes(holder.pkcs12(b"word"))
    return SealMeans(
        key_file=str(path),
        key_password="word",
        timestamp_url=authority.address,
        trust_file=str(authority.write_root(folder)),
    )


@pytest.fixture(scope="module")
def long_lived(unsealed: bytes, lasting: SealMeans) -> SealedFile:
    return seal_pdf(unsealed, lasting, NOW, sample_letter().verify_url)


@pytest.fixture(scope="module")
def archived(long_lived: SealedFile, lasting: SealMeans) -> list[SealedFile]:
    """Give the lasting letter under one archive timestamp and under two."""
    once = renew_seal(long_lived.content, lasting, NOW)
    return [once, renew_seal(once.content, lasting, NOW + timedelta(minutes=1))]


def trusted_by(means: SealMeans) -> list[object]:
    return [open_signer(means, NOW).signing_cert]


def test_a_seal_is_appended_and_the_letter_stays_as_it_was(unsealed, sealed, development):
    assert sealed.content.startswith(unsealed)
    report = check_seal(sealed.content, trusted_by(development), NOW)
    assert (report.state, report.level, report.sealed_at) == (SealState.SOUND, "B-B", NOW)
    assert sealed.facts.level == "B-B"


def test_the_streams_of_a_seal_end_with_a_line_end_that_cannot_be_taken_for_data(unsealed, sealed):
    added = sealed.content[len(unsealed) :]
    assert added.count(b"\r\nendstream") == added.count(b"endstream") > 0


def test_a_development_key_is_made_once_and_only_its_owner_reads_it(sealed, development):
    path = Path(development.key_file)
    assert (oct(path.stat().st_mode & 0o777), sealed.facts.holder) == (
        "0o600",
        "Innoverkko development seal, not for real decisions",
    )
    assert list(path.parent.iterdir()) == [path]


def test_sealed_letters_stay_archival_and_accessible(sealed, long_lived, archived, tmp_path):
    papers = {"sealed": sealed.content, "lasting": long_lived.content}
    assert [list_findings(each) for each in papers.values()] == [(), ()]
    paths = write_papers(tmp_path, papers)
    renewed = write_papers(tmp_path, {"renewed": archived[1].content})
    verdicts = judge_with_verapdf(paths + renewed)
    assert (len(verdicts), set(verdicts.values())) == (6, {""})
    assert judge_with_outloud(paths, tmp_path / "report.json") == {"sealed": [], "lasting": []}


def test_another_reader_finds_the_seal_valid_over_the_whole_file(sealed, long_lived, tmp_path):
    for path in write_papers(tmp_path, {"sealed": sealed.content, "lasting": long_lived.content}):
        told = subprocess.run(
            ["pdfsig", "-nocert", str(path)], capture_output=True, text=True, check=True
        ).stdout
        assert "Total document signed" in told
        assert "Signature is Valid" in told
        assert told.count("Signature #") == 1


def test_with_a_timestamp_and_revocation_lists_the_seal_lasts(long_lived, lasting):
    trusted = read_certificates(lasting.trust_file)
    report = check_seal(long_lived.content, trusted, NOW)
    assert (report.state, report.level, report.stamped_at) == (SealState.SOUND, "B-LT", NOW)


def test_a_seal_is_believed_after_its_certificate_has_ended_if_a_timestamp_proves_its_time(
    unsealed, authority, folder
):
    holder = authority.issue("Short seal", end=NOW + timedelta(days=1))
    path = folder / "short.p12"
    path.write_bytes(holder.pkcs12(b"word"))
    means = SealMeans(key_file=str(path), key_password="word")
    stamped = means.model_copy(update={"timestamp_url": authority.address})
    trusted = read_certificates(str(authority.write_root(folder)))
    later = NOW + timedelta(days=30)
    plain = check_seal(seal_pdf(unsealed, means, NOW, "").content, trusted, later)
    proven = check_seal(seal_pdf(unsealed, stamped, NOW, "").content, trusted, later)
    assert (plain.state, plain.level) == (SealState.UNTRUSTED, "B-B")
    assert (proven.state, proven.level) == (SealState.SOUND, "B-T")


def test_an_archive_timestamp_covers_the_seal_and_can_be_renewed(long_lived, lasting, archived):
    once, twice = archived
    trusted = read_certificates(lasting.trust_file)
    for each, before in ((once, long_lived), (twice, once)):
        assert each.content.startswith(before.content)
        report = check_seal(each.content, trusted, NOW)
        assert (report.state, report.level) == (SealState.SOUND, "B-LTA")


def test_archive_copies_are_judged_and_hold_the_letter_before_unchanged(long_lived, archived):
    once, twice = (each.content for each in archived)
    require_renewal(long_lived.content, once)
    require_renewal(once, twice)
    with pytest.raises(NonconformingPaper, match="not in the file as it was"):
        require_renewal(long_lived.content, once[:500] + b"x" + once[501:])
    with pytest.raises(NonconformingPaper, match="not in the file as it was"):
        require_renewal(long_lived.content, long_lived.content)


def test_a_copy_with_anything_but_a_timestamp_added_is_refused(long_lived):
    with pytest.raises(NonconformingPaper, match="no timestamp"):
        require_renewal(long_lived.content, long_lived.content + b"\n")
    writer = UntouchedWriter(BytesIO(long_lived.content))
    page = writer.root["/Pages"]["/Kids"][0].get_object()
    note = {"/Type": "/Annot", "/Subtype": "/Text", "/Rect": [0, 0, 90, 90], "/Contents": "new"}
    added = writer.add_object(
        generic.DictionaryObject(
            {
                generic.pdf_name(key): generic.pdf_name(value)
                if str(value).startswith("/")
                else generic.ArrayObject(map(generic.NumberObject, value))
                if isinstance(value, list)
                else generic.pdf_string(value)
                for key, value in note.items()
            }
        )
    )
    page[generic.pdf_name("/Annots")] = generic.ArrayObject([*page.get("/Annots", ()), added])
    writer.update_container(page)
    output = BytesIO()
    writer.write(output)
    with pytest.raises(NonconformingPaper, match="no invisible timestamp"):
        require_renewal(long_lived.content, output.getvalue())


def test_a_letter_that_does_not_conform_gets_no_archive_copy(unsealed, lasting):
    spoilt = spoil(unsealed, SEEDED["no_language"])
    sealed = seal_pdf(spoilt, lasting, NOW, "")
    with pytest.raises(NonconformingPaper):
        renew_letter(sealed.content, lasting, NOW)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_flipped_byte_is_caught(sealed, development, data):
    place = data.draw(st.integers(0, len(sealed.content) - 1))
    changed = bytearray(sealed.content)
    changed[place] ^= data.draw(st.integers(1, 255))
    report = check_seal(bytes(changed), trusted_by(development), NOW)
    assert report.state in {SealState.BROKEN, SealState.UNSEALED, SealState.UNTRUSTED}


def test_what_is_added_after_the_seal_is_caught(sealed, development):
    trusted = trusted_by(development)
    states = [
        check_seal(content, trusted, NOW).state
        for content in (
            sealed.content + b"\n% more\n",
            sealed.content[:-200],
            sealed.content + sealed.content[-700:],
        )
    ]
    assert states == [SealState.BROKEN] * 3


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"/ByteRange", b"%PDF-1.7 /ByteRange [0 1"])
def test_what_is_no_sealed_letter_is_told_so_and_never_an_error(content):
    assert check_seal(content, [], NOW).state in {SealState.UNSEALED, SealState.BROKEN}


def test_the_seal_of_somebody_else_is_not_trusted(unsealed, development, tmp_path):
    other = SealMeans(key_file=str(tmp_path / "seal.p12"), makes_key=True)
    forged = seal_pdf(unsealed, other, NOW, "")
    report = check_seal(forged.content, trusted_by(development), NOW)
    assert report.state is SealState.UNTRUSTED


def fail_of(means: SealMeans, unsealed: bytes, moment: datetime = NOW) -> str:
    """Return why sealing is refused."""
    with pytest.raises(SealFailed) as failed:
        seal_pdf(unsealed, means, moment, "")
    return failed.value.reason


def test_a_missing_or_unreadable_key_is_named(unsealed, folder, authority):
    rubbish = folder / "rubbish.p12"
    rubbish.write_bytes(b"rubbish")
    locked = folder / "locked.p12"
    locked.write_bytes(authority.issue("Locked").pkcs12(b"right"))
    reasons = [
        fail_of(SealMeans(), unsealed),
        fail_of(SealMeans(key_file=str(folder / "none.p12")), unsealed),
        fail_of(SealMeans(key_file=str(rubbish)), unsealed),
        fail_of(SealMeans(key_file=str(locked), key_password="wrong"), unsealed),
    ]
    assert reasons == ["no_key", "key_unreadable", "key_unreadable", "wrong_password"]


def test_a_key_in_pem_needs_its_certificate(unsealed, folder, authority):
    holder = authority.issue("Plain key")
    key, chain = folder / "key.pem", folder / "chain.pem"
    key.write_bytes(holder.key_pem())
    chain.write_bytes(holder.pem() + authority.root.pem())
    assert fail_of(SealMeans(key_file=str(key)), unsealed) == "no_certificate"
    means = SealMeans(key_file=str(key), certificate_file=str(chain))
    assert seal_pdf(unsealed, means, NOW, "").facts.holder == "Plain key"


def test_a_certificate_that_is_not_in_force_seals_nothing(unsealed, development):
    past, future = datetime(2019, 1, 1, tzinfo=UTC), datetime(2050, 6, 1, tzinfo=UTC)
    reasons = [fail_of(development, unsealed, moment) for moment in (past, future)]
    assert reasons == ["not_yet_valid", "expired"]


def test_a_silent_timestamping_service_is_named(unsealed, lasting):
    silent = lasting.model_copy(update={"timestamp_url": "http://127.0.0.1:9/"})
    assert fail_of(silent, unsealed) == "no_timestamp"


def test_a_root_that_does_not_fit_is_named(unsealed, lasting, folder):
    other = TestAuthority(NOW)
    (folder / "other").mkdir()
    means = lasting.model_copy(update={"trust_file": str(other.write_root(folder / "other"))})
    assert fail_of(means, unsealed) == "no_revocation"


@pytest.fixture(scope="module")
def token(authority: TestAuthority, folder: Path) -> Iterator[SealMeans]:
    """Give a key in a software token (SoftHSM2), as a security module would hold it."""
    if not MODULE.exists() or shutil.which("softhsm2-util") is None:
        pytest.fail("the token of the tests is missing: apt-get install -y softhsm2")
    place = folder / "tokens"
    place.mkdir()
    config = folder / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {place}\nlog.level = ERROR\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(config))
        _fill_token(folder, authority.issue("Token seal"))
        chain = folder / "token.pem"
        yield SealMeans(
            module=str(MODULE), token="round", label="seal", pin=PIN, certificate_file=str(chain)
        )


def _fill_token(folder: Path, holder: Holder) -> None:
    key = folder / "token.key"
    key.write_bytes(holder.key.private_bytes(serialization.Encoding.PEM, *_PLAIN))
    (folder / "token.pem").write_bytes(holder.pem())
    make = ["--init-token", "--free", "--label", "round", "--so-pin", "0000", "--pin", PIN]
    fill = ["--import", str(key), "--token", "round", "--label", "seal", "--id", "01", "--pin", PIN]
    for arguments in (make, fill):
        subprocess.run(["softhsm2-util", *arguments], check=True, capture_output=True)


_PLAIN = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def test_a_key_in_a_token_seals_and_never_leaves_it(unsealed, token, authority, folder):
    sealed = seal_pdf(unsealed, token, NOW, "")
    trusted = read_certificates(str(authority.write_root(folder)))
    report = check_seal(sealed.content, trusted, NOW)
    assert (report.state, sealed.facts.holder) == (SealState.SOUND, "Token seal")


def test_an_absent_token_and_a_wrong_pin_are_named_and_the_pin_is_not_tried_twice(unsealed, token):
    forget_signer(token)
    wrong = token.model_copy(update={"pin": "9999"})
    reasons = [
        fail_of(token.model_copy(update={"token": "elsewhere"}), unsealed),
        fail_of(token.model_copy(update={"module": "/usr/lib/none.so"}), unsealed),
        fail_of(token.model_copy(update={"label": "elsewhere"}), unsealed),
        *(fail_of(wrong, unsealed) for _ in range(12)),
    ]
    assert reasons == ["no_token", "no_module", "no_label", *["wrong_pin"] * 12]
    assert seal_pdf(unsealed, token, NOW, "").facts.level == "B-B"


def test_a_key_that_could_not_be_loaded_leaves_the_token_free(unsealed, token, monkeypatch):
    async def fail(_signer):
        raise RuntimeError("no loop")

    forget_signer(token)
    with monkeypatch.context() as patch:
        patch.setattr("app.pdf.seal.keys.PKCS11Signer.ensure_objects_loaded", fail)
        with pytest.raises(RuntimeError, match="no loop"):
            seal_pdf(unsealed, token, NOW, "")
    assert seal_pdf(unsealed, token, NOW, "").facts.level == "B-B"


def test_a_token_that_is_in_use_elsewhere_is_not_called_absent(unsealed, token):
    seal_pdf(unsealed, token, NOW, "")
    assert fail_of(token.model_copy(update={"timestamp_url": "https://x.example"}), unsealed) == (
        "token_failed"
    )


def test_letters_are_sealed_in_the_render_process_and_refusals_come_back(development, sealed):
    client = RenderClient()
    try:
        data = read_sample("letter.grant.fi")
        made = client.issue(data, development, NOW)
        assert made.unsealed_sha256 == sealed.unsealed_sha256
        assert made.facts == sealed.facts
        with pytest.raises(SealFailed, match="No key of the seal is set up"):
            client.issue(data, SealMeans(), NOW)
        with pytest.raises(SealFailed) as failed:
            client.renew(made.content, development, NOW)
        assert failed.value.is_passing
    finally:
        client.close()
    assert not issubclass(PaperRefused, SealFailed)
