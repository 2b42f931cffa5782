"""The second factor: set up, asked for at every way in, throttled, required and reset."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth import login
from django.urls import get_resolver, reverse

from feedback.actions.people import deactivate_person
from feedback.actions.second_factor import turn_on_second_factor
from feedback.models import SecondFactorReset, Session
from feedback.second_factor import recovery_codes_left, takes_code

PASSWORD = "right horse battery"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HOME, SECURITY = "feedback:home", "feedback:security"


def code_now(step=0, secret=SECRET):
    """What the app shows, now or some half minutes later."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30 + step))


@pytest.fixture
def careful(rep):
    """A rep with a second factor, whose code of the last half minute is spent; `codes` are the recovery codes."""
    rep.set_password(PASSWORD)
    rep.save()
    rep.codes = turn_on_second_factor(user=rep, secret=SECRET, code=code_now(-1))
    return rep


def give_password(client, user, **more):
    return client.post(reverse("login"), {"username": user.username, "password": PASSWORD, **more})


def give_code(client, code, **more):
    return client.post(reverse("second_factor"), {"code": code, **more})


def is_in(client):
    return client.get(reverse(HOME)).status_code == 200


def test_the_password_alone_opens_nothing(careful, client):
    answer = give_password(client, careful, next="/deals/")
    assert answer.url == f"{reverse('second_factor')}?next=%2Fdeals%2F"
    assert not is_in(client)
    assert client.get(reverse("admin:index")).status_code == 302
    assert client.get(reverse("login")).url.startswith(reverse("second_factor"))


def test_the_code_opens_and_renews_the_session(careful, client):
    give_password(client, careful)
    before = client.session.session_key
    answer = give_code(client, code_now(), next="/deals/")
    assert (answer.status_code, answer.url) == (302, "/deals/")
    assert client.session.session_key != before
    assert is_in(client)


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "nowhere"])
def test_it_never_leads_to_what_is_no_page_of_ours(elsewhere, careful, client):
    give_password(client, careful)
    assert give_code(client, code_now(), next=elsewhere).url == reverse(HOME)


def test_a_code_works_once(careful, client, sign_in):
    code = code_now()
    give_password(client, careful)
    give_code(client, code)
    other = sign_in(None)
    give_password(other, careful)
    assert give_code(other, code).status_code == 422
    assert not is_in(other)


def test_a_recovery_code_works_once(careful, client, sign_in):
    for answer in (302, 422):
        someone = sign_in(None)
        give_password(someone, careful)
        assert give_code(someone, careful.codes[0]).status_code == answer
    assert recovery_codes_left(careful) == 9


@pytest.mark.parametrize("code", ["", "000000x", "12345", "½½½½½½", "9" * 50])
def test_a_wrong_code_answers_422(code, careful, client):
    give_password(client, careful)
    assert give_code(client, code).status_code == 422
    assert not is_in(client)


def test_codes_cannot_be_guessed_not_even_from_many_sessions(careful, sign_in):
    for _ in range(5):
        someone = sign_in(None)
        give_password(someone, careful)
        give_code(someone, "nothing")
    someone = sign_in(None)
    give_password(someone, careful)
    page = give_code(someone, code_now())
    assert page.status_code == 429
    assert "Try again in 15 minutes" in page.content.decode()
    assert not is_in(someone)


def test_one_has_ten_minutes_for_the_code(careful, client):
    give_password(client, careful)
    session = client.session
    session["began"] -= 601
    session.save()
    assert give_code(client, code_now()).url == reverse("login")
    assert not is_in(client)


def test_no_way_in_forgets_to_ask(careful, client, rf, sign_in):
    """Whatever calls login() (an invitation, the company's provider) makes a session that still owes the code."""
    client = sign_in(careful)  # force_login, nothing but login() inside
    assert not is_in(client)
    assert client.post(reverse("feedback:sessions_end")).status_code == 302
    assert client.get("/api/v1/").status_code in (401, 403, 404, 302)
    request = rf.get("/")
    request.session = client.session
    login(request, careful, backend="django.contrib.auth.backends.ModelBackend")
    assert request.session["second_factor"] == "asked"


def set_up(client, **more):
    page = client.get(reverse("feedback:second_factor_create")).content.decode()
    secret = re.search(r'<code class="qr-key">(\w+)<', page).group(1)
    typed = {"password": PASSWORD, "code": code_now(secret=secret), **more}
    return page, secret, client.post(reverse("feedback:second_factor_create"), typed)


def test_a_person_sets_it_up(rep, sign_in):
    rep.set_password(PASSWORD)
    rep.save()
    here, there = sign_in(rep), sign_in(rep)
    form, secret, page = set_up(here)
    assert '<svg class="qr" role="img"' in form
    codes = re.findall(r"<li><code>(\d{8})</code>", page.content.decode())
    assert len(codes) == 10
    assert f"%0D%0A{codes[9]}" in page.content.decode()
    assert "no-store" in page.headers["Cache-Control"]
    assert is_in(here)
    assert not is_in(there)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not any(code in kept for code in codes)


@pytest.mark.parametrize("typed", [{"password": "wrong"}, {"code": "000000x"}, {"code": ""}])
def test_setting_up_takes_the_password_and_a_code(typed, rep, sign_in):
    rep.set_password(PASSWORD)
    rep.save()
    _, _, page = set_up(sign_in(rep), **typed)
    assert page.status_code == 422
    assert not Authenticator.objects.exists()


def passed(sign_in, user):
    client = sign_in(user)
    assert give_code(client, code_now()).status_code == 302
    return client


def test_new_recovery_codes_replace_the_old(careful, sign_in):
    client = passed(sign_in, careful)
    page = client.post(reverse("feedback:recovery_codes"), {"code": careful.codes[0]})
    fresh = re.findall(r"<li><code>(\d{8})</code>", page.content.decode())
    assert len(fresh) == 10
    assert not set(fresh) & set(careful.codes)


def test_it_is_turned_off_for_a_code_only(careful, sign_in):
    client = passed(sign_in, careful)
    assert client.post(reverse("feedback:second_factor_end"), {"code": "nothing"}).status_code == 422
    assert client.post(reverse("feedback:second_factor_end"), {"code": careful.codes[0]}).status_code == 302
    assert not Authenticator.objects.exists()
    assert is_in(client)


def test_whom_the_company_asks_can_only_set_it_up(rep, admin, sign_in, settings):
    settings.REQUIRE_SECOND_FACTOR = "admins"
    assert is_in(sign_in(rep))
    client = sign_in(admin)
    for url in (reverse(HOME), reverse("admin:index"), "/deals/"):
        assert client.get(url).url == reverse("feedback:second_factor_create")
    admin.set_password(PASSWORD)
    admin.save()
    client = sign_in(admin)
    set_up(client)
    assert is_in(client)
    assert client.get(reverse("feedback:second_factor_end")).status_code == 403


def test_an_admin_resets_it_for_who_lost_the_device(careful, admin, sign_in):
    client = passed(sign_in, careful)
    sign_in(admin).post(reverse("feedback:second_factor_reset", args=[careful.pk]))
    reset = SecondFactorReset.objects.get()
    assert (reset.user, reset.by) == (careful, admin)
    assert not Session.objects.filter(user=careful).exists()
    assert not is_in(client)
    assert is_in(sign_in(careful))


def test_another_key_of_the_portal_opens_no_code_and_breaks_nothing(careful, client, settings):
    give_password(client, careful)
    settings.SECRET_KEY = "another " * 8
    assert not takes_code(careful, code_now())


def test_nothing_of_the_library_is_opened():
    named = {str(name) for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert not {name for name in named if name.startswith(("account_", "mfa_", "socialaccount_"))}


def test_an_admin_lets_somebody_try_again(careful, admin, client, sign_in):
    here = sign_in(admin)
    page = reverse("feedback:person_detail", args=[careful.pk])
    assert "Let them try again" not in here.get(page).content.decode()
    for _ in range(8):
        client.post(reverse("login"), {"username": careful.username, "password": "wrong"})
    assert give_password(client, careful).status_code == 429
    assert "Let them try again" in here.get(page).content.decode()
    here.post(reverse("feedback:person_unlock", args=[careful.pk]))
    give_password(client, careful)
    for _ in range(5):
        give_code(client, "nothing")
    assert give_code(client, code_now()).status_code == 429
    assert "Let them try again" in here.get(page).content.decode()
    here.post(reverse("feedback:person_unlock", args=[careful.pk]))
    assert give_code(client, code_now()).status_code == 302


def test_letting_somebody_back_in_revives_no_session(rep, admin, sign_in):
    client = sign_in(rep)
    deactivate_person(person=rep, by=admin)
    assert not Session.objects.filter(user=rep).exists()
    assert not is_in(client)
