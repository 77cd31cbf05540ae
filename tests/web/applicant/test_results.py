"""One's own scores: after the decision has been served, with anchors and comments, without names."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from app.models import (
    Consensus,
    Evaluation,
    EvaluatorProfile,
    Score,
)
from calls.scoring_rules import to_rubric
from tests.support import applicants
from tests.web.applicant.addressing import address
from tests.web.applicant.test_decisions import add_decision

CODES = ("EV77", "EV78")
COMMENT = "Näyttö on koottu kahdesta lähteestä."


@pytest.fixture
def scored(database, complete, call_id, clock, definition):
    """Give the application two locked score sheets and a settled consensus."""
    rubric = to_rubric(definition)
    for number, code in enumerate(CODES):
        person = applicants.add_person(database, f"zq-{code.lower()}@example.org", clock())
        with database.unit_of_work() as session:
            session.add(EvaluatorProfile(user_id=person.user_id, code=code, languages=["fi"]))
            session.flush()
            session.add(
                Evaluation(
                    call_id=call_id,
                    application_id=complete,
                    evaluator_id=person.user_id,
                    state="locked",
                    proposed_at=clock(),
                    declared_at=clock(),
                    submitted_at=clock(),
                    total_hundredths=6000,
                    scores=[
                        Score(
                            criterion_id=name, ticks=2 + number, comment=COMMENT, changed_at=clock()
                        )
                        for name in rubric.criterion_ids
                    ],
                )
            )
    with database.unit_of_work() as session:
        session.add(
            Consensus(
                application_id=complete,
                scores={name: str(Fraction(5, 2)) for name in rubric.criterion_ids},
                comments={"C1": "Yhteinen perustelu."},
                total_hundredths=6000,
                written_at=clock(),
                settled_at=clock(),
            )
        )
    return complete


def test_scores_open_with_the_served_decision_and_name_nobody(
    app, database, client, scored, call_id, clock, definition
):
    add_decision(app, database, scored, call_id, "served", clock)
    page = client.get(address(scored, "/decision"))
    page = client.get(str(page.soup.select_one('main a[href$="/result"]')["href"]))
    (text,) = page.texts("main")
    criteria = definition.rubric.criteria
    assert len(page.soup.select("section.app-card")) == len(criteria)
    assert len(page.rows()) == len(CODES)
    assert COMMENT in text
    assert "Yhteinen perustelu." in text
    anchor = criteria[0].find_anchor(Decimal(2))
    assert anchor["en"] in text or anchor["fi"] in text
    assert not any(code.lower() in page.response.text.lower() for code in CODES)


def test_scores_stay_closed_before_the_decision_is_served(
    app, database, client, scored, call_id, clock
):
    client.get(address(scored, "/result"), status=404)
    add_decision(app, database, scored, call_id, "signed", clock)
    client.get(address(scored, "/result"), status=404)


def test_scores_of_another_applicant_stay_closed(app, database, scored, call_id, clock):
    add_decision(app, database, scored, call_id, "served", clock)
    stranger = applicants.add_person(database, "vieras@example.org", clock())
    other = applicants.client_of(app, stranger, clock())
    other.get(address(scored, "/result"), status=403)
