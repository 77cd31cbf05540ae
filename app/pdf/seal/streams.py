"""Streams of the seal whose end cannot be mistaken, as in ``app/pdf/conformance/streams.py``.

The table of places that a seal adds is binary: one in 256 ends with a carriage return by chance, and a
validator takes it and the line feed after it for one end of line (ISO 19005-3, 6.1.7.1).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from pyhanko.pdf_utils.generic import StreamObject

from app.pdf.conformance.streams import CLEAR_END, SHORT_END


@contextlib.contextmanager
def clear_added_streams() -> Iterator[None]:
    """Let pyHanko write a carriage return and a line feed before every ``endstream``."""
    plain = StreamObject.write_to_stream

    def write(self: Any, stream: Any, *arguments: Any, **options: Any) -> None:
        written = BytesIO()
        plain(self, written, *arguments, **options)
        stream.write(written.getvalue().removesuffix(SHORT_END) + CLEAR_END)

    # There is no setting for it, so the writer is exchanged for as long as a seal is written.
    StreamObject.write_to_stream = write  # type: ignore[method-assign]
    try:
        yield
    finally:
        StreamObject.write_to_stream = plain  # type: ignore[method-assign]
