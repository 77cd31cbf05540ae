"""Bids: applications without names, and what the evaluator says of each."""

from __future__ import annotations

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.policies.evaluations import may_bid
from app.services.routing import bidding
from app.services.routing.bidding import Bidding, Offer
from app.web.access import requires
from app.web.acts import attempt
from app.web.binding import now, reading
from app.web.evaluator.blueprint import bp
from app.web.expertise_form import LANGUAGES
from app.web.login import current_actor
from app.web.messages import describe
from forms.bid import BidForm
from scoring.routing.bids import Bid


@bp.get("/calls/<uuid:call_id>/bids")
@requires(may_bid, load=bidding.load_bidding)
def list_bids(call: Bidding, call_id: uuid.UUID) -> str:
    """List the applications of a call without names, each with the evaluator's bid."""
    return _page(call)


@bp.post("/calls/<uuid:call_id>/bids/<uuid:application_id>")
@requires(may_bid, load=bidding.load_bidding)
def place_bid(call: Bidding, call_id: uuid.UUID, application_id: uuid.UUID) -> Any:
    """Save one bid, and go back to its place on the list."""
    form = _form_of(application_id)
    if not form.validate():
        return _page(call, form), 422
    bid = Bid(form.bid.data)
    error = attempt(
        lambda session: bidding.place_bid(
            session, call, application_id, bid, current_actor(), now()
        )
    )
    if error is not None:
        flash(describe(error), "error")
    elif bid is Bid.CONFLICT:
        flash(_("The application is closed to you. An officer looks at the conflict."), "success")
    else:
        flash(_("Your answer was saved."), "success")
    anchor = None if bid is Bid.CONFLICT else f"offer-{application_id.hex}"
    page = request.args.get("page", type=int)
    return redirect(url_for("evaluator.list_bids", call_id=call_id, page=page, _anchor=anchor), 303)


def _form_of(application_id: uuid.UUID, bid: Bid | None = None) -> BidForm:
    prefix = f"offer-{application_id.hex}-"
    return BidForm(request.form, prefix=prefix, bid=None if bid is None else bid.value)


def _page(call: Bidding, wrong: BidForm | None = None) -> str:
    number = request.args.get("page", 1, type=int)
    page = bidding.page_offers(reading(), call, number, now())
    return render_template(
        "evaluator/bids_list.html",
        call=call,
        page=page,
        rows=[(offer, _row_form(offer, wrong)) for offer in page.offers],
        form=wrong or BidForm(),
        languages=LANGUAGES,
    )


def _row_form(offer: Offer, wrong: BidForm | None) -> BidForm:
    form = _form_of(offer.id, offer.bid)
    return wrong if wrong is not None and wrong.bid.name == form.bid.name else form
