"""Day counts of service: receipt by method, the last day on a working day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.service_days import ServiceMethod, count_review, find_rule
from app.domain.times import public_holidays

DAYS = st.dates(date(2024, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(
    ("method", "sent_on", "received_on", "last_day"),
    [
        (ServiceMethod.ELECTRONIC, date(2027, 9, 1), date(2027, 9, 4), date(2027, 10, 4)),
        (ServiceMethod.LETTER, date(2027, 9, 1), date(2027, 9, 8), date(2027, 10, 8)),
        # The thirtieth day is Christmas Eve, so the next working day is Monday the 27th.
        (ServiceMethod.ELECTRONIC, date(2027, 11, 21), date(2027, 11, 24), date(2027, 12, 27)),
        # Midsummer Eve and the week-end after it.
        (ServiceMethod.ELECTRONIC, date(2027, 5, 23), date(2027, 5, 26), date(2027, 6, 28)),
    ],
)
def test_the_last_day_is_counted_from_receipt(method, sent_on, received_on, last_day):
    clock = count_review(method, sent_on, 30)
    assert (clock.received_on, clock.last_day) == (received_on, last_day)


@given(st.sampled_from(ServiceMethod), DAYS, st.integers(1, 90))
def test_a_last_day_is_a_working_day_and_never_too_early(method, sent_on, period):
    clock = count_review(method, sent_on, period)
    assert clock.received_on == sent_on + timedelta(days=find_rule(method, sent_on).days)
    assert clock.last_day >= clock.received_on + timedelta(days=period)
    assert clock.last_day.weekday() < 5
    assert clock.last_day not in public_holidays(clock.last_day.year)
    assert (clock.is_over(clock.last_day), clock.days_left(clock.last_day)) == (False, 0)


def test_every_method_has_a_rule_and_none_before_its_act():
    assert {find_rule(each, date(2027, 1, 1)).method for each in ServiceMethod} == set(
        ServiceMethod
    )
    with pytest.raises(LookupError):
        find_rule(ServiceMethod.ELECTRONIC, date(2000, 1, 1))
