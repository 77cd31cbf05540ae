"""The key of the seal: from a file, or in a token from which it never comes out.

A key is opened once per process. A PIN that was refused is not tried again: tokens lock themselves.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pkcs11
from asn1crypto import pem, x509
from cryptography import x509 as certificates
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.sign.general import get_pyca_cryptography_hash
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.signers import Signer, SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from app.pdf.seal.means import SealMeans
from app.pdf.seal.problems import SealFailed

DEVELOPMENT_NAME = "Innoverkko development seal, not for real decisions"
DEVELOPMENT_SPAN = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, tzinfo=UTC))
"""Long enough for a demo round of any year."""

_opened: dict[SealMeans, Signer] = {}
_refused: set[SealMeans] = set()
_ABSENT = (
    pkcs11.DeviceRemoved,
    pkcs11.NoSuchToken,
    pkcs11.SlotIDInvalid,
    pkcs11.TokenNotPresent,
    pkcs11.TokenNotRecognised,
)


def open_signer(means: SealMeans, moment: datetime) -> Signer:
    """Return the signer with a certificate that is in force at a moment.

    Raises:
        SealFailed: if there is no key, it cannot be opened, or its certificate is not in force.
    """
    if means not in _opened:
        _opened[means] = _open(means)
    signer = _opened[means]
    _require_force(signer, moment)
    return signer


def forget_signer(means: SealMeans) -> None:
    """Close a key that has failed; the next letter opens it anew."""
    signer = _opened.pop(means, None)
    if isinstance(signer, PKCS11Signer):
        with contextlib.suppress(pkcs11.PKCS11Error):
            signer.pkcs11_session.close()


def list_trusted(means: SealMeans) -> list[x509.Certificate]:
    """Return whom a checker trusts: the roots that are set, else the certificate of the key itself.

    Raises:
        SealFailed: if they cannot be read.
    """
    if means.trust_file:
        return read_certificates(means.trust_file)
    if means.certificate_file:
        return read_certificates(means.certificate_file)
    own = (_opened.get(means) or _open(means)).signing_cert
    return [own] if own is not None else []


def read_certificates(path: str) -> list[x509.Certificate]:
    """Return the certificates of a PEM file. Raises ``SealFailed``."""
    try:
        found = list(load_certs_from_pemder_data(Path(path).read_bytes()))
    except (OSError, ValueError) as error:
        raise SealFailed("no_certificate", error) from error
    if not found:
        raise SealFailed("no_certificate", f"{path} holds none")
    return found


def _open(means: SealMeans) -> Signer:
    if not means.has_key:
        raise SealFailed("no_key")
    if means.module:
        return _open_token(means)
    path = Path(means.key_file)
    if means.makes_key and not path.exists():
        make_development_key(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SealFailed("key_unreadable", error) from error
    return _open_pem(means, content) if pem.detect(content) else _open_pkcs12(means, content)


def _open_pkcs12(means: SealMeans, content: bytes) -> Signer:
    password = means.key_password.encode() or None
    try:
        key, own, others = pkcs12.load_key_and_certificates(content, password)
    except ValueError as error:
        reason = "wrong_password" if "password" in str(error).lower() else "key_unreadable"
        raise SealFailed(reason, error) from error
    if own is None or key is None:
        raise SealFailed("no_certificate", f"{means.key_file} holds no key with its certificate")
    return FileSigner(key, [_convert(each) for each in (own, *others)])


def _open_pem(means: SealMeans, content: bytes) -> Signer:
    password = means.key_password.encode() or None
    try:
        key = serialization.load_pem_private_key(content, password)
    except TypeError as error:  # a password is missing, or given for a key without one
        raise SealFailed("wrong_password") from error
    except ValueError as error:
        reason = "wrong_password" if password else "key_unreadable"
        raise SealFailed(reason, error) from error
    return FileSigner(key, read_certificates(means.certificate_file or means.key_file))


def _convert(certificate: certificates.Certificate) -> x509.Certificate:
    return x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER))


class FileSigner(SimpleSigner):
    """Signs with a key that is parsed once; RSA and elliptic curves."""

    def __init__(self, key: Any, chain: list[x509.Certificate]) -> None:
        """Take a parsed key and its certificates, the own one first."""
        if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            raise SealFailed("key_unreadable", "only RSA and elliptic curve keys can seal")
        self._key = key
        registry = SimpleCertificateStore()
        registry.register_multiple(chain[1:])
        super().__init__(signing_cert=chain[0], signing_key=None, cert_registry=registry)

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """Sign bytes; a dry run only tells how long the signature will be."""
        if dry_run:
            return bytes(
                self._key.key_size // 8 if isinstance(self._key, rsa.RSAPrivateKey) else 160
            )
        return self.sign_raw(data, digest_algorithm)

    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        """Sign bytes with the parsed key."""
        algorithm = get_pyca_cryptography_hash(digest_algorithm)
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), algorithm)
        return self._key.sign(data, ec.ECDSA(algorithm))


def _open_token(means: SealMeans) -> Signer:
    if means in _refused:
        raise SealFailed("wrong_pin")
    try:
        session = open_pkcs11_session(
            means.module, token_criteria=TokenCriteria(label=means.token), user_pin=means.pin
        )
    except (pkcs11.PinIncorrect, pkcs11.PinLenRange, pkcs11.PinInvalid, pkcs11.PinLocked) as error:
        _refused.add(means)
        raise SealFailed("wrong_pin") from error
    except pkcs11.PKCS11Error as error:
        raise SealFailed(*_name_refusal(means, error)) from error
    except (OSError, RuntimeError) as error:
        raise SealFailed("no_module", error) from error
    return _find_key(means, session)


def _name_refusal(means: SealMeans, error: pkcs11.PKCS11Error) -> tuple[str, str]:
    """Return why a token was not opened; the libraries tell two of the reasons only in words."""
    words = str(error)
    if "while loading" in words:
        return "no_module", words
    if words or isinstance(error, _ABSENT):
        return "no_token", words or means.token
    return "token_failed", repr(error)


def _find_key(means: SealMeans, session: Any) -> Signer:
    chain = read_certificates(means.certificate_file) if means.certificate_file else []
    signer = PKCS11Signer(
        session,
        key_label=means.label,
        cert_label=means.label,
        signing_cert=chain[0] if chain else None,
        ca_chain=chain[1:],
    )
    try:
        asyncio.run(signer.ensure_objects_loaded())
    except BaseException as error:
        # A session that stays open stays logged in: the token would then take no PIN, right or wrong.
        with contextlib.suppress(pkcs11.PKCS11Error):
            session.close()
        if isinstance(error, pkcs11.PKCS11Error):
            raise SealFailed("no_label", f"{means.label} ({error})") from error
        raise
    return signer


def _require_force(signer: Signer, moment: datetime) -> None:
    certificate = signer.signing_cert
    if certificate is None:
        raise SealFailed("no_certificate")
    if moment > certificate.not_valid_after:
        raise SealFailed("expired", certificate.not_valid_after.date().isoformat())
    if moment < certificate.not_valid_before:
        raise SealFailed("not_yet_valid", certificate.not_valid_before.date().isoformat())


def make_development_key(path: Path) -> None:
    """Make a key with a certificate of its own name on it, unless another process was faster."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = certificates.Name([certificates.NameAttribute(NameOID.COMMON_NAME, DEVELOPMENT_NAME)])
    begin, end = DEVELOPMENT_SPAN
    usage = certificates.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        certificates.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(certificates.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    content = pkcs12.serialize_key_and_certificates(
        b"seal", key, certificate, None, serialization.NoEncryption()
    )
    _write_once(path, content)


def _write_once(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads; the first of several processes wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
    try:
        os.link(beside, path)
    except FileExistsError:
        pass
    finally:
        beside.unlink()
