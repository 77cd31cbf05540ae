"""What a public service tells about itself: contact, accessibility, privacy."""

from __future__ import annotations

from flask import render_template

from app.domain.times import local_date
from app.queries.calls import CallPhase, list_published_calls
from app.web.access import everyone, requires
from app.web.binding import now, reading, tools
from app.web.public.blueprint import bp


@bp.get("/contact")
@requires(everyone)
def show_contact(language: str) -> str:
    """Show where to ask: the question logs of open calls and the registries of the authorities."""
    calls = [
        each for each in list_published_calls(reading()) if each.phase(now()) is CallPhase.OPEN
    ]
    bodies = tools().registers.list_authorities(local_date(now()))
    granting = [body for body in bodies if body.kind in {"state_centre", "regional_council"}]
    return render_template(
        "public/contact_show.html", language=language, calls=calls, bodies=granting
    )


@bp.get("/accessibility")
@requires(everyone)
def show_accessibility(language: str) -> str:
    """Show the accessibility statement (Act 306/2019)."""
    return render_template("public/accessibility_show.html", language=language)


@bp.get("/privacy")
@requires(everyone)
def show_privacy(language: str) -> str:
    """Show how personal data are used (GDPR Art. 13)."""
    settings = tools().settings
    return render_template(
        "public/privacy_show.html",
        language=language,
        session_hours=settings.session_hours,
        idle_minutes=settings.session_idle_minutes,
    )
