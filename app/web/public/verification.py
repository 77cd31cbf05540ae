"""Is a letter genuine? Anybody may ask, by its code or with the file; no file is kept, nothing unserved is told."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from app.domain.verification import group_code, read_code
from app.queries.verification import VerifiedLetter, find_letter, judge_file
from app.services.account.throttles import VERIFICATION, count_attempt
from app.web.access import everyone, requires
from app.web.binding import now, reading, unit_of_work
from app.web.public.blueprint import bp
from forms.verification import LetterCodeForm, LetterFileForm

LIMIT_BYTES = 500 * 1024
"""More than any letter; up to this size an upload is held in memory and touches no disk."""

OUTCOMES = {
    "grant": _l("Support is granted"),
    "grant_reduced": _l("Support is granted in part"),
    "amendment": _l("The decision is amended"),
    "rectification_decision": _l("The decision is amended"),
}
LEVELS = {
    "B-B": _l("Sealed with the certificate of the authority (PAdES B-B)"),
    "B-T": _l("Sealed, with the time proven by a timestamping service (PAdES B-T)"),
    "B-LT": _l("Sealed for long keeping, with timestamp and proof of validity (PAdES B-LT)"),
}


@bp.url_value_preprocessor
def limit_upload(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Refuse a large upload before any of it is read."""
    if endpoint == "public.check_letter":
        request.max_content_length = LIMIT_BYTES


@bp.get("/v")
@requires(everyone)
def show_verification(language: str) -> str | Response:
    """Show the two ways to ask; a typed code leads to the page of its letter."""
    typed = request.args.get("code", "").strip()
    if typed:
        code = read_code(typed)
        target = group_code(code) if code else typed[:40].replace("/", "-")
        return redirect(url_for(".show_letter", language=language, letter_code=target), code=303)
    return _page(language)


@bp.get("/v/<letter_code>")
@requires(everyone)
def show_letter(language: str, letter_code: str) -> str | tuple[str, int]:
    """Show what is public of a letter; of every code that names none the answer is the same."""
    code = read_code(letter_code)
    letter = find_letter(reading(), code) if code else None
    if letter is None:
        _count_question()
        return _page(language, is_unknown=True), 404
    return _page(language, letter)


@bp.post("/v")
@requires(everyone)
def check_letter(language: str) -> str | tuple[str, int]:
    """Tell what an uploaded file is; it is looked at in memory and forgotten."""
    form = LetterFileForm(request.files)
    sent = request.files.get("file")
    content = sent.read(LIMIT_BYTES + 1) if sent else b""
    if not content:
        form.file.errors = [_("Choose a file")]
        return _page(language, form=form), 422
    _count_question()
    verdict, letter = judge_file(reading(), content)
    return _page(language, letter, verdict=verdict)


def _count_question() -> None:
    """Count an upload, or a code that names no letter, for the network address that asks."""
    with unit_of_work() as session:
        count_attempt(session, VERIFICATION, request.remote_addr or "", now())


def _page(
    language: str,
    letter: VerifiedLetter | None = None,
    *,
    form: LetterFileForm | None = None,
    **shown: Any,
) -> str:
    return render_template(
        "public/letter_verify.html",
        language=language,
        letter=letter,
        file_form=form or LetterFileForm(),
        code_form=LetterCodeForm(),
        outcomes=OUTCOMES,
        levels=LEVELS,
        group_code=group_code,
        **shown,
    )
