"""A certificate authority of its own for tests: keys, certificates, a revocation list and a timestamping service.

Served on 127.0.0.1 by one thread: ``/root.crl`` is the list, everything that is posted is stamped (RFC 3161).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from asn1crypto import keys, tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

DER, PEM = serialization.Encoding.DER, serialization.Encoding.PEM
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
END = datetime(2029, 12, 31, tzinfo=UTC)
PLAIN = serialization.NoEncryption()
PKCS8 = serialization.PrivateFormat.PKCS8


@dataclass(frozen=True, slots=True)
class Holder:
    """A key and the certificate for it."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate

    def pem(self) -> bytes:
        """Return the certificate."""
        return self.certificate.public_bytes(PEM)

    def key_pem(self) -> bytes:
        """Return the key."""
        return self.key.private_bytes(PEM, PKCS8, PLAIN)

    def pkcs12(self, password: bytes, *others: x509.Certificate) -> bytes:
        """Return key and certificate in one protected file."""
        seal = serialization.BestAvailableEncryption(password)
        return pkcs12.serialize_key_and_certificates(
            b"seal", self.key, self.certificate, others, seal
        )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _usage(**marks: bool) -> x509.KeyUsage:
    names = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
        *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    return x509.KeyUsage(**{name: marks.get(name, False) for name in names})


class TestAuthority:
    """A root, and what it has issued; ``moment`` is the time of its stamps and lists."""

    __test__ = False

    def __init__(self, moment: datetime) -> None:
        """Make the root; certificates follow when asked for."""
        self.moment = moment
        self.address = ""
        key = rsa.generate_private_key(65537, 2048)
        builder = self._begin("Test root", _name("Test root"), key, BEGIN, END)
        builder = builder.add_extension(x509.BasicConstraints(True, None), critical=True)
        builder = builder.add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
        self.root = Holder(key, builder.sign(key, hashes.SHA256()))
        self.stamps = 0

    def issue(self, name: str, begin: datetime = BEGIN, end: datetime = END) -> Holder:
        """Issue a certificate that may seal."""
        usage = _usage(digital_signature=True, content_commitment=True)
        return self._issue(name, usage, begin, end)

    def issue_stamper(self) -> Holder:
        """Issue the certificate of the timestamping service."""
        purpose = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        return self._issue("Test stamper", _usage(digital_signature=True), BEGIN, END, purpose)

    def _issue(
        self,
        name: str,
        usage: x509.KeyUsage,
        begin: datetime,
        end: datetime,
        purpose: x509.ExtendedKeyUsage | None = None,
    ) -> Holder:
        key = rsa.generate_private_key(65537, 2048)
        builder = self._begin(name, self.root.certificate.subject, key, begin, end)
        builder = builder.add_extension(usage, critical=True)
        if purpose is not None:
            builder = builder.add_extension(purpose, critical=True)
        if self.address:
            place = x509.UniformResourceIdentifier(f"{self.address}/root.crl")
            point = x509.DistributionPoint([place], None, None, None)
            builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
        return Holder(key, builder.sign(self.root.key, hashes.SHA256()))

    def _begin(
        self, name: str, issuer: x509.Name, key: Any, begin: datetime, end: datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(_name(name))
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(begin)
            .not_valid_after(end)
        )

    def list_revoked(self) -> bytes:
        """Return the revocation list of the moment: nothing is revoked."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.root.certificate.subject)
            .last_update(self.moment - timedelta(hours=1))
            .next_update(self.moment + timedelta(days=7))
        )
        return builder.sign(self.root.key, hashes.SHA256()).public_bytes(DER)

    def write_root(self, folder: Path) -> Path:
        """Write the root as a file of trusted certificates."""
        path = folder / "root.pem"
        path.write_bytes(self.root.pem())
        return path


@contextmanager
def serving(authority: TestAuthority) -> Iterator[str]:
    """Serve the list and the timestamps of an authority; give the address."""
    server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    authority.address = f"http://127.0.0.1:{server.server_port}"
    holder = authority.issue_stamper()
    stamper = DummyTimeStamper(
        asn1.Certificate.load(holder.certificate.public_bytes(DER)),
        keys.PrivateKeyInfo.load(holder.key.private_bytes(DER, PKCS8, PLAIN)),
        fixed_dt=authority.moment,
    )

    class Handler(BaseHTTPRequestHandler):
        """Answers with the list or with a timestamp."""

        def do_GET(self) -> None:
            """Give the revocation list."""
            self._send(authority.list_revoked(), "application/pkix-crl")

        def do_POST(self) -> None:
            """Stamp what was sent."""
            request = self.rfile.read(int(self.headers["Content-Length"]))
            authority.stamps += 1
            answer = stamper.request_tsa_response(tsp.TimeStampReq.load(request))
            self._send(answer.dump(), "application/timestamp-reply")

        def _send(self, content: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            """Stay silent."""

    server.RequestHandlerClass = Handler
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield authority.address
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
