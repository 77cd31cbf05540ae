"""Verification codes: what stands on a letter, so that anybody can ask whether it is genuine.

80 random bits in the alphabet of Crockford's base 32, which has no letters that look like figures.
"""

from __future__ import annotations

import re

RANDOM_BYTES = 10
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
GROUP = 4
PATH = "/v/"
"""Where a code is looked up, below the public address of the service."""

_LOOK_ALIKES = str.maketrans("OIL", "011")
_SLASH, _HYPHEN = rb"(?:/|\\057)", rb"(?:-|\\055)"
"""As they stand in the metadata of a letter, and escaped in the dictionary of its seal."""
_PRINTED = re.compile(
    _SLASH + b"v" + _SLASH + rb"([0-9A-Z]{4}(?:" + _HYPHEN + rb"[0-9A-Z]{4}){3})(?![0-9A-Z-])"
)


def encode_code(chance: bytes) -> str:
    """Return the code of ten random bytes. Raises ``ValueError`` for another number of bytes."""
    if len(chance) != RANDOM_BYTES:
        raise ValueError(f"a code is made of {RANDOM_BYTES} bytes")
    number = int.from_bytes(chance)
    return "".join(LETTERS[number >> 5 * place & 31] for place in reversed(range(LENGTH)))


def read_code(text: str) -> str | None:
    """Return a typed code in its one form, or None where it cannot be one: case, spaces and hyphens are free."""
    code = re.sub(r"[\s-]", "", text).upper().translate(_LOOK_ALIKES)
    return code if len(code) == LENGTH and set(code) <= set(LETTERS) else None


def group_code(code: str) -> str:
    """Return a code in groups of four, as people read it."""
    return "-".join(code[place : place + GROUP] for place in range(0, LENGTH, GROUP))


def verification_address(site: str, code: str) -> str:
    """Return where a letter with this code is verified."""
    return f"{site.rstrip('/')}{PATH}{group_code(code)}"


def find_codes(content: bytes, most: int = 8) -> tuple[str, ...]:
    """Return the codes that stand in the plain bytes of a file, each once; nothing is parsed or unpacked."""
    found: dict[str, None] = {}
    for match in _PRINTED.finditer(content):
        code = read_code(match[1].replace(rb"\055", b"-").decode("ascii"))
        if code is not None:
            found[code] = None
        if len(found) == most:
            break
    return tuple(found)
