"""Acts of the portal, with its own words for refusals."""

from __future__ import annotations

from app.web.acts import Acts
from app.web.funder.words import explain

ACTS = Acts(explain)
act = ACTS.act
act_on_form = ACTS.act_on_form
