"""What the steering group cannot work out before decisions, and what a decided round shows it."""

from __future__ import annotations

import csv
import io
import json
import uuid
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from app.domain.lifecycle import ApplicationState, DecisionState
from app.models import Application, Decision, User
from app.queries.steering import FEWEST_IN_GROUP, Portion, RoundFigures, list_rounds
from calls.load import PACKAGED
from tests.builders.rounds import DATA
from tests.web.funder_round import NOW, FunderRound

EUROS = ("applied", "proposed", "granted")
REGISTERS = PACKAGED.parent / "registers"


@st.composite
def rounds(draw: st.DrawFn) -> RoundFigures:
    """Draw a round before its decisions: a few applications in a few regions."""
    portions = []
    for _number in range(draw(st.integers(0, 12))):
        applied = Decimal(draw(st.integers(1, 500_000)))
        is_selected = draw(st.booleans())
        is_granted = is_selected and draw(st.booleans())
        portions.append(
            Portion(
                uuid.uuid4(),
                draw(st.sampled_from([ApplicationState.SELECTED, ApplicationState.WITHDRAWN])),
                draw(st.sampled_from(["06", "08", "19"])),
                "T1",
                applied,
                applied if is_selected else Decimal(0),
                applied if is_granted else Decimal(0),
                False,
                None,
            )
        )
    return RoundFigures(tuple(portions), {}, {}, {})


def behind(figures: RoundFigures, name: str, region: str | None = None) -> int:
    """Count the applications behind a sum."""
    return sum(
        1
        for each in figures.active
        if (region is None or each.region == region)
        and (name == "applied" or getattr(each, name) > 0)
    )


@given(rounds())
def test_no_sum_and_no_difference_is_made_of_one_or_two_applications(figures: RoundFigures) -> None:
    groups = figures.by_region
    for name in EUROS:
        whole = getattr(figures.sums, name)
        assert (whole is None) == (0 < behind(figures, name) < FEWEST_IN_GROUP)
        shown = [each for each in groups if getattr(each, name) is not None]
        counts = [behind(figures, name, each.key) for each in shown]
        assert [count for count in counts if 0 < count < FEWEST_IN_GROUP] == []
        rest = behind(figures, name) - sum(counts)
        is_whole_shown = whole is not None and len(shown) < len(groups)
        assert not (is_whole_shown and 0 < rest < FEWEST_IN_GROUP)


@given(rounds())
def test_what_is_shown_is_the_true_sum(figures: RoundFigures) -> None:
    for group in figures.by_region:
        for name in EUROS:
            shown = getattr(group, name)
            true = sum(
                (getattr(each, name) for each in figures.active if each.region == group.key),
                Decimal(0),
            )
            assert shown is None or shown == true


def read_csv(opened: FunderRound) -> list[dict[str, str]]:
    """Return the rows of the export."""
    client = opened.log_in("ohjausryhma", "en")
    body = client.get(f"/steering/rounds/{opened.call_id}.csv").response.get_data(as_text=True)
    return list(csv.DictReader(io.StringIO(body.removeprefix("\ufeff")), delimiter=";"))


def withdraw_all_but(opened: FunderRound, count: int) -> None:
    """Leave so many applications in the round."""
    with opened.tools.database.unit_of_work() as session:
        rows = session.scalars(sa.select(Application).order_by(Application.submitted_at)).all()
        ids = [each.id for each in rows[count:]]
        session.execute(
            sa.update(Application)
            .where(Application.id.in_(ids))
            .values({"state": ApplicationState.WITHDRAWN, "withdrawn_at": NOW})
        )


def test_a_round_of_two_shows_no_euros_at_all(submitted: FunderRound) -> None:
    withdraw_all_but(submitted, 2)
    client = submitted.log_in("ohjausryhma", "en")
    rows = read_csv(submitted)
    assert [row for row in rows if row["support_applied"]] == []
    with submitted.tools.database.reading() as session:
        supports = session.scalars(sa.select(Application.support_applied)).all()
        (line,) = list_rounds(session)
    assert (line.applications, line.applied) == (2, None)
    texts = [
        client.get(path).response.get_data(as_text=True).replace("\N{NO-BREAK SPACE}", "")
        for path in ("/steering/", f"/steering/rounds/{submitted.call_id}")
    ]
    told = [f"{support:,.0f}" for support in supports if support]
    assert [each for each in told for text in texts if each in text] == []


def test_list_and_page_leave_withdrawn_applications_out_alike(submitted: FunderRound) -> None:
    """Otherwise the difference of the two sums is what one applicant asked for."""
    withdraw_all_but(submitted, 11)
    with submitted.tools.database.reading() as session:
        (line,) = list_rounds(session)
    whole = next(row for row in read_csv(submitted) if row["group"] == "all")
    assert (str(line.applications), f"{line.applied}") == (
        whole["applications"],
        whole["support_applied"].replace(",", "."),
    )


def decide(opened: FunderRound, refused: str) -> dict[str, Decimal]:
    """Serve a grant of what was applied for to every application but one; return the grants."""
    granted: dict[str, Decimal] = {}
    with opened.tools.database.unit_of_work() as session:
        email = "ratkaisija@innoverkko.example"
        approver = session.scalars(sa.select(User.id).where(User.email == email)).one()
        for application in session.scalars(sa.select(Application)):
            is_grant = application.acronym != refused
            support = application.support_applied or Decimal(0)
            session.add(
                Decision(
                    application_id=application.id,
                    call_id=application.call_id,
                    number=1,
                    kind="grant" if is_grant else "reject_threshold",
                    state=DecisionState.SERVED,
                    language="fi",
                    support=support if is_grant else Decimal(0),
                    content_sha256="0" * 64,
                    pdf_sha256="0" * 64,
                    presenter_id=application.created_by,
                    presented_at=NOW,
                    approver_id=approver,
                    approved_at=NOW,
                    served_at=NOW,
                    created_at=NOW,
                )
            )
            if is_grant:
                granted[application.acronym] = support
    return granted


def own_tracking(supports: dict[str, Decimal]) -> dict[str, Decimal]:
    """Compute the tracked euros from the files alone: no code of the project takes part."""
    with (REGISTERS / "intervention_fields.csv").open(encoding="utf-8", newline="") as file:
        coefficients = {
            row["code"]: (
                row["climate_coeff_pct"],
                row["environment_coeff_pct"],
                row["digital_coeff_pct"],
            )
            for row in csv.DictReader(file)
        }
    given_file = json.loads((DATA / "demo_applications.json").read_text(encoding="utf-8"))
    totals = dict.fromkeys(("climate", "environment", "digital"), Decimal(0))
    for each in given_file["applications"]:
        support = supports.get(each["acronym"], Decimal(0))
        for place, name in enumerate(totals):
            euros = sum(
                Fraction(support)
                * Fraction(str(share))
                * Fraction(coefficients[code][place])
                / 10_000
                for code, share in each["intervention_fields"]
            )
            exact = Decimal(euros.numerator) / Decimal(euros.denominator)
            totals[name] += exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return totals


def test_tracked_shares_of_a_decided_round_are_those_computed_by_hand(ranked: FunderRound) -> None:
    with ranked.tools.database.reading() as session:
        rows = session.execute(sa.select(Application.acronym, Application.support_applied)).all()
    applied = {row.acronym: row.support_applied or Decimal(0) for row in rows}
    granted = decide(ranked, rows[0].acronym)
    tracked = {row["key"]: row for row in read_csv(ranked) if row["group"] == "tracked"}
    for column, supports in (("support_applied", applied), ("support_granted", granted)):
        shown = {key: Decimal(row[column].replace(",", ".")) for key, row in tracked.items()}
        assert shown == own_tracking(supports)
    page = ranked.log_in("ohjausryhma", "en").get(f"/steering/rounds/{ranked.call_id}")
    share = own_tracking(granted)["climate"] / sum(granted.values()) * 100
    shown_share = f"({share.quantize(Decimal('0.1'), ROUND_HALF_UP)}%)"
    assert shown_share in " ".join(page.texts("main td")).replace("\N{NO-BREAK SPACE}", "")


def test_a_decided_round_hides_nothing(ranked: FunderRound) -> None:
    decide(ranked, "")
    rows = [row for row in read_csv(ranked) if row["group"] in {"all", "region", "theme"}]
    assert [row for row in rows if not row["support_applied"]] == []
