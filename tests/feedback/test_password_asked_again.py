"""Pages that ask the signed in for their password: it cannot be guessed there, from one session or many."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.urls import reverse
from django.utils import timezone

from feedback.actions.second_factor import turn_on_second_factor
from feedback.models import Tries
from feedback.second_factor import has_second_factor
from tests.feedback.test_second_factor import SECRET, code_now

RIGHT, NEW = "right horse battery", "a wholly new phrase"
PROFILE = reverse("feedback:profile")


@pytest.fixture
def known(rep):
    rep.set_password(RIGHT)
    rep.save()
    return rep


def change_password(client, password):
    return client.post(
        reverse("password_change"), {"old_password": password, "new_password1": NEW, "new_password2": NEW}
    )


def change_address(client, password):
    typed = {"name": "Rita", "email": "rita@elsewhere.example", "time_zone": "UTC", "password": password}
    return client.post(PROFILE, typed)


def set_up_second_factor(client, password):
    Tries.objects.forget("code", who=client.session["_auth_user_id"])  # codes are counted apart
    return client.post(reverse("feedback:second_factor_create"), {"password": password, "code": "000000"})


PAGES = [change_password, change_address, set_up_second_factor]


@pytest.mark.parametrize("give", PAGES)
def test_eight_wrong_ones_lock_it_and_it_says_until_when(give, known, sign_in):
    assert [give(sign_in(known), "wrong").status_code for _ in range(8)] == [422] * 8
    page = give(sign_in(known), RIGHT)
    assert page.status_code == 429
    assert "Try again in 15 minutes" in page.content.decode()
    assert 0 < int(page.headers["Retry-After"]) <= 900
    known.refresh_from_db()
    assert known.check_password(RIGHT)
    assert known.email != "rita@elsewhere.example"


def test_the_pages_count_together(known, sign_in):
    client = sign_in(known)
    for number in range(8):
        PAGES[number % 2](client, "wrong")
    assert {give(client, RIGHT).status_code for give in PAGES} == {429}


def test_the_lock_ends_by_itself(known, sign_in):
    client = sign_in(known)
    for _ in range(12):
        change_password(client, "wrong")
    Tries.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert change_password(client, RIGHT).status_code == 302


def test_the_right_one_starts_the_count_anew(known, sign_in):
    client = sign_in(known)
    for _ in range(7):
        change_address(client, "wrong")
    assert change_address(client, RIGHT).status_code == 302
    assert change_password(client, "wrong").status_code == 422


def test_what_needs_no_password_is_neither_counted_nor_locked(known, sign_in):
    client = sign_in(known)
    for _ in range(9):
        assert change_address(client, "").status_code == 422
    assert change_password(client, "wrong").status_code == 422
    for _ in range(8):
        change_password(client, "wrong")
    unchanged = {"name": "Rita", "email": known.email, "time_zone": "UTC"}
    assert client.post(PROFILE, unchanged).status_code == 302


def test_it_locks_nobody_else_and_not_the_sign_in(known, other_rep, sign_in, client):
    other_rep.set_password(RIGHT)
    other_rep.save()
    for _ in range(9):
        change_password(sign_in(known), "wrong")
    assert change_password(sign_in(other_rep), RIGHT).status_code == 302
    assert not AccessAttempt.objects.exists()
    assert client.post(reverse("login"), {"username": known.username, "password": RIGHT}).status_code == 302


def test_an_admin_lets_somebody_try_again(known, admin, sign_in):
    client, admins = sign_in(known), sign_in(admin)
    for _ in range(8):
        change_password(client, "wrong")
    page = reverse("feedback:person_detail", args=[known.pk])
    assert "Let them try again" in admins.get(page).content.decode()
    admins.post(reverse("feedback:person_unlock", args=[known.pk]))
    assert change_password(client, RIGHT).status_code == 302


def test_turning_the_second_factor_off_takes_a_code_that_cannot_be_guessed_either(known, client):
    codes = turn_on_second_factor(user=known, secret=SECRET, code=code_now(-1))
    client.force_login(known)
    assert client.post(reverse("second_factor"), {"code": codes[0]}).status_code == 302
    off = reverse("feedback:second_factor_end")
    assert [client.post(off, {"code": "000000"}).status_code for _ in range(5)] == [422] * 5
    assert client.post(off, {"code": codes[1]}).status_code == 429
    assert has_second_factor(known)
