"""A partner's own person on both databases: invited, sent again, taken back, accepted, confirmed."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.domain.errors import (
    AlreadyMember,
    InvalidInput,
    NotFound,
    PartnerHasOwnPerson,
    TooManyAttempts,
)
from app.models import ApplicationMember, OutboxMail, Partner, PartnerInvitation
from app.queries.applicant.invitations import (
    find_invitation,
    list_own_invitations,
    list_partner_people,
)
from app.services.application.invitations import (
    LIFETIME,
    Invitee,
    accept_invitation,
    invite_person,
    resend_invitation,
    revoke_invitation,
)
from app.services.application.partners import confirm_partner, save_partners
from tests.support import applicants

LINK = "https://x/invitation/{token}"
EMAIL = "partner@example.org"


def invite(draft, key="P2", email=EMAIL, now=None):
    with draft.database.unit_of_work() as session:
        invitee = Invitee(key, email)
        return invite_person(session, draft.id, invitee, LINK, draft.owner, now or draft.now).id


def accept(draft, invitation_id, actor, now=None):
    with draft.database.unit_of_work() as session:
        return accept_invitation(session, invitation_id, actor, now or draft.now)


def revoke(draft, invitation_id):
    with draft.database.unit_of_work() as session:
        revoke_invitation(session, invitation_id, draft.owner, draft.now)


def confirm(draft, key, actor):
    with draft.database.unit_of_work() as session:
        confirm_partner(session, draft.id, key, actor, draft.now)


def mails(draft):
    with draft.database.reading() as session:
        return list(session.scalars(sa.select(OutboxMail).order_by(OutboxMail.created_at)))


def token_of(mail):
    return mail.body.split("/invitation/")[1].split()[0]


def members(draft):
    with draft.database.reading() as session:
        rows = session.execute(
            sa.select(ApplicationMember.user_id, ApplicationMember.partner_key).where(
                ApplicationMember.application_id == draft.id
            )
        )
        return dict(rows.all())


def test_an_invitation_is_mailed_and_its_link_works(stage):
    invite(stage, email=" Partner@Example.ORG ")
    (mail,) = mails(stage)
    assert (mail.recipient, mail.language) == (EMAIL, "fi")
    person = stage.add_person(EMAIL)
    with stage.database.reading() as session:
        found = find_invitation(session, token_of(mail), person, stage.now)
    assert (found.partner_name, found.is_for_reader) == ("Esimerkin ammattikorkeakoulu", True)
    assert stage.acts()[-1] == "application.invite_person"


def test_the_mail_tells_nothing_of_the_application(stage):
    invite(stage)
    (mail,) = mails(stage)
    assert "Esimerk" not in mail.body
    assert stage.definition.id in mail.body


def test_an_address_with_an_account_gets_the_same_mail(stage):
    stage.add_person(EMAIL)
    invite(stage)
    invite(stage, key="P3", email="nobody@example.org")
    known, unknown = mails(stage)
    assert known.body.replace(token_of(known), "") == unknown.body.replace(token_of(unknown), "")


def test_the_invited_person_gets_that_partners_part_and_confirms_it(stage):
    person = stage.add_person(EMAIL)
    accept(stage, invite(stage), person)
    assert members(stage) == {stage.owner.user_id: "", person.user_id: "P2"}
    confirm(stage, "P2", person)
    with stage.database.reading() as session:
        assert session.get_one(Partner, (stage.id, "P2")).confirmed_by == person.user_id
    assert stage.acts()[-3:] == [
        "application.invite_person",
        "application.accept_invitation",
        "application.confirm_partner",
    ]


def test_a_link_works_once(stage):
    invitation = invite(stage)
    accept(stage, invitation, stage.add_person(EMAIL))
    with pytest.raises(NotFound):
        accept(stage, invitation, stage.add_person("other@example.org"))


def test_a_link_expires(stage):
    invitation = invite(stage)
    with pytest.raises(NotFound):
        accept(stage, invitation, stage.add_person(EMAIL), stage.now + LIFETIME)
    with stage.database.reading() as session, pytest.raises(NotFound):
        find_invitation(session, token_of(mails(stage)[0]), stage.owner, stage.now + LIFETIME)


def test_sending_again_gives_a_new_link_and_ends_the_old_one(stage):
    invitation = invite(stage)
    later = stage.now + LIFETIME + timedelta(days=1)
    with stage.database.unit_of_work() as session:
        resend_invitation(session, invitation, LINK, stage.owner, later)
    old, new = (token_of(each) for each in mails(stage))
    with stage.database.reading() as session:
        assert find_invitation(session, new, stage.owner, later).id == invitation
        with pytest.raises(NotFound):
            find_invitation(session, old, stage.owner, later)


def test_a_revoked_invitation_does_not_work_and_cannot_be_sent_again(stage):
    invitation = invite(stage)
    revoke(stage, invitation)
    with pytest.raises(NotFound):
        accept(stage, invitation, stage.add_person(EMAIL))
    with pytest.raises(NotFound), stage.database.unit_of_work() as session:
        resend_invitation(session, invitation, LINK, stage.owner, stage.now)


def test_revoking_after_acceptance_takes_the_access_away(stage):
    person = stage.add_person(EMAIL)
    invitation = invite(stage)
    accept(stage, invitation, person)
    revoke(stage, invitation)
    assert members(stage) == {stage.owner.user_id: ""}


def test_a_second_invitation_of_a_partner_replaces_the_first(stage):
    first = invite(stage)
    invite(stage, email="other@example.org")
    with pytest.raises(NotFound):
        accept(stage, first, stage.add_person(EMAIL))


def test_the_owner_does_not_confirm_for_a_partner_with_a_person_of_its_own(stage):
    confirm(stage, "P2", stage.owner)
    invitation = invite(stage)
    with pytest.raises(PartnerHasOwnPerson):
        confirm(stage, "P2", stage.owner)
    accept(stage, invitation, stage.add_person(EMAIL))
    with stage.database.reading() as session:
        assert session.get_one(Partner, (stage.id, "P2")).confirmed_at is None
    with pytest.raises(PartnerHasOwnPerson):
        confirm(stage, "P2", stage.owner)
    revoke(stage, invitation)
    confirm(stage, "P2", stage.owner)


def test_an_expired_invitation_does_not_hold_up_the_confirmation(stage):
    invite(stage, now=stage.now - LIFETIME)
    confirm(stage, "P2", stage.owner)


def test_nobody_takes_two_places(stage):
    person = stage.add_person(EMAIL)
    accept(stage, invite(stage), person)
    with pytest.raises(AlreadyMember):
        accept(stage, invite(stage, key="P3"), person)
    with pytest.raises(AlreadyMember):
        accept(stage, invite(stage, key="P3"), stage.owner)
    assert members(stage)[person.user_id] == "P2"


def test_the_lead_and_a_partner_with_a_person_are_not_invited(stage):
    with pytest.raises(InvalidInput):
        invite(stage, key="P1")
    accept(stage, invite(stage), stage.add_person(EMAIL))
    with pytest.raises(InvalidInput):
        invite(stage)
    with pytest.raises(NotFound):
        invite(stage, key="P9")


def test_invitations_are_limited_per_address(stage):
    for _each in range(10):
        invite(stage)
    with pytest.raises(TooManyAttempts):
        invite(stage)


def test_a_removed_partner_takes_its_people_along(stage):
    accept(stage, invite(stage), stage.add_person(EMAIL))
    rows = [row for row in applicants.partner_rows() if row["key"] != "P2"]
    with stage.database.unit_of_work() as session:
        save_partners(session, stage.id, rows, stage.owner, stage.now)
    assert members(stage) == {stage.owner.user_id: ""}
    with stage.database.reading() as session:
        assert session.scalars(sa.select(PartnerInvitation)).all() == []


def test_invitations_wait_for_the_owner_of_the_address_only(stage):
    invite(stage)
    person = stage.add_person(EMAIL)
    other = stage.add_person("other@example.org")
    with stage.database.reading() as session:
        assert len(list_own_invitations(session, person, stage.now)) == 1
        assert list_own_invitations(session, other, stage.now) == []
        assert list_own_invitations(session, person, stage.now + LIFETIME) == []


def test_the_people_of_the_partners_are_listed_once_each(stage):
    invite(stage)
    accept(stage, invite(stage, email="second@example.org"), stage.add_person("second@example.org"))
    with stage.database.reading() as session:
        people = list_partner_people(session, stage.id)
    assert [(each.key, each.email, each.person) for each in people] == [
        ("P1", None, None),
        ("P2", "second@example.org", "hakija"),
        ("P3", None, None),
    ]


def test_an_unknown_invitation_is_not_found(stage):
    with pytest.raises(NotFound):
        accept(stage, uuid.uuid4(), stage.owner)
