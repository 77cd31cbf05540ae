"""What must hold whatever the votes are."""

from __future__ import annotations

import random
import time
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.uncertainty.priors import Prior
from scoring.uncertainty.ranking import (
    Options,
    VotesOffScale,
    probability_under_rule,
    rank_with_doubt,
)
from scoring.uncertainty.sensitivity import bootstrap_top, leave_one_out
from scoring.votes import (
    AssessorInTwoPanels,
    DuplicateVote,
    Identity,
    NoVotes,
    ProposalInTwoPanels,
    Vote,
)
from tests.unit.scoring.mock_votes import everyone, panel, random_votes, votes_of

SNSF = Options(prior=Prior.SNSF2022, fundable=3, draws=500)
BOTH = pytest.mark.parametrize("prior", list(Prior))


def ranks(votes, options=SNSF):
    return {row.proposal: row.expected_rank for row in rank_with_doubt(votes, options).rows}


@st.composite
def complete_panels(draw):
    """Panels in which everybody grades everything, and not everything alike."""
    proposals, assessors = draw(st.integers(3, 7)), draw(st.integers(2, 4))
    grades = st.lists(st.integers(1, 6), min_size=assessors, max_size=assessors)
    rows = draw(
        st.lists(grades, min_size=proposals, max_size=proposals).filter(
            lambda rows: len({grade for row in rows for grade in row}) > 1
        )
    )
    return votes_of(
        {f"P{i}": {f"E{j}": grade for j, grade in enumerate(row)} for i, row in enumerate(rows)}
    )


@BOTH
def test_expected_ranks_add_up(prior):
    for votes in (panel("1"), panel("3"), random_votes(20, 6, 2)):
        found = ranks(votes, Options(prior=prior, draws=500))
        assert sum(found.values()) == pytest.approx(len(found) * (len(found) + 1) / 2, abs=1e-6)


@BOTH
def test_equal_applications_are_exactly_equal(prior):
    found = ranks(panel("1"), Options(prior=prior, draws=500))
    assert found["2"] == pytest.approx(found["3"], abs=1e-9)
    assert found["3"] == pytest.approx(found["4"], abs=1e-9)
    assert found["13"] == pytest.approx(found["14"], abs=1e-9)


@BOTH
def test_order_and_names_of_votes_change_nothing(prior):
    options = Options(prior=prior, fundable=6, draws=1_000)
    votes = random_votes(14, 5, 3)
    first = rank_with_doubt(votes, options)
    shuffled = list(votes)
    random.Random(7).shuffle(shuffled)  # noqa: S311 - an order, not a secret
    renamed = [
        Vote(f"x{9 * int(v.proposal[1:]) % 23}", f"y{3 * int(v.assessor[1:]) % 7}", v.grade)
        for v in shuffled
    ]
    again = rank_with_doubt(renamed, options)
    for row in first.rows:
        other = again.row(f"x{9 * int(row.proposal[1:]) % 23}")
        assert other.expected_rank == pytest.approx(row.expected_rank, abs=1e-9)
        assert other.quality == pytest.approx(row.quality, abs=1e-9)
        assert other.funding_probability == pytest.approx(row.funding_probability, abs=1e-9)
        assert (other.rank_half, other.group) == (row.rank_half, row.group)


@BOTH
def test_a_constant_added_to_all_votes_changes_nothing(prior):
    options = Options(prior=prior, draws=500)
    votes = random_votes(14, 5, 3)
    moved = [replace(vote, grade=vote.grade + Fraction(17, 3)) for vote in votes]
    assert ranks(moved, options) == pytest.approx(ranks(votes, options), abs=1e-9)


def test_another_scale_with_its_unit_gives_the_same_ranks():
    votes = random_votes(14, 5, 3)
    wider = [replace(vote, grade=vote.grade * 20) for vote in votes]
    found = rank_with_doubt(wider, replace(SNSF, unit=Fraction(20)))
    base = rank_with_doubt(votes, SNSF)
    assert [row.proposal for row in found.rows] == [row.proposal for row in base.rows]
    assert found.rows[0].expected_rank == pytest.approx(base.rows[0].expected_rank, abs=1e-9)
    assert found.rows[0].quality == pytest.approx(20 * base.rows[0].quality, abs=1e-9)
    with pytest.raises(VotesOffScale):
        rank_with_doubt(wider, SNSF)


@settings(max_examples=25, deadline=None)
@given(complete_panels(), st.data())
def test_raising_a_vote_never_worsens_the_rank(votes, data):
    place = data.draw(st.integers(0, len(votes) - 1))
    vote = votes[place]
    higher = [*votes[:place], replace(vote, grade=vote.grade + 1), *votes[place + 1 :]]

    def position(found):
        own = found[vote.proposal]
        return sum(other < own - 1e-9 for other in found.values())

    assert position(ranks(higher)) <= position(ranks(votes))


@settings(max_examples=15, deadline=None)
@given(complete_panels())
def test_figures_of_any_panel_are_possible(votes):
    for prior in Prior:
        found = rank_with_doubt(votes, replace(SNSF, prior=prior))
        size = len(found.rows)
        assert sum(row.expected_rank for row in found.rows) == pytest.approx(size * (size + 1) / 2)
        assert all(1 <= row.expected_rank <= size for row in found.rows)
        assert all(sum(row.rankogram) == pytest.approx(1) for row in found.rows)
        assert sum(row.funding_probability for row in found.rows) == pytest.approx(3)


def test_votes_that_all_agree_still_have_a_ranking():
    votes = votes_of({f"P{i}": {"A": i, "B": i, "C": i} for i in range(1, 6)})
    assert [row.proposal for row in rank_with_doubt(votes, SNSF).rows] == [
        "P5", "P4", "P3", "P2", "P1",
    ]  # fmt: skip
    alike = votes_of({f"P{i}": {"A": 4, "B": 4} for i in range(1, 6)})
    assert list(ranks(alike).values()) == pytest.approx([3.0] * 5)


def test_strangers_under_one_name_are_refused_or_told_apart():
    votes = [replace(vote, assessor=str((int(vote.assessor) - 1) % 10 + 1)) for vote in everyone()]
    shared = [replace(vote, assessor=str((int(vote.assessor) - 1) % 5 + 1)) for vote in votes]
    with pytest.raises(AssessorInTwoPanels):
        rank_with_doubt(shared, SNSF)
    apart = rank_with_doubt(shared, replace(SNSF, identity=Identity.BY_PANEL))
    assert len(apart.evaluators) == 10
    together = rank_with_doubt(shared, replace(SNSF, identity=Identity.GLOBAL))
    assert len(together.evaluators) == 5
    assert apart.rows[0].expected_rank != pytest.approx(together.rows[0].expected_rank, abs=1e-3)


def test_votes_that_make_no_sense_are_refused():
    vote = Vote("P", "E", Fraction(3), "a")
    with pytest.raises(NoVotes):
        rank_with_doubt([])
    with pytest.raises(DuplicateVote):
        rank_with_doubt([vote, replace(vote, grade=Fraction(4))])
    with pytest.raises(ProposalInTwoPanels):
        rank_with_doubt([vote, replace(vote, assessor="F", panel="b")])


def test_the_bootstrap_of_evaluators_is_the_published_one():
    found = bootstrap_top(panel("1"), 5)
    expected = [0.995, 0.773, 0.954, 0.725, 0.735, 0.316, 0.127, 0.292, 0.045, 0.038]
    assert [found[str(each)] for each in range(1, 11)] == pytest.approx(expected, abs=0.015)
    assert sum(found.values()) == pytest.approx(5)


def test_leaving_out_an_evaluator_is_the_ranking_without_the_votes():
    votes = panel("3")
    without = next(each for each in leave_one_out(votes, SNSF) if each.assessor.id == "15")
    rest = [vote for vote in votes if vote.assessor != "15"]
    assert {s.proposal: s.expected_rank for s in without.shifts} == ranks(rest)
    assert without.largest > 0
    assert without.dropped == ()


def test_a_funding_rule_of_the_best_gives_the_chances_of_the_ranks():
    votes = panel("1")
    found = probability_under_rule(votes, lambda order: order[:5], SNSF, draws=4_000)
    rows = rank_with_doubt(votes, Options(prior=Prior.SNSF2022, fundable=5)).rows
    for row in rows:
        assert found[row.proposal] == pytest.approx(row.funding_probability, abs=0.035)


@BOTH
def test_five_hundred_applications_take_about_a_second(prior):
    votes = random_votes(500, 80, 4)
    start = time.process_time()
    found = rank_with_doubt(votes, Options(prior=prior, fundable=150))
    used = time.process_time() - start
    assert found.accuracy < 1e-3
    # The target is one second on an idle machine; a test must also pass on a busy one.
    assert used < 6
