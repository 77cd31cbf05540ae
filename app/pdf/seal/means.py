"""With what letters are sealed: plain values, so that another process can be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import Field

from app.pdf.values import Frozen

if TYPE_CHECKING:  # a render process reads no settings, and has no room for the library that does
    from app.config import Settings

KEY_FILE = "seal.p12"


class SealMeans(Frozen):
    """Where the key is, who stamps the time, and whom a checker trusts.

    Either a file (PKCS#12, or PEM with the certificates in a file of their own) or a token behind a
    PKCS#11 module holds the key.
    """

    key_file: str = ""
    key_password: str = Field(default="", repr=False)
    certificate_file: str = ""
    makes_key: bool = False
    """Make a development key where ``key_file`` is missing; never where letters are meant."""
    module: str = ""
    token: str = ""
    label: str = ""
    pin: str = Field(default="", repr=False)
    timestamp_url: str = ""
    trust_file: str = ""

    @property
    def has_key(self) -> bool:
        """Tell whether a place for the key is named at all."""
        return bool(self.key_file or self.module)

    @property
    def level(self) -> str:
        """Return the level of the seal (ETSI EN 319 142-1) that these means allow."""
        if not self.timestamp_url:
            return "B-B"
        return "B-LT" if self.trust_file else "B-T"


def make_means(settings: Settings) -> SealMeans:
    """Return the means that settings describe; a demo without a key gets one of its own in its data folder."""
    is_trial = settings.demo or settings.testing
    names_key = bool(settings.seal_key_file or settings.seal_pkcs11_module)
    own_key = str((settings.data_dir / "seal" / KEY_FILE).resolve()) if is_trial else ""
    return SealMeans(
        key_file=str(settings.seal_key_file or "") if names_key else own_key,
        key_password=settings.seal_key_password.get_secret_value(),
        certificate_file=str(settings.seal_certificate_file or ""),
        makes_key=is_trial and not names_key,
        module=str(settings.seal_pkcs11_module or ""),
        token=settings.seal_pkcs11_token,
        label=settings.seal_pkcs11_label,
        pin=settings.seal_pkcs11_pin.get_secret_value(),
        timestamp_url=settings.seal_timestamp_url,
        trust_file=str(settings.seal_trust_file or ""),
    )


def read_means(data: Mapping[str, Any]) -> SealMeans:
    """Return means from plain data. Raises ``ValueError`` for data of the wrong shape."""
    return SealMeans.model_validate(data)
