"""Pages are compressed on the way, but only for a reader who came from this site or typed the address.

Compression tells the length of a page apart by what it repeats. Another site could make a browser ask
for a page with guesses in the address and learn from the encrypted length what stands on it (BREACH).
Browsers mark such requests ``Sec-Fetch-Site: cross-site`` or ``same-site``; those, and requests
without the mark, get the page as it is. The CSRF token is no constant either: its signature changes
every second. Streams and files are left alone, and a proxy before this must not compress pages.
"""

from __future__ import annotations

import gzip
from typing import Final

import brotli
from flask import Flask, Response, request

SMALLEST: Final = 1_000
"""Below this many bytes a page fits into one packet anyway."""
TRUSTED_SOURCES: Final = frozenset({"same-origin", "none"})
BROTLI_QUALITY: Final = 4
GZIP_LEVEL: Final = 4


def compress_page(response: Response) -> Response:
    """Compress a page in the form that the browser likes best."""
    if response.mimetype != "text/html" or response.is_streamed or response.direct_passthrough:
        return response
    response.vary.update(("Accept-Encoding", "Sec-Fetch-Site"))
    if request.headers.get("Sec-Fetch-Site") not in TRUSTED_SOURCES:
        return response
    encoding = request.accept_encodings.best_match(("br", "gzip"))
    content = response.get_data()
    if encoding is None or len(content) < SMALLEST:
        return response
    if encoding == "br":
        response.set_data(brotli.compress(content, quality=BROTLI_QUALITY))
    else:
        response.set_data(gzip.compress(content, compresslevel=GZIP_LEVEL, mtime=0))
    response.content_encoding = encoding
    return response


def register_compression(app: Flask) -> None:
    """Connect to an application, before all else that looks at responses: the last to act is the first here."""
    app.after_request(compress_page)
