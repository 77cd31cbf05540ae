"""Bounds hold whatever the prices are, and never settle a place against a better selection."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scoring.portfolio.bounds import SCALE, bound_at, find_bound, guess_awards, relax, settle
from scoring.portfolio.program import build_program, cents_of
from scoring.portfolio.terms import Rule, Terms
from tests.unit.scoring.portfolio.test_selection import all_allowed, calls

SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=40)


def posed(call):
    """Return the program, its relaxation, and all allowed awards in cents with their value."""
    proposals, terms = call
    program = build_program(proposals, Terms(rule=Rule.MAX_EURO_WEIGHTED_MERIT, **terms))
    relaxation = relax(program, {}, dict(enumerate(program.merit)))
    worths = []
    for awards in all_allowed(proposals, terms):
        cents = [cents_of(award) for award in awards]
        worths.append((sum(program.merit[p] * c for p, c in enumerate(cents)), cents))
    return program, relaxation, worths


@SLOW
@given(calls(most=5, parts=True, largest=6), st.data())
def test_no_selection_is_worth_more_than_a_bound_at_any_prices(call, data):
    _, relaxation, worths = posed(call)
    prices = st.lists(
        st.integers(0, 300 * SCALE), min_size=len(relaxation.rows), max_size=len(relaxation.rows)
    )
    best = max(worth for worth, _ in worths)
    assert bound_at(relaxation, data.draw(prices)).worth >= best * SCALE
    found = find_bound(relaxation)
    assert found is not None
    assert found.worth >= best * SCALE


@SLOW
@given(calls(most=5, parts=True, largest=6), st.data())
def test_a_settled_place_is_so_in_every_better_selection(call, data):
    _, relaxation, worths = posed(call)
    known, _ = data.draw(st.sampled_from(worths))
    bound = find_bound(relaxation)
    states = settle(relaxation, bound, known)
    for worth, cents in worths:
        if worth > known:
            assert all((cents[place] > 0) == funded for place, funded in states.items())


@SLOW
@given(calls(most=8))
def test_a_guess_names_places_that_can_be_funded(call):
    program, relaxation, _ = posed(call)
    guess = guess_awards(relaxation)
    assert guess is None or guess <= {place for place in program.places if program.open[place]}
