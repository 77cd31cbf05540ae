"""Addresses that are the same for every reader: built once, because every page names a dozen of them."""

from __future__ import annotations

from typing import Any, Final

from flask import current_app, has_request_context, request, url_for

_MOST_HELD: Final = 2_000
_KEY: Final = "innoverkko-addresses"


def address_of(endpoint: str, **values: Any) -> str:
    """Return the address of an endpoint; like ``url_for``, for values that do not come from the reader.

    Raises:
        BuildError: where there is no such page.
    """
    if not has_request_context():
        return url_for(endpoint, **values)
    held: dict[Any, str] = current_app.extensions.setdefault(_KEY, {})
    key = (request.root_path, endpoint, *values.items())
    address = held.get(key)
    if address is None:
        if len(held) >= _MOST_HELD:
            held.clear()
        address = held[key] = url_for(endpoint, **values)
    return address
