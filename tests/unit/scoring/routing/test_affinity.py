from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from scoring.routing.affinity.expertise import Affinity, Expertise, expertise, measure_affinity
from tests.unit.scoring import demo_round

TERMS = st.frozensets(st.sampled_from("abcdefgh"), max_size=6)
EXPERTISE = st.builds(Expertise, TERMS, TERMS)


def test_affinity_names_the_terms_that_cause_it():
    application = expertise(["hydrogen", "twin", "maritime"], ["2.2", "2.1"])
    evaluator = expertise(["hydrogen", "twin", "storage"], ["2.2"])
    # Jaccard 2/4, overlap 1/1: (1/2 + 1/2) / 1.5
    assert measure_affinity(application, evaluator) == Affinity(
        Fraction(2, 3), ("hydrogen", "twin"), ("2.2",)
    )


def test_an_empty_profile_has_no_affinity():
    assert measure_affinity(expertise(["a"], ["1"]), expertise()) == Affinity(Fraction(0))


def test_the_energy_evaluator_fits_the_energy_application_best():
    row = demo_round.applications()["DEMO-01"]
    application = expertise(row["keywords"], row["ford"])
    scores = {
        each["id"]: measure_affinity(application, expertise(each["keywords"], each["ford"])).score
        for each in demo_round.evaluations()["evaluators"]
    }
    assert max(scores, key=scores.__getitem__) == "EV1"


@given(EXPERTISE, EXPERTISE)
def test_affinity_is_symmetric_and_between_zero_and_one(one, other):
    affinity = measure_affinity(one, other)
    assert affinity == measure_affinity(other, one)
    assert 0 <= affinity.score <= 1


@given(EXPERTISE)
def test_a_full_profile_fits_itself_perfectly(profile):
    whole = bool(profile.keywords) and bool(profile.ford)
    assert (measure_affinity(profile, profile).score == 1) is whole
