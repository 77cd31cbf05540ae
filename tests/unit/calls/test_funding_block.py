"""The funding block of a call: ceilings say what they are about, and how much."""

from __future__ import annotations

import pytest

from calls.check_funding import check_funding
from calls.funding import FundingCap, FundingSettings


@pytest.mark.parametrize(
    ("cap", "words"),
    [
        ({"amount_eur": "10"}, "about one region or one objective"),
        ({"region": "06", "objective": "1.1", "amount_eur": "10"}, "about one region"),
        ({"region": "06"}, "amount_eur or share_pct"),
        ({"region": "06", "amount_eur": "10", "share_pct": "5"}, "amount_eur or share_pct"),
        ({"objective": "9.9", "share_pct": "5"}, "no objective '9.9'"),
    ],
)
def test_a_ceiling_that_says_too_little_or_too_much_is_refused(networks, cap, words):
    funding = FundingSettings(caps=(FundingCap(**cap),))
    found = list(check_funding(networks.model_copy(update={"funding": funding})))
    assert [words in each.message for each in found] == [True]


def test_the_same_ceiling_twice_is_refused(networks):
    cap = FundingCap(region="06", share_pct="35")
    funding = FundingSettings(caps=(cap, cap))
    found = list(check_funding(networks.model_copy(update={"funding": funding})))
    assert [each.message for each in found] == ["it is stated twice"]


def test_a_call_that_says_nothing_is_walked_along_its_ranking(networks):
    assert networks.funding.is_walked
    assert list(check_funding(networks)) == []
