"""Choosing when the digest comes, and the one click in a mail that switches it off."""

from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from feedback.digest_mail import off_url
from feedback.models import DigestChoice

URL = reverse("feedback:profile_digest")


def test_the_profile_says_monday_at_eight_until_something_else_is_chosen(rep, sign_in):
    form = sign_in(rep).get(reverse("feedback:profile")).context["digest_form"]
    assert (form["weekdays"].value(), form["hour"].value(), form["is_on"].value()) == (["0"], 8, True)
    assert not DigestChoice.objects.exists()


def test_it_keeps_what_was_chosen(rep, sign_in):
    client = sign_in(rep)
    client.post(URL, {"is_on": "on", "weekdays": ["4", "0"], "hour": "17"})
    choice = DigestChoice.objects.get(person=rep)
    assert (choice.is_on, choice.weekdays, choice.hour) == (True, "04", 17)
    client.post(URL, {"weekdays": ["4"], "hour": "17"})
    choice.refresh_from_db()
    assert (choice.is_on, choice.weekdays) == (False, "4")


@pytest.mark.parametrize("wrong", [{"weekdays": []}, {"weekdays": ["9"]}, {"hour": "24"}, {"hour": "noon"}])
def test_it_refuses_what_is_no_time_and_loses_nothing_typed(wrong, rep, sign_in):
    page = sign_in(rep).post(URL, {"is_on": "on", "weekdays": ["1"], "hour": "9"} | wrong)
    assert page.status_code == 422
    assert page.context["digest_form"].errors
    assert not DigestChoice.objects.exists()


def test_switched_off_it_needs_no_day(rep, sign_in):
    assert sign_in(rep).post(URL, {"hour": "9"}).status_code == 302
    assert not DigestChoice.objects.get(person=rep).is_on


def path_of_off(person):
    return urlsplit(off_url(person)).path


def test_a_program_switches_it_off_signed_out_and_without_a_page(rep, db):
    client = Client(enforce_csrf_checks=True)
    answer = client.post(path_of_off(rep), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not DigestChoice.objects.get(person=rep).is_on
    assert client.post(path_of_off(rep)).status_code == 200


def test_opening_the_link_only_asks(rep, client):
    page = client.get(path_of_off(rep))
    assert b"Switch it off" in page.content
    assert not DigestChoice.objects.exists()
    assert rep.name.encode() not in page.content
    assert rep.email.encode() not in page.content


def test_a_link_made_up_is_none(rep, other_rep, client):
    signed = path_of_off(rep)
    forged = signed.replace(f"/{rep.pk}.", f"/{other_rep.pk}.")
    assert [client.post(path).status_code for path in (forged, signed[:-2] + "/")] == [404, 404]
    assert not DigestChoice.objects.exists()


def test_it_signs_nobody_in(rep, client):
    client.post(path_of_off(rep))
    assert client.get(reverse("feedback:profile")).status_code == 302
