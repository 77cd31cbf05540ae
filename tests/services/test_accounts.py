"""Accounts on both databases: registering, links, passwords, devices and throttles."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from app.db import Database
from app.domain.actors import Role
from app.domain.errors import NotFound, TooManyAttempts
from app.models import AccountToken, Event, OutboxMail, Throttle, User, UserSession
from app.services.account import accounts, throttles
from app.services.account.accounts import Device, Links, Registration
from app.services.account.people import PersonInput, create_person, find_person, hash_password
from app.services.account.sessions import SessionLimits, find_actor, make_actor
from app.services.account.tokens import Purpose, issue_token, use_token

NOW = datetime(2027, 2, 1, 9, tzinfo=UTC)
LINKS = Links(
    "https://x/confirm/{token}",
    "https://x/password/{token}",
    "https://x/login",
    "https://x/forgotten",
)
LIMITS = SessionLimits(timedelta(hours=12), timedelta(hours=2))
DEVICE = Device("Firefox, Linux", LIMITS)
PASSWORD = "neljä satunnaista sanaa"
EMAIL = "hakija@example.org"


@pytest.fixture(scope="module")
def hashed() -> str:
    return hash_password(PASSWORD)


def given(hashed: str, **changes: str) -> Registration:
    return Registration(
        **{
            "email": EMAIL,
            "display_name": "projektipäällikkö",
            "language": "sv",
            "password_hash": hashed,
            **changes,
        }
    )


def register(database: Database, hashed: str, now: datetime = NOW, **changes: str) -> None:
    with database.unit_of_work() as session:
        accounts.register(session, given(hashed, **changes), LINKS, now)


def add_user(database: Database, hashed: str, **changes: object) -> User:
    with database.unit_of_work() as session:
        return create_person(
            session, PersonInput(EMAIL, "hakija", password_hash=hashed, **changes), NOW
        )


def mails(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        rows = session.execute(
            sa.select(OutboxMail.kind, OutboxMail.body).order_by(
                OutboxMail.created_at, OutboxMail.kind
            )
        )
        return [(row.kind, row.body) for row in rows]


def token_in(body: str, place: str) -> str:
    return body.partition(f"https://x/{place}/")[2].split()[0]


def test_a_new_account_waits_for_its_confirmation(database, hashed):
    register(database, hashed)
    ((kind, body),) = mails(database)
    with database.reading() as session:
        assert accounts.find_login(session, EMAIL, PASSWORD) is None
        pending = accounts.find_pending(session, token_in(body, "confirm"), NOW)
    assert (kind, pending.email, pending.is_active) == ("account_confirm", EMAIL, False)
    assert "Bekräfta" in body


def test_confirming_opens_the_account_once(database, hashed):
    register(database, hashed)
    token = token_in(mails(database)[0][1], "confirm")
    with database.unit_of_work() as session:
        user_id = accounts.confirm(session, token, NOW)
    with database.reading() as session:
        assert accounts.find_login(session, EMAIL, PASSWORD) == user_id
    with pytest.raises(NotFound), database.unit_of_work() as session:
        accounts.confirm(session, token, NOW)


def test_a_confirmation_link_ends_after_a_day(database, hashed):
    register(database, hashed)
    token = token_in(mails(database)[0][1], "confirm")
    with pytest.raises(NotFound), database.unit_of_work() as session:
        accounts.confirm(session, token, NOW + timedelta(hours=24))


def test_registering_a_known_address_changes_nothing_and_tells_its_owner(database, hashed):
    user = add_user(database, hashed)
    register(database, hash_password("toisen ihmisen salasana"), display_name="joku muu")
    assert [kind for kind, _ in mails(database)] == ["account_known"]
    with database.reading() as session:
        found = find_person(session, EMAIL)
        assert found is not None
        assert (found.display_name, found.password_hash) == ("hakija", user.password_hash)


def test_registering_again_before_confirmation_voids_the_older_link(database, hashed):
    register(database, hashed)
    first = token_in(mails(database)[0][1], "confirm")
    register(database, hashed, NOW + timedelta(minutes=1))
    with pytest.raises(NotFound), database.reading() as session:
        accounts.find_pending(session, first, NOW + timedelta(minutes=2))


def test_a_closed_account_is_not_opened_by_registering_or_by_a_link(database, hashed):
    with database.unit_of_work() as session:
        person = PersonInput(EMAIL, "hakija", password_hash=hashed)
        create_person(session, person, NOW).is_active = False
    register(database, hashed)
    with database.unit_of_work() as session:
        accounts.request_password(session, EMAIL, LINKS, NOW)
    assert mails(database) == []


def test_an_unknown_address_and_a_wrong_password_get_the_same_answer(database, hashed):
    add_user(database, hashed)
    with database.reading() as session:
        assert accounts.find_login(session, "muu@example.org", PASSWORD) is None
        assert accounts.find_login(session, EMAIL, "väärä salasana tässä") is None
        assert accounts.find_login(session, EMAIL.upper(), PASSWORD) is not None


def test_an_unknown_address_takes_as_long_as_a_known_one(database, hashed):
    add_user(database, hashed)

    def fastest(email: str) -> float:
        times = []
        for _ in range(5):
            with database.reading() as session:
                started = time.perf_counter()
                accounts.find_login(session, email, "väärä salasana tässä")
                times.append(time.perf_counter() - started)
        return min(times)

    known, unknown = fastest(EMAIL), fastest("muu@example.org")
    assert 0.4 < unknown / known < 2.5


def test_an_account_without_a_password_takes_as_long_and_lets_nobody_in(database):
    with database.unit_of_work() as session:
        user = create_person(session, PersonInput(EMAIL, "hakija"), NOW)
    started = time.perf_counter()
    assert not accounts.is_right_password(user, "!")
    assert time.perf_counter() - started > 0.002


def test_the_eleventh_login_of_one_address_within_a_quarter_of_an_hour_is_refused(database):
    for _ in range(10):
        with database.unit_of_work() as session:
            accounts.count_login(session, EMAIL, NOW)
    with pytest.raises(TooManyAttempts) as refused, database.unit_of_work() as session:
        accounts.count_login(session, EMAIL, NOW)
    assert refused.value.data["retry_at"] == NOW + timedelta(minutes=15)
    with database.unit_of_work() as session:
        accounts.count_login(session, "toinen@example.org", NOW)
        accounts.count_login(session, EMAIL, NOW + timedelta(minutes=15))


def test_a_right_password_starts_the_count_anew(database, hashed):
    user = add_user(database, hashed)
    with database.unit_of_work() as session:
        accounts.count_login(session, EMAIL, NOW)
        token = accounts.log_in(session, user.id, DEVICE, NOW)
    with database.reading() as session:
        assert session.scalars(sa.select(Throttle.key)).all() == []
        found = find_actor(session, token, LIMITS, NOW)
        assert found is not None
        assert found[0].user_id == user.id


def test_a_throttle_keeps_no_address(database):
    with database.unit_of_work() as session:
        accounts.count_login(session, EMAIL, NOW)
        assert EMAIL not in session.scalars(sa.select(Throttle.key)).one()


def test_old_throttles_are_removed(database):
    with database.unit_of_work() as session:
        accounts.count_login(session, EMAIL, NOW)
        throttles.remove_old_throttles(session, NOW + timedelta(hours=1))
        assert session.scalars(sa.select(Throttle.key)).all() == []


def test_a_password_link_works_once_and_for_an_hour(database, hashed):
    add_user(database, hashed)
    with database.unit_of_work() as session:
        accounts.request_password(session, EMAIL, LINKS, NOW)
        accounts.request_password(session, "muu@example.org", LINKS, NOW)
    ((kind, body),) = mails(database)
    token = token_in(body, "password")
    assert kind == "account_reset"
    with pytest.raises(NotFound), database.reading() as session:
        accounts.find_reset(session, token, NOW + timedelta(hours=1))
    new = hash_password("aivan uusi salasana")
    with database.unit_of_work() as session:
        accounts.reset_password(session, token, new, LINKS, NOW)
    with pytest.raises(NotFound), database.unit_of_work() as session:
        accounts.reset_password(session, token, new, LINKS, NOW)
    with database.reading() as session:
        assert accounts.find_login(session, EMAIL, "aivan uusi salasana") is not None
        assert accounts.find_login(session, EMAIL, PASSWORD) is None


def test_a_link_of_one_purpose_is_none_of_another(database, hashed):
    user = add_user(database, hashed)
    with database.unit_of_work() as session:
        token = issue_token(session, user.id, Purpose.PASSWORD, timedelta(hours=1), NOW)
    with pytest.raises(NotFound), database.unit_of_work() as session:
        use_token(session, token, Purpose.CONFIRM, NOW)


def test_only_the_hash_of_a_link_is_stored(database, hashed):
    user = add_user(database, hashed)
    with database.unit_of_work() as session:
        token = issue_token(session, user.id, Purpose.PASSWORD, timedelta(hours=1), NOW)
        stored = session.scalars(sa.select(AccountToken.token_sha256)).one()
    assert token not in stored


def test_a_new_password_by_link_ends_every_login(database, hashed):
    user = add_user(database, hashed)
    with database.unit_of_work() as session:
        login = accounts.log_in(session, user.id, DEVICE, NOW)
        link = issue_token(session, user.id, Purpose.PASSWORD, timedelta(hours=1), NOW)
        accounts.reset_password(session, link, hash_password("aivan uusi salasana"), LINKS, NOW)
    with database.reading() as session:
        assert find_actor(session, login, LIMITS, NOW) is None


def test_changing_the_password_ends_the_other_logins_only(database, hashed):
    user = add_user(database, hashed)
    with database.unit_of_work() as session:
        kept = accounts.log_in(session, user.id, DEVICE, NOW)
        other = accounts.log_in(session, user.id, DEVICE, NOW)
        actor = make_actor(session.get_one(User, user.id))
        new = hash_password("aivan uusi salasana")
        accounts.change_password(session, actor, new, kept, NOW, links=LINKS)
    with database.reading() as session:
        assert find_actor(session, kept, LIMITS, NOW) is not None
        assert find_actor(session, other, LIMITS, NOW) is None
        assert [kind for kind, _ in mails(database)] == ["account_password_changed"]


def test_nobody_ends_the_login_of_somebody_else(database, hashed):
    user = add_user(database, hashed)
    with database.unit_of_work() as session:
        other = create_person(session, PersonInput("muu@example.org", "muu"), NOW)
        accounts.log_in(session, user.id, DEVICE, NOW)
        row = session.scalars(sa.select(UserSession.token_sha256)).one()
        outsider = make_actor(other)
    with pytest.raises(NotFound), database.unit_of_work() as session:
        accounts.revoke_session(session, outsider, row, NOW)


def test_every_act_leaves_an_event_without_the_address(database, hashed):
    register(database, hashed)
    token = token_in(mails(database)[0][1], "confirm")
    with database.unit_of_work() as session:
        accounts.confirm(session, token, NOW)
    with database.reading() as session:
        events = session.execute(
            sa.select(Event.action, Event.data, Event.actor_role).order_by(Event.seq)
        )
        assert [tuple(row) for row in events] == [
            ("user.register", {}, Role.APPLICANT.value),
            ("user.confirm", {}, Role.APPLICANT.value),
        ]
