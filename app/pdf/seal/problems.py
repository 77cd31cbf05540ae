"""Why a letter could not be sealed, as facts and as one line for the officer and the operator."""

from __future__ import annotations

import re
from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "no_key": "No key of the seal is set up: set INNOVERKKO_SEAL_KEY_FILE or INNOVERKKO_SEAL_PKCS11_MODULE.",
    "key_unreadable": "The key of the seal cannot be read: {detail}.",
    "wrong_password": "The password of the seal's key file is wrong.",
    "no_certificate": "The certificate of the seal is missing: {detail}.",
    "no_module": "The library of the seal's token cannot be loaded: {detail}.",
    "no_token": "The token with the key of the seal is not there: {detail}.",
    "no_label": "The token holds no key and certificate of this name: {detail}.",
    "wrong_pin": "The token refused the PIN of the seal. It is not tried again until the service is restarted.",
    "token_failed": "The token with the key of the seal failed: {detail}.",
    "expired": "The certificate of the seal expired on {detail}.",
    "not_yet_valid": "The certificate of the seal is valid only from {detail}.",
    "no_timestamp": "The timestamping service gave no timestamp: {detail}.",
    "no_revocation": "It could not be shown that the certificates of the seal are in force: {detail}.",
    "not_sealed": "The file cannot be sealed: {detail}.",
}
"""Every reason; the words tell what to mend."""

PASSING = frozenset({"no_timestamp", "no_revocation", "token_failed"})
"""Reasons that may pass by themselves: such a job is tried again before it is given up."""

LONGEST = 300
_LINES = {
    reason: re.compile(re.escape(words).replace(re.escape("{detail}"), "(?P<detail>.*)"), re.DOTALL)
    for reason, words in REASONS.items()
}


def read_reason(line: str) -> tuple[str, str] | None:
    """Return the reason and the detail of a line that a ``SealFailed`` has written, or None of any other."""
    for reason, pattern in _LINES.items():
        found = pattern.fullmatch(line)
        if found is not None:
            return reason, found.groupdict().get("detail", "")
    return None


class SealFailed(Exception):
    """A letter was not sealed; ``reason`` is one of ``REASONS``."""

    def __init__(self, reason: str, detail: object = "") -> None:
        """Keep the reason and what it is about, shortened."""
        self.reason = reason
        self.detail = " ".join(str(detail).split())[:LONGEST]
        super().__init__(REASONS[reason].format(detail=self.detail))

    @property
    def is_passing(self) -> bool:
        """Tell whether another try may help."""
        return self.reason in PASSING
