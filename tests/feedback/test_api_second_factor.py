"""Whoever owes a second factor gets nothing from the API, and is told so in its own words, never by a redirect."""

import pytest
from django.urls import reverse

from config.api import VIEWS
from feedback.actions.second_factor import turn_off_second_factor, turn_on_second_factor
from feedback.actions.tokens import make_token
from tests.feedback.test_second_factor import PASSWORD, SECRET, code_now, give_code, give_password

ME = "/api/v1/me/"
ADDRESSES = [ME, "/api/v1/schema/", "/api/v1/nothing/", *(f"/api/v1/{noun}/" for noun in VIEWS)]


def with_key(user, client, url=ME):
    _, key = make_token(user=user, name="Sync", scopes=["read"], days=30)
    return client.get(url, headers={"Authorization": f"Bearer {key}"})


def refused(answer, status=403):
    """Whether it is a problem of that status that says what to do and nothing else."""
    body = answer.json()
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert set(body) == {"type", "title", "status", "detail", "instance"}
    return status == 401 or "second factor" in body["detail"]


@pytest.mark.parametrize("url", ADDRESSES)
def test_a_session_without_the_factor_that_is_asked_for_opens_nothing(url, rep, sign_in, settings):
    settings.REQUIRE_SECOND_FACTOR = "everybody"
    assert refused(sign_in(rep).get(url))


def test_it_writes_nothing_either(rep, sign_in, settings):
    settings.REQUIRE_SECOND_FACTOR = "everybody"
    answer = sign_in(rep).post("/api/v1/objections/", {"text": "too dear"}, content_type="application/json")
    assert refused(answer)


def test_the_page_of_the_api_leads_to_setting_it_up(rep, sign_in, settings):
    settings.REQUIRE_SECOND_FACTOR = "everybody"
    assert sign_in(rep).get(reverse("api:docs")).url == reverse("feedback:second_factor_create")


def test_a_session_that_owes_its_code_is_a_stranger(rep, client):
    rep.set_password(PASSWORD)
    rep.save()
    turn_on_second_factor(user=rep, secret=SECRET, code=code_now(-1))
    give_password(client, rep)
    assert refused(client.get(ME), 401)
    give_code(client, code_now())
    assert client.get(ME).json()["name"] == "Rita Rep"


def test_a_token_made_before_it_was_asked_for_rests_until_it_is_set_up(rep, admin, client, settings):
    assert with_key(admin, client).status_code == 200
    settings.REQUIRE_SECOND_FACTOR = "admins"
    assert refused(with_key(admin, client))
    assert with_key(rep, client).status_code == 200, "nothing is asked of reps"
    turn_on_second_factor(user=admin, secret=SECRET, code=code_now())
    assert with_key(admin, client).status_code == 200
    turn_off_second_factor(user=admin)
    assert refused(with_key(admin, client))
