"""``innoverkko letter``: verifies files without a server, and makes an issued letter anew."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import pem
from click.testing import CliRunner, Result

from app.cli import main
from app.domain.records import canonical_json, sha256_text
from app.pdf.letter_data import LetterData
from app.pdf.rendering import lay_out
from app.pdf.seal.keys import open_signer
from app.pdf.seal.means import SealMeans
from app.pdf.seal.sealing import seal_pdf
from tests.pdf.papers import sample_letter

NOW = datetime(2027, 9, 1, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def means(tmp_path_factory: pytest.TempPathFactory) -> SealMeans:
    return SealMeans(key_file=str(tmp_path_factory.mktemp("key") / "seal.p12"), makes_key=True)


@pytest.fixture(scope="module")
def trusted(means: SealMeans, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the certificate of the seal as a file."""
    path: Path = tmp_path_factory.mktemp("trust") / "trust.pem"
    certificate = open_signer(means, NOW).signing_cert
    path.write_bytes(pem.armor("CERTIFICATE", certificate.dump()))
    return path


def named_by_checksum(letter: LetterData) -> LetterData:
    """Return a letter with the checksum of its own content, as an approval gives it."""
    bare = letter.model_copy(
        update={"decision": letter.decision.model_copy(update={"sha256": None})}
    )
    seal = sha256_text(canonical_json(bare.model_dump(mode="json")))
    decision = letter.decision.model_copy(update={"sha256": seal})
    return letter.model_copy(update={"decision": decision})


@pytest.fixture(scope="module")
def sealed(means: SealMeans) -> bytes:
    letter = named_by_checksum(sample_letter("not_examined", "fi"))
    return seal_pdf(lay_out(letter), means, NOW, letter.verify_url).content


def verify(folder: Path, content: bytes, trusted: Path) -> Result:
    path = folder / "letter.pdf"
    path.write_bytes(content)
    return CliRunner().invoke(main, ["letter", "verify", str(path), "--trust", str(trusted)])


def test_a_genuine_letter_is_told_with_seal_and_record(sealed, trusted, tmp_path):
    result = verify(tmp_path, sealed, trusted)
    assert result.exit_code == 0, result.output
    lines = dict(line.split(maxsplit=1) for line in result.output.splitlines())
    assert lines["seal"] == "sound"
    assert lines["record"] == "IOV-2027-0001, 2027-08-31, not_examined: whole"


def test_a_changed_file_an_unsealed_file_and_a_stranger_have_codes_of_their_own(
    sealed, trusted, means, tmp_path
):
    changed = sealed[:9000] + bytes([sealed[9000] ^ 1]) + sealed[9001:]
    other = SealMeans(key_file=str(tmp_path / "other.p12"), makes_key=True)
    letter = named_by_checksum(sample_letter("not_examined", "fi"))
    foreign = seal_pdf(lay_out(letter), other, NOW, "").content
    codes = [
        verify(tmp_path, content, trusted).exit_code for content in (changed, b"%PDF-", foreign)
    ]
    assert codes == [1, 2, 3]


def test_a_sealed_letter_whose_record_lies_about_its_checksum_is_not_genuine(
    means, trusted, tmp_path
):
    letter = sample_letter("not_examined", "fi")
    content = seal_pdf(lay_out(letter), means, NOW, "").content
    result = verify(tmp_path, content, trusted)
    assert (result.exit_code, "does not have the checksum" in result.output) == (1, True)


def test_without_settings_and_without_certificates_it_says_what_to_name(sealed, tmp_path):
    path = tmp_path / "letter.pdf"
    path.write_bytes(sealed)
    result = CliRunner().invoke(main, ["letter", "verify", str(path)])
    assert (result.exit_code, "--trust" in result.output) == (2, True)
