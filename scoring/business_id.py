"""Finnish business IDs (Y-tunnus): seven digits, a hyphen and a check digit.

A valid check digit does not prove that the organisation exists; it only finds typing errors.
"""

from __future__ import annotations

from stdnum.exceptions import ValidationError
from stdnum.fi import ytunnus


class InvalidBusinessId(ValueError):
    """The text is not a Finnish business ID, or its check digit is wrong."""

    def __init__(self, text: str) -> None:
        super().__init__(f"{text!r} is not a valid business ID")
        self.text = text


def is_valid_business_id(text: str) -> bool:
    """Tell whether ``text`` is a business ID with a correct check digit, however it is spaced."""
    return find_business_id(text) is not None


def format_business_id(text: str) -> str:
    """Return the business ID as ``1234567-8``; raises ``InvalidBusinessId``."""
    found = find_business_id(text)
    if found is None:
        raise InvalidBusinessId(text)
    return found


def find_business_id(text: str) -> str | None:
    """Return the business ID as ``1234567-8``, or ``None`` if ``text`` is not one."""
    try:
        return str(ytunnus.format(ytunnus.validate(text)))
    except ValidationError:
        return None
