"""Headers and cookies: a strict content policy with a nonce, and no caching of personal pages."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request


def csp_nonce() -> str:
    """Return the nonce of this response for script elements."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    nonce: str = g.csp_nonce
    return nonce


def allow_own_frames() -> None:
    """Let the page of this response show documents of this site in a frame."""
    g.has_own_frames = True


def add_headers(response: Response) -> Response:
    """Add the security headers to a response."""
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        f"script-src 'self' 'nonce-{csp_nonce()}'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; manifest-src 'self'"
        + ("; frame-src 'self'" if g.get("has_own_frames") else "")
    )
    headers = response.headers
    headers.setdefault("Content-Security-Policy", policy)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
    if request.is_secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if request.endpoint != "static":
        headers.setdefault("Cache-Control", "no-store")
    return response


def refuse_cross_site() -> None:
    """Refuse a changing request that a browser marks as coming from another site."""
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        abort(403)


def is_local_address(address: str) -> bool:
    """Tell whether an address to return to stays on this site."""
    parts = urlsplit(address)
    return (
        address.startswith("/")
        and not address.startswith(("//", "/\\"))
        and not parts.scheme
        and not parts.netloc
    )


def register_security(app: Flask) -> None:
    """Connect headers and the cross-site check to an application."""
    app.before_request(refuse_cross_site)
    app.after_request(add_headers)
    app.jinja_env.globals["csp_nonce"] = csp_nonce
