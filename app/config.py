"""Settings: typed, from the environment only, refused at start when they cannot be right."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEMO_SECRET = "demo-only-not-a-secret"


class Settings(BaseSettings):
    """Everything that differs between installations. Read from ``INNOVERKKO_*`` variables."""

    model_config = SettingsConfigDict(env_prefix="INNOVERKKO_", frozen=True, extra="forbid")

    database_url: str = "sqlite:///var/innoverkko.sqlite3"
    data_dir: Path = Path("var")
    secret_key: SecretStr = SecretStr(DEMO_SECRET)
    secret_key_fallbacks: tuple[str, ...] = ()
    demo: bool = False
    """Demo mode: prints demo logins, permits the demo key and marks every page."""
    secure_cookies: bool = False
    trusted_hosts: tuple[str, ...] = ()
    public_url: str = "http://127.0.0.1:8000"
    session_hours: int = Field(default=12, ge=1, le=72)
    session_idle_minutes: int = Field(default=120, ge=5, le=1440)
    upload_limit_mb: int = Field(default=10, ge=1, le=100)
    smtp_url: str = ""
    """``smtp://host:port`` sends mail there; empty writes it to ``data_dir/mail``."""
    mail_from: str = "noreply@innoverkko.example"
    embedded_worker: bool = True
    """Do background work inside the web process (one process, no other server)."""
    routing_at_once_pairs: int = Field(default=20_000, ge=0)
    """Up to so many applications times evaluators a routing run is solved while the page waits: a second."""
    routing_encoder: str = Field(default="", pattern=r"^$|^[\w.]+:\w+$")
    """A language model that compares texts beside their words, as ``module:factory``; empty for none."""
    pdf_profile: Literal["archive", "next"] = "archive"
    """``archive``: PDF/A-3a and PDF/UA-1; ``next``: PDF/A-4f, PDF/UA-2 and WTPDF."""
    seal_key_file: Path | None = None
    """The key of the seal: PKCS#12, or PEM beside ``seal_certificate_file``."""
    seal_key_password: SecretStr = SecretStr("")
    seal_certificate_file: Path | None = None
    """Certificates in PEM, the seal's own first: needed with a PEM key, and for the chain of a token."""
    seal_pkcs11_module: Path | None = None
    """The library of a token or security module; then the key is there, and not in a file."""
    seal_pkcs11_token: str = ""
    seal_pkcs11_label: str = ""
    seal_pkcs11_pin: SecretStr = SecretStr("")
    seal_timestamp_url: str = ""
    """A timestamping service (RFC 3161); without it seals are B-B."""
    seal_trust_file: Path | None = None
    """Trusted root certificates in PEM; with a timestamping service seals are B-LT."""
    testing: bool = False

    @model_validator(mode="after")
    def refuse_demo_key_in_production(self) -> Self:
        """Refuse the published key wherever real applications are taken."""
        if self.secret_key.get_secret_value() == DEMO_SECRET and not (self.demo or self.testing):
            raise ValueError(
                "set INNOVERKKO_SECRET_KEY to a long random text, or INNOVERKKO_DEMO=true to try the demo"
            )
        return self

    @property
    def files_dir(self) -> Path:
        """Return the folder of stored files."""
        return self.data_dir / "files"

    @property
    def mail_dir(self) -> Path:
        """Return the folder into which mail is written when no server is set."""
        return self.data_dir / "mail"
