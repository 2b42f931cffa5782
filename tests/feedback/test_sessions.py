"""How long a sign-in lasts, and how it ends."""

import time
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.core.management import call_command
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from feedback.models import Session
from feedback.sessions import device_of

HOME = "feedback:home"


def age(client, **seconds):
    """Makes the client's session older than it is."""
    session = client.session
    for name, by in seconds.items():
        session[name] -= by
    session.save()


def test_it_belongs_to_a_person_and_a_device(rep, client):
    rep.set_password("right horse battery")
    rep.save()
    before = client.session.session_key
    agent = "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"
    typed = {"username": rep.username, "password": "right horse battery"}
    client.post(reverse("login"), typed, headers={"User-Agent": agent})
    session = Session.objects.get(user=rep)
    assert session.device == "Firefox on Windows"
    assert session.session_key != before


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15) Chrome/140 Safari/537.36 Edg/140", "Edge on Mac"),
        ("curl/8.0", "A browser"),
        ("", "A browser"),
    ],
)
def test_it_names_the_device_as_people_do(agent, words):
    assert device_of(agent) == words


def test_it_ends_after_so_many_days_however_much_it_is_used(rep, sign_in, settings):
    client = sign_in(rep)
    age(client, began=settings.SESSION_DAYS * 86_400 + 60)
    assert client.get(reverse(HOME)).status_code == 302
    assert not Session.objects.filter(user=rep).exists()


def test_it_ends_when_idle(rep, sign_in):
    client = sign_in(rep)
    Session.objects.filter(user=rep).update(expire_date=timezone.now() - timedelta(seconds=1))
    assert client.get(reverse(HOME)).status_code == 302


def test_using_it_renews_it_but_not_on_every_request(rep, sign_in, settings):
    client = sign_in(rep)
    age(client, seen=700)
    Session.objects.filter(user=rep).update(expire_date=timezone.now() + timedelta(hours=1))
    client.get(reverse(HOME))
    renewed = Session.objects.get(user=rep)
    assert renewed.expire_date > timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE - 60)
    assert renewed.seen_at.timestamp() > time.time() - 60
    client.get(reverse(HOME))
    assert Session.objects.get(user=rep).expire_date == renewed.expire_date


def test_a_person_signs_out_everywhere_else(rep, other_rep, sign_in):
    here, there, somebody = sign_in(rep), sign_in(rep), sign_in(other_rep)
    page = here.get(reverse("feedback:security")).content.decode()
    assert page.count("A browser") == 2
    assert here.session.session_key not in page
    here.post(reverse("feedback:sessions_end"))
    assert there.get(reverse(HOME)).status_code == 302
    assert [c.get(reverse(HOME)).status_code for c in (here, somebody)] == [200, 200]


def test_changing_the_password_ends_the_others_and_renews_this_one(rep, sign_in):
    rep.set_password("right horse battery")
    rep.save()
    here, there = sign_in(rep), sign_in(rep)
    key = here.session.session_key
    new = {"new_password1": "a wholly new phrase", "new_password2": "a wholly new phrase"}
    here.post(reverse("password_change"), {"old_password": "right horse battery", **new})
    assert here.session.session_key != key
    assert here.get(reverse(HOME)).status_code == 200
    assert there.get(reverse(HOME)).status_code == 302
    assert Session.objects.filter(user=rep).count() == 1


def test_deactivating_a_person_ends_them(rep, sign_in):
    client = sign_in(rep)
    rep.is_active = False
    rep.save()
    assert client.get(reverse(HOME)).status_code == 302


def test_the_old_ones_are_cleared_away(rep, sign_in):
    sign_in(rep)
    Session.objects.update(expire_date=timezone.now() - timedelta(days=1))
    call_command("clearsessions")
    assert not Session.objects.exists()


def away(self, *args, **kwargs):
    raise OperationalError("server closed the connection unexpectedly")


def test_a_database_that_is_away_is_our_fault_and_not_a_bad_request(rep, client, monkeypatch):
    client.force_login(rep)
    session = client.session
    monkeypatch.setattr(Session, "save", away)
    with pytest.raises(OperationalError):
        session.save()


def test_a_session_ended_elsewhere_is_told_apart_from_it(rep, client):
    client.force_login(rep)
    session = client.session
    Session.objects.all().delete()
    with pytest.raises(UpdateError):
        session.save()
