from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.business_id import (
    InvalidBusinessId,
    find_business_id,
    format_business_id,
    is_valid_business_id,
)
from scoring.duration import (
    Duration,
    PeriodReversed,
    add_months,
    duration_months,
    measure_duration,
)
from scoring.eligibility import (
    ApplicationFacts,
    AttachmentsPresent,
    BudgetBalances,
    CallLimits,
    CitiesAtLeast,
    City,
    CompaniesAtLeast,
    CompanyFacts,
    LeadTypeIn,
    OfficerAssessed,
    PartnerFacts,
    PartnersAtLeast,
    RegionsAtLeast,
    SubmittedByDeadline,
    ValidBusinessIds,
    WithinLimits,
    evaluate,
)
from tests.unit.scoring import demo_round
from tests.unit.scoring.demo_round import CLOSES, LIMITS

RESEARCH = frozenset({"university", "uas", "research_institute"})
LEADS = RESEARCH | {"municipality", "development_company", "association"}
WITHIN = WithinLimits(CallLimits(LIMITS, 18, 36))
RULES = {
    "E01": SubmittedByDeadline(CLOSES),
    "E02": LeadTypeIn(LEADS),
    "E03": PartnersAtLeast(3, RESEARCH, 1),
    "E04": RegionsAtLeast(2),
    "E05": CompaniesAtLeast(5),
    "E06": ValidBusinessIds(),
    "E07": WITHIN,
    "E08": BudgetBalances(),
}
DEMO = demo_round.applications()
FACTS = demo_round.facts(DEMO["DEMO-11"])


@pytest.mark.parametrize("name", sorted(DEMO))
def test_the_demo_applications_fail_only_where_expected(name):
    results = {check: evaluate(rule, demo_round.facts(DEMO[name])) for check, rule in RULES.items()}
    failed = [check for check, result in results.items() if result.passed is not True]
    assert failed == {"DEMO-08": ["E04"], "DEMO-10": ["E01"]}.get(name, [])


@pytest.mark.parametrize("name", sorted(DEMO))
def test_the_facts_of_every_result_are_json(name):
    for rule in RULES.values():
        result = evaluate(rule, demo_round.facts(DEMO[name]))
        assert json.loads(json.dumps(result.facts)) == result.facts


@pytest.mark.parametrize(
    ("late", "passed", "seconds"),
    [
        (timedelta(seconds=-2), True, 0),
        (timedelta(0), True, 0),
        (timedelta(microseconds=1), False, 1),
        (timedelta(seconds=1), False, 1),
        (timedelta(minutes=2, seconds=10), False, 130),
    ],
)
def test_one_second_after_the_deadline_is_late(late, passed, seconds):
    submitted = (CLOSES + late).astimezone(UTC)
    result = evaluate(RULES["E01"], replace(FACTS, submitted_at=submitted))
    assert (result.passed, result.facts["seconds_late"]) == (passed, seconds)


def test_before_submission_the_deadline_decides_nothing():
    result = evaluate(RULES["E01"], replace(FACTS, submitted_at=None))
    assert (result.passed, result.facts) == (None, {"closes": CLOSES.isoformat()})


def partner(key, business_id, org_type="university", region="01", municipality=""):
    return PartnerFacts(key, f"Partner {key}", business_id, org_type, region, municipality)


def with_partners(*partners, companies=()):
    return ApplicationFacts(partners=partners, companies=tuple(companies))


IDS = ("9000730-1", "9000737-9", "9000744-0", "9000751-2", "9000765-1")


def test_a_company_cannot_lead():
    result = evaluate(RULES["E02"], with_partners(partner("P1", IDS[0], "company")))
    assert (result.passed, result.facts["found"]) == (False, "company")


def test_a_partner_listed_twice_is_one_partner():
    listed = [partner("P1", IDS[0]), partner("P2", IDS[1]), partner("P3", "90007301")]
    result = evaluate(RULES["E03"], with_partners(*listed))
    assert (result.passed, result.facts["found"]) == (False, 2)


def test_a_consortium_needs_research_in_it():
    listed = [partner(f"P{n}", IDS[n], "municipality") for n in range(3)]
    result = evaluate(RULES["E03"], with_partners(*listed))
    assert result.passed is False
    assert result.facts == {"required": 3, "found": 3, "research_required": 1, "research_found": 0}


def test_one_region_is_named_in_the_result():
    result = evaluate(RULES["E04"], demo_round.facts(DEMO["DEMO-08"]))
    assert result.facts == {"required": 2, "found": 1, "values": ["19"]}


def test_cities_count_by_code_or_name_and_only_those_of_the_register():
    cities = (City("853", ("Turku", "Åbo")), City("405", ("Lappeenranta",)), City("837"))
    places = ["åbo", "853", " Lappeenranta ", "Helsinki"]
    listed = [partner(f"P{n}", IDS[n], municipality=place) for n, place in enumerate(places)]
    result = evaluate(CitiesAtLeast(3, cities), with_partners(*listed))
    assert (result.passed, result.facts["values"]) == (False, ["405", "853"])


def test_companies_count_once_whether_partners_or_committed():
    companies = [CompanyFacts("A", IDS[0]), CompanyFacts("B", IDS[1]), CompanyFacts("C", "?")]
    listed = [partner("P1", "90007301", "company"), partner("P2", IDS[2])]
    result = evaluate(CompaniesAtLeast(2), with_partners(*listed, companies=companies))
    assert result.passed is True
    assert result.facts == {"required": 2, "found": 2, "without_business_id": ["C"]}


def test_a_company_partner_is_counted_with_the_committed_ones():
    assert evaluate(RULES["E05"], FACTS).facts["found"] == 6


def test_a_wrong_check_digit_is_named():
    result = evaluate(RULES["E06"], with_partners(partner("P1", "9000730-2")))
    assert result.passed is False
    assert result.facts["invalid"] == [
        {"partner": "P1", "name": "Partner P1", "business_id": "9000730-2"}
    ]


@pytest.mark.parametrize("check", ["E02", "E03", "E04", "E05", "E06", "E07", "E08"])
def test_an_empty_application_passes_nothing(check):
    assert evaluate(RULES[check], ApplicationFacts()).passed is False


@pytest.mark.parametrize(
    ("end", "passed"),
    [("2029-03-30", False), ("2029-03-31", True), ("2030-09-30", True), ("2030-10-01", False)],
)
def test_a_day_beyond_the_allowed_months_is_too_long(end, passed):
    facts = replace(FACTS, start=date(2027, 10, 1), end=date.fromisoformat(end))
    assert evaluate(WITHIN, facts).passed is passed


def test_a_period_that_ends_before_it_starts_is_not_within_limits():
    facts = replace(FACTS, start=date(2028, 1, 1), end=date(2027, 1, 1))
    result = evaluate(WITHIN, facts)
    assert (result.passed, result.facts["months"]) == (False, None)


def test_a_call_without_month_limits_needs_no_period():
    facts = replace(FACTS, start=None, end=None)
    assert evaluate(WithinLimits(CallLimits(LIMITS)), facts).passed is True
    assert evaluate(WithinLimits(CallLimits(LIMITS, 12)), FACTS).passed is True


def test_a_limit_that_is_broken_is_in_the_facts():
    strict = WithinLimits(CallLimits(replace(LIMITS, max_support=Decimal(500000)), 18, 36))
    result = evaluate(strict, FACTS)
    assert result.facts["problems"] == [
        {
            "code": "support_over",
            "partner": None,
            "line": None,
            "expected": "500000",
            "got": "560105.08",
        }
    ]


def test_stated_costs_that_differ_fail_the_balance():
    stated = replace(FACTS.declared[0], total=Decimal(1))
    result = evaluate(RULES["E08"], replace(FACTS, declared=(stated,)))
    assert result.passed is False
    assert [problem["code"] for problem in result.facts["problems"]] == ["total_differs"]


def test_missing_attachments_are_named_in_order():
    rule = AttachmentsPresent(("agreement", "commitments", "de_minimis"))
    result = evaluate(rule, replace(FACTS, attachments=frozenset({"commitments"})))
    assert (result.passed, result.facts) == (False, {"missing": ["agreement", "de_minimis"]})
    assert evaluate(AttachmentsPresent(()), FACTS).passed is True


@pytest.mark.parametrize(
    ("assessments", "passed"), [({}, None), ({"E10": True}, True), ({"E10": False}, False)]
)
def test_an_officer_check_is_undecided_until_assessed(assessments, passed):
    facts = replace(FACTS, assessments=assessments)
    assert evaluate(OfficerAssessed("E10"), facts).passed is passed


@given(st.lists(st.sampled_from(IDS), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_adding_a_partner_never_lowers_a_count(ids, random):
    partners = [partner(f"P{n}", number, region=number) for n, number in enumerate(ids)]
    fewer = random.sample(partners, random.randint(0, len(partners)))
    for rule in (PartnersAtLeast(1), RegionsAtLeast(1)):
        full = evaluate(rule, with_partners(*partners)).facts["found"]
        assert evaluate(rule, with_partners(*fewer)).facts["found"] <= full


@pytest.mark.parametrize("text", ["0313471-7", "03134717", " 0313471-7 "])
def test_a_business_id_is_formatted(text):
    assert format_business_id(text) == "0313471-7"
    assert is_valid_business_id(text) is True


@pytest.mark.parametrize("text", ["", "0313471-8", "313", "abc", "FI03134717x"])
def test_what_is_no_business_id_is_refused(text):
    assert find_business_id(text) is None
    with pytest.raises(InvalidBusinessId):
        format_business_id(text)


@pytest.mark.parametrize("name", sorted(DEMO))
def test_the_demo_durations_are_reproduced(name):
    start, end = (date.fromisoformat(day) for day in DEMO[name]["period"])
    assert measure_duration(start, end) == Duration(DEMO[name]["duration_months"], 0)


@pytest.mark.parametrize(
    ("start", "end", "months", "days"),
    [
        ("2027-01-31", "2027-02-27", 1, 0),
        ("2027-01-15", "2027-02-14", 1, 0),
        ("2027-01-15", "2027-02-13", 0, 30),
        ("2027-01-01", "2027-01-01", 0, 1),
        ("2028-02-29", "2029-02-28", 12, 1),
    ],
)
def test_a_duration_is_whole_months_and_days_left(start, end, months, days):
    measured = measure_duration(date.fromisoformat(start), date.fromisoformat(end))
    assert measured == Duration(months, days)
    assert duration_months(date.fromisoformat(start), date.fromisoformat(end)) == months


def test_a_reversed_period_is_refused():
    with pytest.raises(PeriodReversed):
        measure_duration(date(2027, 2, 1), date(2027, 1, 31))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(1, 60))
def test_a_period_of_whole_months_measures_them(start, months):
    end = add_months(start, months) - timedelta(days=1)
    assert measure_duration(start, end) == Duration(months, 0)


def test_the_demo_deadline_is_in_summer_time():
    assert CLOSES.astimezone(UTC) == datetime(2027, 3, 31, 13, 15, tzinfo=UTC)
