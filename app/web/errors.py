"""One map from refusals to pages. Refusals carry data; the words are chosen here."""

from __future__ import annotations

from http import HTTPStatus
from math import ceil
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from app.domain.errors import (
    CallNotOpen,
    ConflictOfInterest,
    DeadlinePassed,
    DomainError,
    FileRefused,
    InvalidInput,
    LoginRequired,
    NoReviewInstruction,
    NotFound,
    NotPermitted,
    SamePerson,
    StaleVersion,
    StepNotAllowed,
    TooManyAttempts,
)
from app.logs import get_logger
from app.pdf.client import PaperRefused, RenderFailed
from app.web.binding import now
from app.web.filters import find_url
from app.web.messages import describe

STATUS: dict[type[DomainError], int] = {
    LoginRequired: 401,
    NotPermitted: 403,
    ConflictOfInterest: 403,
    SamePerson: 403,
    NotFound: 404,
    StaleVersion: 409,
    StepNotAllowed: 409,
    CallNotOpen: 409,
    DeadlinePassed: 409,
    NoReviewInstruction: 409,
    InvalidInput: 422,
    FileRefused: 422,
    TooManyAttempts: 429,
}

WORTH_KEEPING = 20
"""Characters from which a typed text is shown again; shorter ones are typed anew sooner than copied."""

_FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
_PAGES = (401, 403, 404, 409, 413, 422, 429, 500, 503)


def status_of(error: DomainError) -> int:
    """Return the HTTP status of a refusal."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 422)


def wants_json() -> bool:
    """Tell whether the request was made by a script of a page that shows the answer itself."""
    return request.accept_mimetypes.best == "application/json" or request.is_json


def respond(status: int, message: str, **context: Any) -> Response:
    """Return the error page, or its JSON form, for a status."""
    if wants_json():
        answer = jsonify({"error": message, "status": status, **context.get("json", {})})
    else:
        page = status if status in _PAGES else _general_page(status)
        answer = make_response(
            render_template(f"errors/{int(page)}.html", message=message, status=status, **context)
        )
    answer.status_code = status
    return answer


def list_typed_texts() -> list[str]:
    """Return the longer texts of a refused form, so that the page of the refusal can give them back.

    Nothing of account pages, where passwords are typed.
    """
    if request.blueprint in {None, "account"} or request.mimetype not in _FORMS:
        return []
    texts = [text.strip() for name, text in request.form.items(multi=True) if name != "csrf_token"]
    return [text for text in texts if len(text) >= WORTH_KEEPING]


def _general_page(status: int) -> int:
    is_ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return HTTPStatus.INTERNAL_SERVER_ERROR if is_ours else HTTPStatus.UNPROCESSABLE_ENTITY


def on_domain_error(error: DomainError) -> Response:
    """Show a refusal in the reader's language."""
    if isinstance(error, LoginRequired):
        return _ask_to_log_in(error)
    status = status_of(error)
    response = respond(status, describe(error), error=error, typed=list_typed_texts())
    if isinstance(error, TooManyAttempts):
        seconds = (error.data["retry_at"] - now()).total_seconds()
        response.headers["Retry-After"] = str(max(1, ceil(seconds)))
    return response


def on_csrf_error(_error: CSRFError) -> Response:
    """Show that the page's key is no longer valid; the text typed is kept by the browser."""
    return _ask_to_log_in(LoginRequired())


def _ask_to_log_in(error: LoginRequired) -> Response:
    """Show the way to the login and from there back to the page on which the person was."""
    login_url = find_url("account.show_login", back=_page_of_request())
    return respond(
        401,
        describe(error),
        error=error,
        login_address=login_url,
        typed=list_typed_texts(),
        json={"login_url": login_url},
    )


def _page_of_request() -> str:
    """Return the address of the page that was asked for, or on which the form stood."""
    if request.method == "GET":
        return request.full_path
    came_from = urlsplit(request.referrer or "")
    return came_from.path if came_from.netloc == request.host else ""


def on_http_error(error: HTTPException) -> Response:
    """Show an HTTP error with a page of our own."""
    if error.code is None or error.code < HTTPStatus.BAD_REQUEST:
        return make_response(error.get_response())
    response = respond(error.code, "", error=None)
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(error.valid_methods or ())
    return response


def on_failed_paper(error: RenderFailed) -> Response:
    """Say that a paper was not made, or was made and is not given out; the log says why."""
    get_logger(__name__).error("paper_failed", path=request.path, reason=error.reason)
    if isinstance(error, PaperRefused):
        told = _("The file breaks its standards and is not given out: %(what)s.", what=error.reason)
    else:
        told = _("The file could not be made. Try again in a moment.")
    return respond(503, told, error=None)


def on_unexpected(error: Exception) -> Response:
    """Log a fault and show the page that says nothing was lost."""
    get_logger(__name__).error("unexpected_error", path=request.path, exc_info=error)
    return respond(500, "", error=None)


def register_errors(app: Flask) -> None:
    """Connect the map to an application."""
    app.register_error_handler(DomainError, on_domain_error)
    app.register_error_handler(CSRFError, on_csrf_error)
    app.register_error_handler(RenderFailed, on_failed_paper)
    app.register_error_handler(HTTPException, on_http_error)
    if not app.testing:
        app.register_error_handler(Exception, on_unexpected)
