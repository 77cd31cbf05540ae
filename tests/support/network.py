"""Refuses every connection that would leave this machine."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest


def is_local(address: Any) -> bool:
    """Whether a socket address is a file or a loopback address."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def closed_network() -> Any:
    """Let tests connect to this machine only; any other address raises ConnectionRefusedError."""
    patch = pytest.MonkeyPatch()
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if not is_local(address):
            raise ConnectionRefusedError(f"tests must not connect to {address!r}")
        connect(self, address)

    patch.setattr(socket.socket, "connect", guarded)
    yield
    patch.undo()
