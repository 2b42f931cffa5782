"""The sign-in and password pages: what they answer, how often one may try, and what they tell a stranger."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from feedback.jobs import run_due_jobs
from feedback.models import Job
from feedback.models.tries import Tries
from feedback.throttle import CODE_LIMIT

RIGHT = "right horse battery"


@pytest.fixture
def known(rep):
    rep.set_password(RIGHT)
    rep.save()
    return rep


def post(client, name, password, address="192.0.2.1"):
    return client.post(reverse("login"), {"username": name, "password": password}, REMOTE_ADDR=address)


def test_it_signs_in_and_goes_where_one_wanted(known, client):
    answer = client.post(reverse("login") + "?next=/deals/", {"username": known.username, "password": RIGHT})
    assert (answer.status_code, answer.url) == (302, "/deals/")


def test_it_never_leads_to_another_site(known, client):
    answer = client.post(
        reverse("login"), {"username": known.username, "password": RIGHT, "next": "https://evil.example/"}
    )
    assert answer.url == reverse("feedback:home")


def test_a_wrong_password_answers_422_and_keeps_the_name_only(known, client):
    page = post(client, known.username, "wrong-password-typed")
    assert page.status_code == 422
    assert known.username in page.content.decode()
    assert "wrong-password-typed" not in page.content.decode()


def test_it_says_the_same_of_unknown_inactive_and_known_people(known, other_rep, client):
    other_rep.set_password(RIGHT)
    other_rep.is_active = False
    other_rep.save()
    tries = [(known.username, "wrong"), (other_rep.username, RIGHT), ("nobody", "wrong")]
    errors = {str(post(client, *each).context["form"].errors) for each in tries}
    assert len(errors) == 1


def test_a_name_is_locked_from_one_address_and_the_page_says_until_when(known, client):
    for _ in range(8):
        post(client, known.username, "wrong")
    page = post(client, known.username, RIGHT)
    assert page.status_code == 429
    assert "Try again in 15 minutes" in page.content.decode()
    assert 0 < int(page.headers["Retry-After"]) <= 900
    assert post(client, known.username, RIGHT, address="192.0.2.2").status_code == 302


def test_a_lock_ends_by_itself_however_often_one_tries_meanwhile(known, client):
    for _ in range(12):
        post(client, known.username, "wrong")
    assert AccessAttempt.objects.get().failures_since_start == 8
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert post(client, known.username, RIGHT).status_code == 302


def test_many_names_from_one_address_lock_the_address(known, client, settings):
    settings.SIGN_IN_ADDRESS_LIMIT = 10
    for number in range(10):
        post(client, f"name-{number}", "wrong")
    assert post(client, known.username, RIGHT).status_code == 429
    assert post(client, known.username, RIGHT, address="192.0.2.2").status_code == 302


def test_an_office_behind_one_address_forgets_a_few_passwords(known, client):
    for number in range(50):
        post(client, f"name-{number}", "wrong")
    assert post(client, known.username, RIGHT).status_code == 302


def test_what_was_typed_is_not_kept_in_the_failures(known, client):
    post(client, known.username, "wrong-password-typed")
    kept = AccessAttempt.objects.values().get()
    assert "wrong-password-typed" not in str(kept)


def test_a_reset_unlocks_and_signs_out_everywhere(known, client, sign_in):
    elsewhere = sign_in(known)
    for _ in range(8):
        post(client, known.username, "wrong")
    for _ in range(CODE_LIMIT):
        Tries.objects.spend("code", who=str(known.pk), limit=CODE_LIMIT, per=timedelta(minutes=15))
    client.post(reverse("password_reset"), {"email": known.email})
    run_due_jobs()
    link = next(line for line in mail.outbox[0].body.splitlines() if "/password/reset/" in line)
    form = client.get(link.replace("http://testserver", ""), follow=True)
    new = {"new_password1": "a wholly new phrase", "new_password2": "a wholly new phrase"}
    assert client.post(form.request["PATH_INFO"], new).status_code == 302
    assert post(client, known.username, "a wholly new phrase").status_code == 302
    assert elsewhere.get(reverse("feedback:home")).status_code == 302
    # The second factor stands behind whoever holds the mailbox: wrong codes are not forgiven with a new password.
    assert Tries.objects.is_spent("code", who=str(known.pk), limit=CODE_LIMIT)


def test_a_reset_says_and_does_the_same_for_an_address_nobody_has(known, client):
    pages = [client.post(reverse("password_reset"), {"email": email}) for email in (known.email, "no@x.example")]
    assert [page.url for page in pages] == [reverse("password_reset_done")] * 2
    assert Job.objects.filter(kind="send_password_reset").count() == 2
    run_due_jobs()
    assert [m.to for m in mail.outbox] == [[known.email]]
    assert set(Job.objects.values_list("payload__email", flat=True)) == {None}


def test_a_mailbox_gets_three_links_an_hour(known, client):
    for _ in range(5):
        assert client.post(reverse("password_reset"), {"email": known.email}).status_code == 302
    run_due_jobs()
    assert len(mail.outbox) == 3


def test_an_address_asks_for_twenty_links_an_hour(db, client):
    answers = [client.post(reverse("password_reset"), {"email": f"x{n}@x.example"}) for n in range(21)]
    assert [a.status_code for a in answers] == [302] * 20 + [429]


@pytest.mark.parametrize("name", ["password_reset", "password_change"])
def test_bad_input_answers_422(name, known, sign_in):
    assert sign_in(known).post(reverse(name), {}).status_code == 422


@pytest.mark.parametrize(
    ("password", "why"),
    [("short-one-x", "12 characters"), ("1234567890123", "numeric"), ("rita reprita", "similar")]
    + [("q1w2e3r4t5y6", "common")],
)
def test_a_weak_password_is_refused(password, why, known, sign_in):
    typed = {"old_password": RIGHT, "new_password1": password, "new_password2": password}
    page = sign_in(known).post(reverse("password_change"), typed)
    assert page.status_code == 422
    assert why in page.content.decode()


def test_changing_a_password_asks_for_the_present_one(known, sign_in):
    typed = {"old_password": "wrong", "new_password1": "a wholly new phrase", "new_password2": "a wholly new phrase"}
    assert sign_in(known).post(reverse("password_change"), typed).status_code == 422
    known.refresh_from_db()
    assert known.check_password(RIGHT)


def test_the_admin_site_has_no_sign_in_of_its_own(known, client, sign_in):
    stranger = client.get(reverse("admin:login") + "?next=/admin/")
    assert stranger.url == f"{reverse('login')}?next=/admin/"
    assert sign_in(known).get(reverse("admin:login")).status_code == 403
