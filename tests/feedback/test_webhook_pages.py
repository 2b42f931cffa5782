"""The pages of webhooks: the secret is shown once, the address never again, and what came back is only ever text."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from feedback import jobs
from feedback.actions.webhooks import put_off
from feedback.audit import Asked, entries
from feedback.models import Delivery, Endpoint, Job
from feedback.views import webhooks as views
from tests.factories import HOOK, make_webhook

SENT = {
    "name": "Field news",
    "format": "slack",
    "url": "https://hooks.chat.example/T1/B1/verysecret",
    "events": ["collateral.published", "meeting.closed"],
    "is_active": "on",
}
NEW = reverse("feedback:webhook_create")


@pytest.fixture
def endpoint(admin):
    return make_webhook(by=admin)


def deliver(endpoint, key="k", state="delivered", words="ok", status=200):
    content = {"words": "Told", "path": "/", "data": {}}
    made = {"key": key, "event_id": f"msg_{key}", "event": "request.declined", "content": content, "state": state}
    delivery = endpoint.deliveries.create(**made)
    delivery.attempts.create(status=status, milliseconds=123, words=words)
    return delivery


def text_of(answer):
    return answer.content.decode()


def test_making_one_shows_its_secret_this_once_and_keeps_neither_secret_nor_address_open(admin, sign_in):
    client = sign_in(admin)
    page = text_of(client.post(NEW, SENT))
    endpoint = Endpoint.objects.get()
    assert endpoint.secret in page
    assert endpoint.url == SENT["url"]
    row = json.dumps(Endpoint.objects.values().get(), default=str) + json.dumps(
        list(Endpoint.history.values()), default=str
    )
    for page in (
        row,
        *(text_of(client.get(url)) for url in (endpoint.get_absolute_url(), reverse("feedback:audit_list"))),
    ):
        assert endpoint.secret not in page
        assert "verysecret" not in page


def test_editing_without_an_address_keeps_it_and_never_shows_it(endpoint, admin, sign_in):
    client, url = sign_in(admin), reverse("feedback:webhook_edit", args=[endpoint.pk])
    page = text_of(client.get(url))
    assert "hooks.chat.example" in page
    assert "/T0/B0" not in page  # the path is the secret
    client.post(url, SENT | {"url": "", "name": "Renamed"})
    endpoint.refresh_from_db()
    assert (endpoint.name, endpoint.url, endpoint.format) == ("Renamed", HOOK, "slack")
    client.post(url, SENT)
    endpoint.refresh_from_db()
    assert endpoint.url == SENT["url"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"url": "http://hooks.chat.example/"}, "begin with https"),
        ({"url": "https://127.0.0.1/"}, "nothing is sent there"),
        ({"url": "https://[::ffff:10.0.0.1]/"}, "nothing is sent there"),
        ({"url": ""}, "required"),
        ({"events": []}, "required"),
        ({"events": ["gossip"]}, "not one of the available choices"),
        ({"format": "fax"}, "not one of the available choices"),
        ({"name": "Channel"}, "already exists"),
    ],
)
def test_it_refuses_what_cannot_be(changed, words, endpoint, admin, sign_in):
    answer = sign_in(admin).post(NEW, SENT | changed)
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert Endpoint.objects.count() == 1


def test_a_new_secret_ends_the_old_and_is_shown_once(endpoint, admin, sign_in):
    client, old = sign_in(admin), endpoint.secret
    page = text_of(client.post(reverse("feedback:webhook_secret", args=[endpoint.pk])))
    endpoint.refresh_from_db()
    assert endpoint.secret != old
    assert endpoint.secret in page
    assert endpoint.secret not in text_of(client.get(endpoint.get_absolute_url()))


def test_the_audit_tells_who_made_changed_and_deleted_it_and_gave_another_secret(admin, sign_in):
    client = sign_in(admin)
    client.post(NEW, SENT)
    endpoint = Endpoint.objects.get()
    client.post(reverse("feedback:webhook_edit", args=[endpoint.pk]), SENT | {"url": "", "events": ["meeting.closed"]})
    client.post(reverse("feedback:webhook_secret", args=[endpoint.pk]))
    client.post(reverse("feedback:webhook_delete", args=[endpoint.pk]))
    told = [entry for entry in entries(Asked(), 20)[0] if entry.kind == "Webhook"]
    assert [(entry.by, entry.row, entry.deed) for entry in told] == [
        (admin, "Field news", "deleted"),
        (admin, "Field news", "another secret"),
        (admin, "Field news", ""),
        (admin, "Field news", "made"),
    ]
    [change] = told[2].changes
    assert (change.field, change.before) == ("Events", "collateral.published, meeting.closed")
    assert [change.field for change in told[1].changes] == ["Secret made"]
    assert not Endpoint.objects.exists()


def test_what_came_back_is_text(endpoint, admin, sign_in):
    delivery = deliver(endpoint, words="<script>alert(1)</script>", status=500, state="given up")
    client = sign_in(admin)
    for url in (delivery.get_absolute_url(), endpoint.get_absolute_url()):
        page = text_of(client.get(url))
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)" in page
        assert "123 ms" in page
        assert "Given up" in page


def test_a_test_is_queued_and_its_page_shown(endpoint, admin, sign_in):
    answer = sign_in(admin).post(reverse("feedback:webhook_test", args=[endpoint.pk]))
    delivery = Delivery.objects.get()
    assert answer.url == delivery.get_absolute_url()
    assert Job.objects.get().payload == {"delivery": delivery.pk}


def test_sending_again_is_offered_once_it_is_over(endpoint, admin, leader, sign_in):
    over, waiting = deliver(endpoint), deliver(endpoint, "w", "waiting")
    client = sign_in(admin)
    assert "Send it again" in text_of(client.get(over.get_absolute_url()))
    assert "Send it again" not in text_of(client.get(waiting.get_absolute_url()))
    assert "Send it again" not in text_of(sign_in(leader).get(over.get_absolute_url()))
    client.post(reverse("feedback:delivery_again", args=[over.pk]))
    over.refresh_from_db()
    assert over.state == "waiting"
    assert Job.objects.filter(kind="deliver_webhook").count() == 1


def test_of_one_switched_off_nothing_is_sent(endpoint, admin, sign_in):
    delivery = deliver(endpoint)
    Endpoint.objects.update(is_active=False)
    client = sign_in(admin)
    client.post(reverse("feedback:webhook_test", args=[endpoint.pk]))
    client.post(reverse("feedback:delivery_again", args=[delivery.pk]))
    assert jobs.run_due_jobs() == 0
    page = text_of(client.get(endpoint.get_absolute_url()))
    assert "Switched off" in page
    assert "Send a test" not in page


def test_it_says_when_its_seals_cannot_be_opened(endpoint, admin, sign_in, settings):
    client = sign_in(admin)
    settings.SECRET_KEY = "another" * 10
    client.force_login(admin)
    assert "Give the address anew" in text_of(client.get(endpoint.get_absolute_url()))


def test_the_page_shows_what_is_sent_in_its_format(endpoint, admin, sign_in):
    page = text_of(sign_in(admin).get(endpoint.get_absolute_url()))
    assert "&quot;type&quot;: &quot;request.declined&quot;" in page
    form = text_of(sign_in(admin).get(NEW))
    assert "&quot;blocks&quot;" in form
    assert "AdaptiveCard" in form


@pytest.mark.parametrize("name", ["webhook_edit", "webhook_secret", "webhook_delete", "webhook_test"])
def test_of_one_that_another_admin_deletes_at_that_moment_there_is_no_page(name, endpoint, admin, sign_in, monkeypatch):
    def look_up(model, **named):
        found = get_object_or_404(model, **named)
        Endpoint.objects.all().delete()
        return found

    client = sign_in(admin)
    monkeypatch.setattr(views, "get_object_or_404", look_up)
    assert client.post(reverse(f"feedback:{name}", args=[endpoint.pk]), SENT | {"url": ""}).status_code == 404
    assert not Endpoint.objects.exists()


def test_what_scrolls_has_a_role_beside_its_name(endpoint, admin, sign_in):
    """A name alone is not read out for a `pre`."""
    client = sign_in(admin)
    for url in (endpoint.get_absolute_url(), deliver(endpoint).get_absolute_url(), NEW):
        scrolled = re.findall(r"<pre [^>]*>", text_of(client.get(url)))
        assert scrolled
        assert all('role="region"' in each and "aria-label" in each for each in scrolled)


def test_one_put_off_says_when_it_is_due_and_not_that_it_comes_at_once(endpoint, admin, sign_in):
    Endpoint.objects.update(failing_since=timezone.now())
    content = {"words": "Told", "path": "/", "data": {}}
    delivery = endpoint.deliveries.create(key="k", event_id="m", event="request.declined", content=content)
    client = sign_in(admin)
    assert "It is sent within seconds" in text_of(client.get(delivery.get_absolute_url()))
    put_off(delivery=delivery, until=timezone.now() + timedelta(minutes=2))
    page = text_of(client.get(delivery.get_absolute_url()))
    assert "The next one is at" in page
    assert "about one thing a minute" in page
    assert "It is sent within seconds" not in page


def test_what_is_beyond_the_first_page_is_reached(endpoint, admin, sign_in):
    client = sign_in(admin)
    rows = [deliver(endpoint, f"k{number}") for number in range(51)]
    first = client.get(endpoint.get_absolute_url())
    assert "1 to 50 of 51" in text_of(first)
    assert rows[0].get_absolute_url() not in text_of(first)
    [following] = re.findall(r'rel="next" href="([^"]+)"', text_of(first))
    second = text_of(client.get(endpoint.get_absolute_url() + unescape(following)))
    assert rows[0].get_absolute_url() in second
    assert "51 to 51 of 51" in second


def test_the_page_that_shows_a_secret_leads_to_no_other_page_of_itself(endpoint, admin, sign_in):
    for number in range(51):
        deliver(endpoint, f"k{number}")
    page = text_of(sign_in(admin).post(reverse("feedback:webhook_secret", args=[endpoint.pk])))
    assert "Copy the secret now" in page
    assert "?page=" not in page
    assert "?page=" in text_of(sign_in(admin).get(endpoint.get_absolute_url()))


def test_lists_cost_the_same_however_long_they_are(endpoint, admin, sign_in, django_assert_max_num_queries):
    client = sign_in(admin)
    for number in range(30):
        delivery = deliver(endpoint, str(number))
        delivery.attempts.create(status=500, milliseconds=1, words="no", at=timezone.now() - timedelta(hours=1))
    client.get(endpoint.get_absolute_url())
    with django_assert_max_num_queries(14):
        page = text_of(client.get(endpoint.get_absolute_url()))
    assert page.count("123 ms") == 30
    for number in range(10):
        deliver(make_webhook(f"Channel {number}", by=admin))
    with django_assert_max_num_queries(14):
        assert text_of(client.get(reverse("feedback:webhook_list"))).count("Delivered") == 11
