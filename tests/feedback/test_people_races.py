"""Two at once: whoever comes second is told so, and nobody meets an error page."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection, transaction
from django.urls import reverse

from feedback.actions.company import add_holidays
from feedback.actions.invitations import accept_invitation, invite_person, invite_somebody
from feedback.actions.people import change_person, deactivate_person
from feedback.models import Holiday, Invitation, User
from tests.factories import make_user
from tests.objections.test_theme_races import closing, wait_for_lock, while_open

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="SQLite lets one transaction write at a time: races not tried"
    ),
]
WORD = "right horse battery"


@pytest.fixture
def invited(admin):
    nora = make_user("Nora", is_active=False)
    _, token = invite_person(person=nora, by=admin)
    return nora, token


def test_who_is_deactivated_while_they_come_in_stays_out(invited, admin, client):
    nora, token = invited
    link = reverse("feedback:invitation_accept", args=[token])
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            User.objects.select_for_update().get(pk=nora.pk)
            later = pool.submit(closing, lambda: client.post(link, {"name": "Nora", "password": WORD}))
            wait_for_lock(later)
            deactivate_person(person=nora, by=admin)
        assert later.result(timeout=10).status_code == 410
    assert not User.objects.get(pk=nora.pk).is_active


def test_who_comes_in_while_they_are_deactivated_is_out_again(invited, admin, sign_in):
    nora, token = invited
    admins, off = sign_in(admin), reverse("feedback:person_deactivate", args=[nora.pk])
    answer = while_open(lambda: accept_invitation(token=token, name="Nora", password=WORD), lambda: admins.post(off))
    assert answer.status_code == 302
    assert not User.objects.get(pk=nora.pk).is_active
    assert Invitation.objects.get().used_at


def test_one_address_invited_twice_at_once_is_one_person(admin, sign_in):
    admins, new = sign_in(admin), {"name": "Nora New", "email": "nora@example.com", "role": "rep"}
    first = User(name="Nora", email="nora@example.com")
    answer = while_open(
        lambda: invite_somebody(person=first, by=admin), lambda: admins.post(reverse("feedback:person_create"), new)
    )
    assert answer.status_code == 422
    assert "nora@example.com just now" in answer.content.decode()
    assert User.objects.filter(email="nora@example.com").count() == 1


def test_one_address_given_to_two_at_once_is_one_persons(rep, other_rep, admin, sign_in):
    admins, edit = sign_in(admin), reverse("feedback:person_edit", args=[other_rep.pk])
    kept = {"role": "rep", "team": None, "is_superuser": True, "by": admin}
    answer = while_open(
        lambda: change_person(person=rep, name="Rita", email="one@example.com", **kept),
        lambda: admins.post(edit, {"name": "Otto", "email": "one@example.com", "role": "rep", "is_superuser": "on"}),
    )
    assert answer.status_code == 422
    assert "one@example.com just now" in answer.content.decode()
    assert User.objects.get(email="one@example.com") == rep


def test_one_holiday_added_twice_at_once_is_one_day(admin, sign_in):
    admins, page = sign_in(admin), reverse("feedback:holiday_list")
    answer = while_open(
        lambda: add_holidays(days=[(date(2027, 12, 25), "Christmas")], by=admin),
        lambda: admins.post(page, {"days": "2027-12-25 Xmas"}),
    )
    assert answer.url == page
    assert [holiday.name for holiday in Holiday.objects.all()] == ["Xmas"]
