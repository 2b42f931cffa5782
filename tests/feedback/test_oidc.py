"""Signing in through the company's provider, against a small one inside the process."""

import time

import pytest
import requests
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.core import mail
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from config.roles import role_mapping
from feedback.actions.invitations import invite_person
from feedback.actions.second_factor import turn_on_second_factor
from feedback.discovery import AWAY, KEPT, discovery
from feedback.jobs import run_due_jobs
from feedback.models import User
from feedback.oidc import OurAccountAdapter
from tests.factories import make_user
from tests.feedback.test_second_factor import SECRET as APP_SECRET
from tests.feedback.test_second_factor import code_now
from tests.provider import CLIENT, ISSUER, SECRET, Provider, make_key

HOME = "feedback:home"


@pytest.fixture
def provider(settings, monkeypatch):
    settings.OIDC_ISSUER_URL, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = ISSUER, CLIENT, SECRET
    settings.OIDC_NAME = "Palletry"
    provider = Provider()
    monkeypatch.setattr(OurAccountAdapter, "get_requests_session", lambda self: provider.session())
    discovery.forget()
    yield provider
    discovery.forget()


def come_back(client, provider, query="", **claims):
    """Leaves for the provider, which says these claims, and comes back."""
    leave = client.get(reverse("oidc_login") + query)
    assert leave.url.startswith(f"{ISSUER}/authorize?")
    return client.get(reverse("oidc_callback"), provider.authorize(leave.url, **claims))


def is_in(client):
    return client.get(reverse(HOME)).status_code == 200


def test_it_signs_in_whose_verified_address_it_is(provider, rep, client):
    before = client.session.session_key
    answer = come_back(client, provider, "?next=/deals/", email=rep.email.upper())
    assert (answer.status_code, answer.url) == (302, "/deals/")
    assert client.get(reverse(HOME)).context["user"] == rep
    assert client.session.session_key != before


def test_it_asks_with_state_nonce_and_pkce_and_for_no_more_than_it_needs(provider, rep, client):
    come_back(client, provider, email=rep.email)
    asked = provider.asked
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["nonce"]) >= 24
    assert set(asked["scope"].split()) == {"openid", "email", "profile"}
    assert asked["redirect_uri"] == "http://testserver/sign-in/company/back/"
    assert SECRET not in str(asked)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "nowhere"])
def test_it_never_leads_to_what_is_no_page_of_ours(elsewhere, provider, rep, client):
    assert come_back(client, provider, f"?next={elsewhere}", email=rep.email).url == reverse(HOME)


WRONG = {
    "another audience": {"aud": "another-client"},
    "another party of several": {"aud": [CLIENT, "other"], "azp": "other"},
    "another issuer": {"iss": "https://evil.example"},
    "expired": {"exp": int(time.time()) - 3600},
    "of tomorrow": {"iat": int(time.time()) + 86400},
    "another nonce": {"nonce": "replayed"},
    "no nonce": {"nonce": None},
    "unverified address": {"email_verified": False},
    "address verified in words": {"email_verified": "true"},
    "no address": {"email": None},
}


@pytest.mark.parametrize("claims", WRONG.values(), ids=WRONG)
def test_it_refuses_what_does_not_prove_who_it_is(claims, provider, rep, client, settings):
    settings.OIDC_SIGN_UP = True
    page = come_back(client, provider, **{"email": rep.email, **claims})
    assert page.status_code == 403
    assert "You are not signed in" in page.content.decode()
    assert not is_in(client)


@pytest.mark.parametrize("change", [{"key": make_key()}, {"kid": "2"}, {"key": "", "algorithm": "none"}])
def test_it_refuses_what_the_provider_did_not_sign(change, provider, rep, client):
    for name, value in change.items():
        setattr(provider, name, value)
    assert come_back(client, provider, email=rep.email).status_code == 403
    assert not is_in(client)


def test_it_refuses_a_token_signed_with_the_public_key_as_a_secret(provider, rep, client):
    provider.key, provider.algorithm = "the public key, known to all, as a shared secret", "HS256"
    assert come_back(client, provider, email=rep.email).status_code == 403


def test_it_refuses_a_provider_that_names_another_issuer(provider, rep, client):
    provider.config = {"issuer": "https://evil.example"}
    assert come_back(client, provider, email=rep.email, iss="https://evil.example").status_code == 403


def test_an_answer_counts_once_and_only_in_the_browser_that_left(provider, rep, client, sign_in):
    leave = client.get(reverse("oidc_login"))
    back = provider.authorize(leave.url, email=rep.email)
    stranger = sign_in(None)
    assert stranger.get(reverse("oidc_callback"), back).status_code == 403
    assert client.get(reverse("oidc_callback"), back).status_code == 302
    assert sign_in(None).get(reverse("oidc_callback"), back).status_code == 403
    assert client.get(reverse("oidc_callback"), back).status_code == 403


def test_stopping_at_the_provider_says_so(provider, client, db):
    leave = client.get(reverse("oidc_login"))
    state = provider.authorize(leave.url)["state"]
    page = client.get(reverse("oidc_callback"), {"error": "access_denied", "state": state})
    assert page.status_code == 403
    assert "You stopped signing in" in page.content.decode()


DOWN = requests.ConnectionError()
BROKEN = [{"down": DOWN}, {"config": {"authorization_endpoint": None}}, {"config": {"jwks_uri": 7}}]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_provider_that_is_away_is_said_and_breaks_nothing(broken, provider, client, db):
    for name, value in broken.items():
        setattr(provider, name, value)
    assert is_away(client.get(reverse("oidc_login")))


def is_away(page):
    said = "cannot be reached. Try again in a minute" in page.content.decode()
    return (page.status_code, page.headers.get("Retry-After"), said) == (503, "30", True)


def test_a_provider_that_dies_meanwhile_is_said_and_left_alone(provider, client, db):
    backs = []
    for _ in range(2):
        backs.append(provider.authorize(client.get(reverse("oidc_login")).url, email="x@x.example"))
    provider.down = DOWN
    asked = len(provider.paths)
    assert all(is_away(client.get(reverse("oidc_callback"), back)) for back in backs)
    assert len(provider.paths) == asked + 1


def test_one_slow_answer_closes_it_for_nobody_else(provider, client, sign_in, db):
    back = provider.authorize(client.get(reverse("oidc_login")).url, email="x@x.example")
    provider.down = requests.ReadTimeout("slow")
    assert is_away(client.get(reverse("oidc_callback"), back))
    assert sign_in(None).get(reverse("oidc_login")).status_code == 302


DESCRIPTION = "/.well-known/openid-configuration"


def test_it_is_asked_what_it_is_once_in_ten_minutes(provider, client, db, monkeypatch):
    for _ in range(20):
        assert client.get(reverse("oidc_login")).status_code == 302
    assert provider.paths == [DESCRIPTION]
    pass_time(monkeypatch, KEPT + 1)
    client.get(reverse("oidc_login"))
    assert provider.paths == [DESCRIPTION] * 2


def test_while_it_is_away_it_is_asked_twice_a_minute(provider, client, db, monkeypatch):
    provider.down = DOWN
    assert all(is_away(client.get(reverse("oidc_login"))) for _ in range(20))
    assert provider.paths == [DESCRIPTION]
    provider.down = None
    assert is_away(client.get(reverse("oidc_login")))
    pass_time(monkeypatch, AWAY + 1)
    assert client.get(reverse("oidc_login")).status_code == 302


def pass_time(monkeypatch, seconds):
    later = time.monotonic() + seconds
    monkeypatch.setattr("feedback.discovery.time.monotonic", lambda: later)


def test_nobody_waits_for_the_question_of_another(provider, client, db, sign_in, monkeypatch):
    during = []
    provider.meanwhile = lambda: during.append(sign_in(None).get(reverse("oidc_login")))
    assert client.get(reverse("oidc_login")).status_code == 302
    assert is_away(during[0])
    pass_time(monkeypatch, KEPT + 1)
    assert client.get(reverse("oidc_login")).status_code == 302
    assert during[1].status_code == 302


def test_no_answer_is_waited_for_longer_than_three_seconds():
    assert OurAccountAdapter().get_requests_session().request.keywords["timeout"] == 3


def test_strangers_are_made_only_if_told_to(provider, company, client, settings):
    page = come_back(client, provider, email="new@palletry.example", name="Nora New")
    assert page.status_code == 403
    assert "invite you" in page.content.decode()
    settings.OIDC_SIGN_UP = True
    assert come_back(client, provider, email="new@palletry.example", name="Nora New").status_code == 302
    new = User.objects.get(email="new@palletry.example")
    assert (new.name, new.role, new.is_superuser, new.has_usable_password()) == ("Nora New", "rep", False, False)


def test_the_deactivated_stay_out(provider, rep, client, settings):
    settings.OIDC_SIGN_UP = True
    rep.is_active = False
    rep.save()
    assert come_back(client, provider, email=rep.email).status_code == 403
    assert not User.objects.get(pk=rep.pk).is_active


MAPPING = [("sales", "rep"), ("marketing", "marketer"), ("heads", "leader"), ("it", "admin")]


@pytest.mark.parametrize(
    ("claim", "role", "is_admin"),
    [
        ("marketing", "marketer", False),
        (["x", "heads"], "leader", False),
        (["it"], "rep", True),
        (["marketing", "it"], "marketer", True),
        (["unknown"], "rep", False),
        (None, "rep", False),
    ],
)
def test_a_claim_gives_the_role_at_each_sign_in(claim, role, is_admin, provider, rep, admin, client, settings):
    settings.OIDC_ROLE_CLAIM, settings.OIDC_ROLES = "groups", MAPPING
    come_back(client, provider, email=rep.email, groups=claim)
    rep.refresh_from_db()
    assert (rep.role, rep.is_superuser, rep.is_staff) == (role, is_admin, is_admin)
    if claim in ("marketing",):
        change = rep.history.first()
        assert change.role == role
        assert "Palletry" in change.history_change_reason


def test_a_claim_takes_admin_from_one_of_two_but_never_from_the_last(provider, admin, rep, client, settings):
    settings.OIDC_ROLE_CLAIM, settings.OIDC_ROLES = "groups", MAPPING
    come_back(client, provider, email=admin.email, groups=["marketing"])
    admin.refresh_from_db()
    assert (admin.role, admin.is_superuser) == ("marketer", True)
    rep.is_superuser = True
    rep.save()
    come_back(client, provider, email=admin.email, groups=["marketing"])
    admin.refresh_from_db()
    assert not admin.is_superuser


def test_the_second_factor_is_asked_for_here_too(provider, rep, client):
    turn_on_second_factor(user=rep, secret=APP_SECRET, code=code_now(-1))
    answer = come_back(client, provider, "?next=/deals/", email=rep.email)
    assert answer.url == f"{reverse('second_factor')}?next=%2Fdeals%2F"
    assert not is_in(client)
    assert Authenticator.objects.filter(user=rep).exists()


def test_nothing_of_it_is_kept_in_the_database(provider, rep, client):
    come_back(client, provider, email=rep.email)
    assert not SocialApp.objects.exists()
    assert not SocialAccount.objects.exists()
    assert not SocialToken.objects.exists()


def test_passwords_can_be_left_to_admins(provider, rep, admin, client, sign_in, settings):
    settings.OIDC_ONLY = True
    for user, status in ((rep, 422), (admin, 302)):
        user.set_password("right horse battery")
        user.save()
        typed = {"username": user.username, "password": "right horse battery"}
        assert sign_in(None).post(reverse("login"), typed).status_code == status


@pytest.fixture
def invited(provider, admin, settings):
    """Somebody whom an admin invited where passwords are left to admins, and the address of the link."""
    settings.OIDC_ONLY = True
    nora = make_user("Nora New", is_active=False)
    _, token = invite_person(person=nora, by=admin)
    return nora, reverse("feedback:invitation_accept", args=[token])


def test_who_is_invited_then_comes_in_through_the_company_and_has_no_password(invited, provider, client, sign_in):
    nora, link = invited
    assert "Open the link of your invitation" in come_back(client, provider, email=nora.email).content.decode()
    page = client.get(link).content.decode()
    assert "Sign in through Palletry" in page
    assert 'name="password"' not in page

    answer = client.post(link, {"name": "Nora Newman", "password": "right horse battery"})

    nora.refresh_from_db()
    assert answer.url == reverse("oidc_login")
    assert (nora.is_active, nora.name, nora.has_usable_password()) == (True, "Nora Newman", False)
    assert not is_in(client)
    assert come_back(client, provider, email=nora.email).status_code == 302
    assert is_in(client)


def test_an_invited_admin_still_chooses_a_password(invited, client):
    nora, link = invited
    User.objects.filter(pk=nora.pk).update(is_superuser=True)
    assert client.post(link, {"name": "Nora"}).status_code == 422
    client.post(link, {"name": "Nora", "password": "right horse battery"})
    assert is_in(client)
    assert User.objects.get(pk=nora.pk).has_usable_password()


def test_an_invitation_then_speaks_of_no_password(invited, admin, sign_in):
    sign_in(admin).post(reverse("feedback:person_invite", args=[invited[0].pk]))
    assert "You sign in through Palletry" in mail.outbox[0].body
    assert "choose a password" not in mail.outbox[0].body


def test_links_for_a_new_password_then_go_to_admins_only(provider, rep, admin, client, settings):
    settings.OIDC_ONLY = True
    for user in (rep, admin):
        user.set_password("right horse battery")
        user.save()
        client.post(reverse("password_reset"), {"email": user.email})
    run_due_jobs()
    assert [message.to for message in mail.outbox] == [[admin.email]]


def test_the_sign_in_page_offers_it_when_there_is_one(provider, client, db, settings):
    page = client.get(reverse("login") + "?next=/deals/").content.decode()
    assert "Sign in through Palletry" in page
    assert "/sign-in/company/?next=%2Fdeals%2F" in page
    settings.OIDC_ISSUER_URL = ""
    assert "Palletry" not in client.get(reverse("login")).content.decode()


@pytest.mark.parametrize("text", ["sales", "sales=boss", "=rep"])
def test_a_mapping_nobody_can_mean_stops_the_start(text):
    with pytest.raises(ImproperlyConfigured):
        role_mapping(text)


def test_a_mapping_is_read_in_order():
    assert role_mapping("sales=rep, cn=it,dc=x=admin".replace("cn=it,dc=x", "cn=it")) == [
        ("sales", "rep"),
        ("cn=it", "admin"),
    ]


def test_nobody_takes_the_address_of_a_colleague_to_come(provider, rep, client, sign_in, settings):
    settings.OIDC_SIGN_UP, settings.OIDC_ROLE_CLAIM, settings.OIDC_ROLES = True, "groups", [("bosses", "admin")]
    taken = {"name": "Rita", "email": "boss@palletry.example", "time_zone": "UTC"}
    assert sign_in(rep).post(reverse("feedback:profile"), taken).status_code == 302
    come_back(client, provider, email="boss@palletry.example", name="Bea Boss", groups=["bosses"])
    boss = client.get(reverse(HOME)).context["user"]
    rep.refresh_from_db()
    assert (boss.name, boss.is_superuser) == ("Bea Boss", True)
    assert (rep.name, rep.is_superuser) == ("Rita", False)


def test_a_letter_that_only_looks_alike_is_another_address(provider, company, client):
    make_user("Kim", username="kim@palletry.example")
    assert come_back(client, provider, email="k\u0131m@palletry.example").status_code == 403
