from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.actions.tokens import make_token, revoke_token
from feedback.models import Token

ME = "/api/v1/me/"


def keyed(client, key, url=ME, method="get", **rest):
    return getattr(client, method)(url, headers={"Authorization": f"Bearer {key}"}, **rest)


@pytest.fixture
def made(rep):
    return make_token(user=rep, name="CRM sync", scopes=["read"], days=30)


def test_it_reads_as_its_owner(made, rep, client):
    answer = keyed(client, made[1])
    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["scopes"]) == ("Rita Rep", ["read"])


def test_it_is_kept_as_a_hash_with_a_start_to_recognise(made):
    token, key = made
    assert key.startswith("cl_")
    assert len(key) >= 40
    assert key.startswith(token.start)
    assert key not in str(Token.objects.values().get())


def test_it_is_shown_once(rep, sign_in):
    client, url = sign_in(rep), reverse("feedback:token_list")
    page = client.post(url, {"name": "Sync", "scopes": ["read"], "days": "30"})
    key = page.context["made"][1]
    assert key in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert key not in client.get(url).content.decode()
    assert keyed(client, key).status_code == 200


@pytest.mark.parametrize("wrong", [{"name": ""}, {"scopes": []}, {"scopes": ["all"]}, {"days": "3650"}])
def test_it_is_not_made_of_a_wrong_form(wrong, rep, sign_in):
    form = {"name": "Sync", "scopes": ["read"], "days": "30"} | wrong
    assert sign_in(rep).post(reverse("feedback:token_list"), form).status_code == 422
    assert not Token.objects.exists()


def test_it_lives_a_year_at_most(rep):
    token, _ = make_token(user=rep, name="Sync", scopes=["read"], days=4000)
    assert token.expires_at - token.made_at == timedelta(days=365)


def test_it_ends_when_revoked_expired_or_its_owner_is_deactivated(made, rep, client):
    token, key = made
    Token.objects.update(expires_at=timezone.now())
    assert keyed(client, key).status_code == 401
    Token.objects.update(expires_at=timezone.now() + timedelta(days=1))
    assert keyed(client, key).status_code == 200
    rep.is_active = False
    rep.save()
    assert keyed(client, key).status_code == 401
    rep.is_active = True
    rep.save()
    revoke_token(token=token, by=rep)
    refused = keyed(client, key)
    assert refused.status_code == 401
    assert "revoked" in refused.json()["detail"]


@pytest.mark.parametrize("key", ["", "cl_", "cl_wrong", "\xff", "a b", "x" * 5000])
def test_it_refuses_other_keys(key, made, client):
    assert client.get(ME, HTTP_AUTHORIZATION=f"Bearer {key}").status_code == 401


def test_its_use_is_written_once_a_minute(made, client):
    keyed(client, made[1])
    first = Token.objects.get().last_used_at
    keyed(client, made[1])
    assert Token.objects.get().last_used_at == first
    Token.objects.update(last_used_at=first - timedelta(minutes=2))
    keyed(client, made[1])
    assert Token.objects.get().last_used_at > first


def test_it_opens_no_page(made, client):
    answer = keyed(client, made[1], reverse("feedback:opportunity_list"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("login"))


def test_it_does_what_its_scopes_say(rep, client):
    _, reads = make_token(user=rep, name="r", scopes=["read"], days=1)
    _, writes = make_token(user=rep, name="w", scopes=["write:objections"], days=1)
    log = {"method": "post", "url": "/api/v1/objections/", "data": {"text": "x"}, "content_type": "application/json"}
    refused = keyed(client, reads, **log)
    assert (refused.status_code, "write:objections" in refused.json()["detail"]) == (403, True)
    assert keyed(client, writes, **log).status_code == 201
    assert keyed(client, writes).status_code == 403


def test_admins_revoke_everybodys_and_others_their_own(made, other_rep, admin, sign_in):
    url = reverse("feedback:token_revoke", args=[made[0].pk])
    assert sign_in(other_rep).post(url).status_code == 404
    assert b"CRM sync" in sign_in(admin).get(reverse("feedback:token_all")).content
    sign_in(admin).post(url)
    sign_in(admin).post(url)
    token = Token.objects.get()
    assert (token.revoked_by, token.revoked_at is None) == (admin, False)
