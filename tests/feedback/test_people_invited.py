"""Inviting somebody by link, and coming in by it."""

import re
from datetime import timedelta
from smtplib import SMTPException

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.urls import reverse
from django.utils import timezone

from feedback.actions.invitations import accept_invitation, invite_person
from feedback.actions.people import deactivate_person
from feedback.models import Invitation, User
from tests.factories import make_opportunity, make_team, make_user

NEW = reverse("feedback:person_create")
WORD = "right horse battery"


def at(name, pk):
    return reverse(f"feedback:{name}", args=[pk])


def link_on(page):
    return re.search(r'value="http://testserver(/invitation/[^"]+)"', page.content.decode()).group(1)


def invite(client, **fields):
    given = {"name": "Nora New", "email": "nora@example.com", "role": "marketer"} | fields
    return client.post(NEW, given)


@pytest.fixture
def admins(admin, sign_in):
    return sign_in(admin)


def test_an_invited_person_comes_in_by_the_link_and_is_signed_in(admins, admin, client):
    team = make_team("West")
    link = link_on(invite(admins, team=team.pk))
    assert client.get(link).status_code == 200

    answer = client.post(link, {"name": "Nora Newman", "password": WORD})

    nora = User.objects.get(email="nora@example.com")
    assert answer.url == reverse("feedback:home")
    assert client.get(answer.url).status_code == 200
    assert (nora.name, nora.role, nora.team, nora.is_active) == ("Nora Newman", "marketer", team, True)
    client.logout()
    assert client.post(reverse("login"), {"username": "nora@example.com", "password": WORD}).status_code == 302


def test_until_then_nobody_signs_in_under_that_name(admins):
    invite(admins)
    nora = User.objects.get(email="nora@example.com")
    assert not nora.is_active
    assert not nora.has_usable_password()


def test_the_token_is_kept_nowhere(admins, django_db_blocker):
    link = link_on(invite(admins))
    token = link.split("/")[2]
    row = Invitation.objects.get()
    assert token not in {row.token_hash, row.person.password, row.person.username}
    assert token.encode() not in admins.get(at("person_detail", row.person_id)).content


def test_the_link_is_mailed_too_and_the_page_that_shows_it_is_not_stored(admins):
    page = invite(admins)
    assert page["Cache-Control"] == "no-store"
    (message,) = mail.outbox
    assert message.to == ["nora@example.com"]
    assert link_on(page) in message.body
    assert message.subject == "Your invitation to Closed Loop at Palletry"


def test_without_mail_the_link_is_there_to_copy_and_in_no_log(admins, settings, capsys):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    page = invite(admins)
    assert b"send them the link yourself" in page.content
    assert "invitation" not in capsys.readouterr().out


def test_a_mail_server_that_refuses_costs_no_invitation(admins, monkeypatch):
    def refuse(self, messages):
        raise SMTPException("no")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    page = invite(admins)
    assert b"send them the link yourself" in page.content
    assert Invitation.objects.live().count() == 1


def test_a_link_works_once(admins, client):
    link = link_on(invite(admins))
    client.post(link, {"name": "Nora", "password": WORD})
    client.logout()
    again = client.post(link, {"name": "Thief", "password": "another horse battery"})
    assert again.status_code == 410
    assert b"It was used already" in again.content
    assert User.objects.get(email="nora@example.com").name == "Nora"


def test_a_link_works_for_seven_days(admins, client):
    link = link_on(invite(admins))
    assert Invitation.objects.get().expires_at - timezone.now() > timedelta(days=6, hours=23)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    page = client.post(link, {"name": "Nora", "password": WORD})
    assert page.status_code == 410
    assert b"Ask Ada Admin for a new one" in page.content


def test_a_new_link_makes_the_old_one_worthless(admins, client):
    old = link_on(invite(admins))
    nora = User.objects.get(email="nora@example.com")
    new = link_on(admins.post(at("person_invite", nora.pk)))
    assert client.get(old).status_code == 410
    assert client.get(new).status_code == 200


def test_a_revoked_link_lets_nobody_in(admins, client):
    link = link_on(invite(admins))
    admins.post(at("invitation_revoke", Invitation.objects.get().pk))
    assert client.post(link, {"name": "Nora", "password": WORD}).status_code == 410
    assert not User.objects.get(email="nora@example.com").is_active


def test_an_unknown_link_says_so(client, company):
    page = client.get(reverse("feedback:invitation_accept", args=["made-up"]))
    assert page.status_code == 404
    assert b"This link does not work" in page.content


@pytest.mark.parametrize("password", ["", "short", "12345678901", "nora@example.com"])
def test_a_weak_password_is_refused_and_the_link_still_works(password, admins, client):
    link = link_on(invite(admins))
    page = client.post(link, {"name": "Nora", "password": password})
    assert page.status_code == 422
    assert Invitation.objects.live().exists()


def test_who_is_known_from_an_import_keeps_their_row_and_deals(admins, client):
    ida = make_user("Ida Import", username="ida.import", is_active=False)
    User.objects.filter(pk=ida.pk).update(email="")
    deal = make_opportunity("Racks", owner=ida)
    assert admins.post(at("person_invite", ida.pk)).status_code == 422

    admins.post(at("person_edit", ida.pk), {"name": "Ida Import", "email": "ida@example.com", "role": "rep"})
    link = link_on(admins.post(at("person_invite", ida.pk)))
    client.post(link, {"name": "Ida Import", "password": WORD})

    deal.refresh_from_db()
    assert (deal.owner_id, deal.owner.username, deal.owner.is_active) == (ida.pk, "ida@example.com", True)


def test_who_can_sign_in_is_not_invited(admins, rep):
    page = admins.post(at("person_invite", rep.pk))
    assert page.status_code == 422
    assert b"can sign in already" in page.content


@pytest.mark.parametrize("email", ["RITA", "not an address", ""])
def test_an_address_somebody_has_is_refused_with_what_was_typed(email, admins, rep):
    page = invite(admins, email=rep.email.upper() if email == "RITA" else email)
    assert page.status_code == 422
    assert b"Nora New" in page.content
    assert not Invitation.objects.exists()


def test_two_who_open_the_same_link_at_once_make_one_person(rep, admin):
    nora = make_user("Nora", is_active=False)
    _, token = invite_person(person=nora, by=admin)
    assert accept_invitation(token=token, name="Nora", password=WORD) == nora
    assert accept_invitation(token=token, name="Other", password=WORD) is None


def test_who_is_deactivated_has_no_link_left(admin, company):
    nora = make_user("Nora", is_active=False)
    _, token = invite_person(person=nora, by=admin)
    deactivate_person(person=nora, by=admin)
    assert accept_invitation(token=token, name="Nora", password=WORD) is None
