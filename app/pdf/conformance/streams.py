"""Streams whose end cannot be mistaken: a carriage return and a line feed before every ``endstream``.

One compressed stream in 256 ends with a carriage return by chance. With the single line feed that the
engine writes after it, a validator may take both for the end of the line and find the stream a byte
short (ISO 19005-3, 6.1.7.1): some letters in a hundred would be refused for no fault of theirs.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

SHORT_END = b"\nendstream"
CLEAR_END = b"\r\nendstream"


@contextlib.contextmanager
def clear_streams() -> Iterator[None]:
    """Write the streams of one finished file with a clear end, each compressed once and not twice.

    The engine asks for the bytes of a stream to write it and again for the identifier of the file.
    """
    from weasyprint.pdf.metadata import pydyf  # noqa: PLC0415 - heavy; the engine's own writer

    plain, written = pydyf.Stream.data, {}

    def write(stream: Any) -> bytes:
        if stream not in written:
            written[stream] = plain.fget(stream).removesuffix(SHORT_END) + CLEAR_END
        return written[stream]

    pydyf.Stream.data = property(write)
    try:
        yield
    finally:
        pydyf.Stream.data = plain
