"""Lots that anyone can draw again."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.lottery import (
    VERIFIER,
    CommitmentBroken,
    InvalidChances,
    InvalidSource,
    SeedTooShort,
    commit_secret,
    draw_order,
    hash_list,
    linear_lottery,
    reveal_seed,
    rfc3797_key,
    rfc3797_select,
    systematic_sample,
)
from scoring.votes import tabulate
from tests.unit.scoring.mock_votes import panel

SEED = hashlib.sha256(b"innoverkko-test-vector-1").digest()
IDS = [f"A-{number:03}" for number in range(1, 9)]

chances_of = st.lists(
    st.fractions(min_value=0, max_value=1, max_denominator=20), min_size=1, max_size=12
)


def merits(votes):
    table = tabulate(votes)
    return {name: (mean - 1) / 5 for name, mean in zip(table.proposals, table.means(), strict=True)}


def test_the_vector_of_rfc_3797():
    key = rfc3797_key([[9319], [2, 5, 12, 8, 10], [9, 18, 26, 34, 41, 45]])
    assert key == "9319./2.5.8.10.12./9.18.26.34.41.45./"
    picks = rfc3797_select(key, 25, 10)
    assert [pick.number for pick in picks] == [17, 7, 2, 16, 25, 23, 8, 24, 19, 13]
    assert picks[0].digest == "990DD0A5692A029A98B5E01AA28F3459"


def test_names_in_sources_of_rfc_3797_are_sorted_capitals():
    assert rfc3797_key([["beta", "Alpha"]]) == "ALPHA.BETA./"
    with pytest.raises(InvalidSource):
        rfc3797_key([["a b"]])


def test_the_vector_of_the_order():
    assert SEED.hex() == "9e6fef44be8673bbd96d4841b6998672df41f6f2450bbaef67961379b63994b8"
    assert commit_secret(SEED) == (
        "121013447c5caa87051bb3ff211a0e94102159016713ceb72b1824bdc7d44862"
    )
    order = [lot.id for lot in draw_order("CALL-2025-01", reversed(IDS), SEED).lots]
    assert order == [f"A-{each:03}" for each in (3, 7, 2, 5, 1, 6, 4, 8)]


def test_a_draw_needs_the_committed_secret_and_the_public_value():
    secret = bytes(range(32))
    commitment = commit_secret(secret)
    seed = reveal_seed(secret, commitment, b"round 123")
    assert seed == hashlib.sha256(secret + b"round 123").digest()
    assert reveal_seed(secret, commitment.upper(), b"") != seed
    with pytest.raises(CommitmentBroken):
        reveal_seed(bytes(32), commitment, b"round 123")
    with pytest.raises(SeedTooShort):
        commit_secret(b"short")
    with pytest.raises(SeedTooShort):
        draw_order("call", IDS, b"short")


def test_the_printed_script_draws_the_same_order(tmp_path):
    secret = bytes(range(32))
    script = tmp_path / "verify.py"
    script.write_text(VERIFIER, encoding="utf-8")
    result = subprocess.run(
        [sys.executable, script, "CALL", secret.hex(), "value 1", commit_secret(secret)],
        input="\n".join(IDS), capture_output=True, text=True, check=True,
    )  # fmt: skip
    draw = draw_order("CALL", IDS, reveal_seed(secret, commit_secret(secret), b"value 1"))
    assert result.stdout.splitlines() == [
        f"{lot.position} {lot.id} {lot.digest}" for lot in draw.lots
    ]


def test_the_hash_of_a_list_forgets_its_order():
    assert hash_list(IDS) == hash_list(reversed(IDS))
    assert hash_list(IDS) != hash_list(IDS[1:])


def test_one_tick_of_one_vote_moves_no_chance_by_a_fifth():
    votes = panel("1")
    base = linear_lottery(merits(votes), 5, reviews=5)
    worst = Fraction(0)
    for place, vote in enumerate(votes):
        for step in (-1, 1):
            if 1 <= vote.grade + step <= 6:
                changed = [*votes[:place], replace(vote, grade=vote.grade + step)]
                edited = linear_lottery(merits([*changed, *votes[place + 1 :]]), 5, reviews=5)
                worst = max(worst, *(abs(edited[name] - base[name]) for name in base))
    assert worst == Fraction(1, 11)


@given(chances_of, st.data())
def test_a_linear_lottery_fills_its_places_and_follows_merit(values, data):
    named = {f"A{place}": value for place, value in enumerate(values)}
    places = data.draw(st.integers(0, len(values)))
    slope = data.draw(st.fractions(min_value=0, max_value=9, max_denominator=4))
    chances = linear_lottery(named, places, slope, reviews=3)
    assert sum(chances.values()) == places
    for one, merit in named.items():
        assert 0 <= chances[one] <= 1
        assert all(chances[one] >= chances[other] for other in named if merit >= named[other])


@given(chances_of, st.data())
def test_systematic_sampling_takes_exactly_as_many_as_there_are_places(values, data):
    named = {f"A{place}": value for place, value in enumerate(values)}
    places = data.draw(st.integers(0, len(values)))
    chances = linear_lottery(named, places, Fraction(3))
    chosen = systematic_sample("call", chances, SEED)
    assert len(chosen) == len(set(chosen)) == places
    assert {name for name, chance in chances.items() if chance == 1} <= set(chosen)
    assert not {name for name, chance in chances.items() if chance == 0} & set(chosen)


def test_systematic_sampling_gives_everybody_the_promised_chance():
    chances = {"A": Fraction(1, 2), "B": Fraction(9, 10), "C": Fraction(1, 5), "D": Fraction(2, 5)}
    rounds = 4_000
    seeds = (hashlib.sha256(str(each).encode()).digest() for each in range(rounds))
    counts = dict.fromkeys(chances, 0)
    for seed in seeds:
        for name in systematic_sample("call", chances, seed):
            counts[name] += 1
    for name, chance in chances.items():
        assert counts[name] / rounds == pytest.approx(float(chance), abs=0.03)


def test_impossible_chances_are_refused():
    with pytest.raises(InvalidChances):
        linear_lottery({"A": Fraction(2)}, 1)
    with pytest.raises(InvalidChances):
        linear_lottery({"A": Fraction(1)}, 2)
    with pytest.raises(InvalidChances):
        systematic_sample("call", {"A": Fraction(1, 2)}, SEED)
    assert linear_lottery({}, 0) == {}
