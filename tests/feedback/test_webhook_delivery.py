"""From an event to its delivery: written with what happened, tried again under the same id, given up at last."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from feedback import jobs
from feedback.actions import webhooks
from feedback.actions.endpoints import change_endpoint, renew_secret
from feedback.actions.webhooks import FAILING, announce, send_again, send_test, take_back_event, wait_after
from feedback.models import Attempt, Delivery, Endpoint, Job, Notification
from feedback.retention import kinds
from feedback.webhooks import delivering
from feedback.webhooks.pacing import PAUSE
from feedback.webhooks.sending import Answer
from tests.factories import make_webhook
from tests.receiver import certificate, receiving

CONTENT = {"words": "Declined", "path": "/content/1/", "data": {}}


@pytest.fixture
def endpoint(admin):
    return make_webhook(by=admin, events=["request.declined", "meeting.closed"])


class Answers(list):
    """What the other side answers, one status after the other, then 200; `sent` are the ids that were sent."""

    sent: list


@pytest.fixture
def answers(monkeypatch):
    said = Answers()
    said.sent = []

    def send(delivery):
        said.sent.append(delivery.event_id)
        return Answer(said.pop(0) if said else 200, 12, "<b>words</b>")

    monkeypatch.setattr(delivering, "send", send)
    return said


def tell(key="move-1", event="request.declined"):
    return announce(event=event, key=key, said=lambda: CONTENT)


def pass_time():
    """Lets every wait be over, that between two deliveries of one that fails too, and does what is due."""
    Job.objects.filter(state="waiting").update(not_before=None)
    Attempt.objects.update(at=F("at") - PAUSE)
    return jobs.run_due_jobs()


def test_an_event_is_sent_once_to_each_endpoint_that_wants_it(endpoint, answers, admin):
    make_webhook("Off", by=admin, is_active=False)
    make_webhook("Others", by=admin, events=["collateral.published"])
    make_webhook("Too", by=admin)
    assert tell() == 2
    assert tell() == 0
    assert jobs.run_due_jobs() == 2
    ids = set(Delivery.objects.values_list("event_id", flat=True))
    assert len(ids) == 1
    assert answers.sent == [*ids] * 2
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}


def test_where_nobody_wants_it_nothing_is_asked_or_written(endpoint, django_assert_num_queries):
    with django_assert_num_queries(3):  # one, between the two of a savepoint
        assert announce(event="decision.taken", key="k", said=lambda: 1 / 0) == 0
    assert not Job.objects.exists()


def test_an_event_nobody_registered_is_a_mistake(endpoint):
    with pytest.raises(KeyError):
        tell(event="gossip")


def test_what_is_rolled_back_is_never_sent(endpoint, answers):
    with transaction.atomic():
        tell()
        transaction.set_rollback(True)
    assert jobs.run_due_jobs() == 0
    assert not Delivery.objects.exists()
    assert answers.sent == []


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_before_the_commit(endpoint, answers, settings, monkeypatch):
    """The broker is told after the commit only; whoever looks for work before finds none."""
    settings.EMBEDDED_WORKER = False
    monkeypatch.setattr("feedback.tasks.run_job.apply_async", lambda args, **options: jobs.run_job(*args))
    with transaction.atomic():
        tell()
        assert answers.sent == []
    assert len(answers.sent) == 1


def test_every_retry_has_the_same_id(endpoint, answers):
    answers.extend([500, None, 302, 429])
    tell()
    for _ in range(5):
        pass_time()
    assert len(answers.sent) == 5
    assert len(set(answers.sent)) == 1
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.next_at) == ("delivered", None)
    assert list(delivery.attempts.values_list("status", flat=True)) == [200, 429, 302, None, 500]
    assert pass_time() == 0


def test_a_retry_waits_for_its_time(endpoint, answers):
    answers.append(500)
    tell()
    jobs.run_due_jobs()
    assert jobs.run_due_jobs() == 0
    delivery = Delivery.objects.get()
    assert delivery.state == "waiting"
    assert timedelta(seconds=20) < delivery.next_at - timezone.now() < timedelta(seconds=40)
    assert Job.objects.get(state="waiting").not_before == delivery.next_at
    Job.objects.filter(state="waiting").update(not_before=timezone.now() - timedelta(seconds=1))
    assert jobs.run_due_jobs() == 1


def test_the_waits_grow_to_about_a_day_together_and_differ(monkeypatch):
    class Dice:
        at = 0.5

        def random(self):
            return self.at

    monkeypatch.setattr(webhooks.secrets, "SystemRandom", Dice)
    waits = [wait_after(failures).total_seconds() for failures in range(1, webhooks.ATTEMPTS)]
    assert waits == [30, 120, 480, 1920, 7680, 30720, 43200]
    assert timedelta(hours=18) < timedelta(seconds=sum(waits)) < timedelta(hours=30)
    for Dice.at, wait in ((0, 24), (1, 36)):
        assert wait_after(1).total_seconds() == wait


def test_after_the_last_attempt_it_is_given_up_and_admins_are_told_once_a_day(endpoint, answers, admin, leader):
    answers.extend([500] * 16)
    tell("a")
    tell("b")
    for _ in range(16):
        pass_time()
    assert pass_time() == 0
    assert len(answers.sent) == 16
    assert set(Delivery.objects.values_list("state", flat=True)) == {"given up"}
    told = Notification.objects.get()
    assert (told.to, told.kind, told.url) == (admin, "webhook", endpoint.get_absolute_url())
    assert "could not be delivered to" in told.title
    endpoint.refresh_from_db()
    assert endpoint.is_active


def test_gone_switches_off_at_once_and_says_so(endpoint, answers, admin):
    answers.append(410)
    tell("a")
    tell("b")
    pass_time()
    endpoint.refresh_from_db()
    assert not endpoint.is_active
    assert len(answers.sent) == 1
    assert "switched off, for it answered 410, Gone" in Notification.objects.get(to=admin).title
    assert "switched off by the portal" in endpoint.history.first().history_change_reason
    assert set(Delivery.objects.values_list("state", flat=True)) == {"given up"}
    assert tell("c") == 0


def test_days_of_failures_switch_it_off_with_the_next_event_that_is_given_up(endpoint, answers, admin):
    answers.extend([500] * 8)
    Endpoint.objects.update(failing_since=timezone.now() - FAILING)
    tell()
    for _ in range(7):
        pass_time()
    endpoint.refresh_from_db()
    assert endpoint.is_active  # nothing was sent for days, so the failure of then says little: it has all its attempts
    pass_time()
    endpoint.refresh_from_db()
    assert not endpoint.is_active
    assert Delivery.objects.get().state == "given up"
    assert "failed for 3 days" in Notification.objects.get(to=admin).title


def test_one_success_ends_the_failures(endpoint, answers):
    answers.append(500)
    tell()
    pass_time()
    endpoint.refresh_from_db()
    assert endpoint.failing_since
    pass_time()
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None


def test_switched_on_again_it_begins_without_failures(endpoint, admin):
    Endpoint.objects.update(is_active=False, failing_since=timezone.now() - FAILING)
    endpoint.refresh_from_db()
    endpoint.is_active = True
    change_endpoint(endpoint=endpoint, url="", by=admin)
    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.failing_since) == (True, None)


def test_at_another_address_it_begins_without_failures(endpoint, admin):
    Endpoint.objects.update(failing_since=timezone.now())
    endpoint.refresh_from_db()
    change_endpoint(endpoint=endpoint, url="", by=admin)
    endpoint.refresh_from_db()
    assert endpoint.failing_since
    change_endpoint(endpoint=endpoint, url="https://hooks.chat.example/new", by=admin)
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None


def test_an_edit_with_an_old_page_open_undoes_nothing_that_happened_since(endpoint, admin):
    old = Endpoint.objects.get()
    _, secret = renew_secret(endpoint=Endpoint.objects.get(), by=admin)
    change_endpoint(endpoint=Endpoint.objects.get(), url="https://hooks.chat.example/new", by=admin)
    Endpoint.objects.update(failing_since=timezone.now())
    old.name = "Renamed"
    change_endpoint(endpoint=old, url="", by=admin)
    now = Endpoint.objects.get()
    assert (now.name, now.secret, now.url) == ("Renamed", secret, "https://hooks.chat.example/new")
    assert now.failing_since
    assert now.history.first().secret_made_at == now.secret_made_at


def test_another_secret_undoes_no_edit_and_no_switching_off(endpoint, admin):
    old = Endpoint.objects.get()
    Endpoint.objects.update(name="Renamed", is_active=False)
    now, secret = renew_secret(endpoint=old, by=admin)
    assert (now.name, now.is_active) == ("Renamed", False)
    now.refresh_from_db()
    assert (now.name, now.is_active, now.secret) == ("Renamed", False, secret)


def test_one_deleted_meanwhile_does_not_come_back(endpoint, admin):
    old = Endpoint.objects.get()
    endpoint.delete()
    with pytest.raises(Endpoint.DoesNotExist):
        change_endpoint(endpoint=old, url="", by=admin)
    with pytest.raises(Endpoint.DoesNotExist):
        renew_secret(endpoint=old, by=admin)
    assert not Endpoint.objects.exists()


class Died(BaseException):
    """The worker is gone: nothing that follows happens."""


def test_a_worker_that_dies_after_sending_is_followed_by_one_that_sends_the_same_id(endpoint, answers, monkeypatch):
    def die(self):
        raise Died

    tell()
    with monkeypatch.context() as dying:
        dying.setattr(jobs.Run, "finish", die)
        with pytest.raises(Died):
            jobs.run_due_jobs()
    assert not Attempt.objects.exists()
    assert jobs.run_due_jobs() == 0  # its lease holds
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert jobs.run_due_jobs() == 1
    assert len(answers.sent) == 2
    assert len(set(answers.sent)) == 1
    assert Delivery.objects.get().state == "delivered"


def test_a_worker_that_lost_its_lease_while_sending_writes_nothing(endpoint, monkeypatch):
    def send(delivery):
        Job.objects.update(attempt=7)
        return Answer(200, 1, "")

    monkeypatch.setattr(delivering, "send", send)
    tell()
    jobs.run_due_jobs()
    assert Delivery.objects.get().state == "waiting"
    assert not Attempt.objects.exists()


def test_one_whose_job_failed_is_found_and_sent_under_its_id(endpoint, answers):
    tell()
    Job.objects.update(state="failed", ended_at=timezone.now())
    jobs.queue_daily_jobs()
    assert "queue_stranded_webhooks" in Job.objects.unfinished().values_list("kind", flat=True)
    webhooks.queue_stranded()
    assert webhooks.stranded() == []
    pass_time()
    assert answers.sent == [Delivery.objects.get().event_id]


def test_one_that_waits_for_its_time_is_not_stranded_and_an_old_one_is_given_up(endpoint, answers, admin):
    answers.append(500)
    tell()
    jobs.run_due_jobs()
    assert webhooks.stranded() == []
    Job.objects.all().delete()
    long_ago = timezone.now() - FAILING - timedelta(hours=1)
    Delivery.objects.update(at=long_ago, next_at=long_ago)
    assert webhooks.queue_stranded() == 1
    assert Delivery.objects.get().state == "given up"
    assert webhooks.stranded() == []
    told = Notification.objects.get(to=admin)
    assert ("could not be delivered to" in told.title, "more than 3 days" in told.body) == (True, True)


def test_an_old_one_that_was_just_sent_again_is_not_given_up(endpoint, answers):
    tell()
    pass_time()
    Delivery.objects.update(at=timezone.now() - timedelta(days=30))
    send_again(delivery=Delivery.objects.get())
    Job.objects.all().delete()
    assert webhooks.queue_stranded() == 1
    assert Delivery.objects.get().state == "waiting"
    pass_time()
    assert Delivery.objects.get().state == "delivered"


@pytest.mark.parametrize("meanwhile", ["delivered", "queued"])
def test_what_was_dealt_with_meanwhile_is_not_stranded(meanwhile, endpoint, monkeypatch):
    """Between looking for them and locking each one a worker may have been there."""
    tell()
    found = [Delivery.objects.get()]
    monkeypatch.setattr(webhooks, "stranded", lambda: found)
    if meanwhile == "delivered":
        Job.objects.all().delete()
        Delivery.objects.update(state="delivered")
    many = Job.objects.count()
    assert webhooks.queue_stranded() == 0
    assert Job.objects.count() == many


def test_one_deleted_while_it_was_sent_to_is_left_alone(endpoint, monkeypatch):
    def send(delivery):
        Endpoint.objects.all().delete()
        return Answer(500, 1, "")

    monkeypatch.setattr(delivering, "send", send)
    tell()
    jobs.run_due_jobs()
    assert Job.objects.get().state == "done"


def test_what_was_undone_before_it_was_sent_is_not_sent(endpoint, answers):
    tell("a")
    tell("b")
    take_back_event(key="a")
    pass_time()
    assert len(answers.sent) == 1
    take_back_event(key="b")
    assert Delivery.objects.get().key == "b"


def test_sent_again_by_hand_it_has_the_same_id_and_all_its_attempts(endpoint, answers):
    answers.extend([500] * 8)
    tell()
    for _ in range(8):
        pass_time()
    delivery = Delivery.objects.get()
    send_again(delivery=delivery)
    send_again(delivery=delivery)
    answers.append(500)
    assert pass_time() == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.round) == ("waiting", 1)
    pass_time()
    assert len(set(answers.sent)) == 1
    delivery.refresh_from_db()
    assert delivery.state == "delivered"


def test_a_test_goes_out_whatever_events_it_wants_but_not_when_it_is_off(endpoint, answers):
    assert send_test(endpoint=endpoint).event == "test"
    pass_time()
    assert len(answers.sent) == 1
    Endpoint.objects.update(is_active=False)
    endpoint.refresh_from_db()
    with pytest.raises(webhooks.WebhookRefused):
        send_test(endpoint=endpoint)
    with pytest.raises(webhooks.WebhookRefused):
        send_again(delivery=Delivery.objects.get())


def test_old_deliveries_go_and_what_waits_stays(endpoint):
    for key, state in (("a", "delivered"), ("b", "given up"), ("c", "waiting")):
        Delivery.objects.create(endpoint=endpoint, key=key, event_id=key, event="test", content={}, state=state)
    Delivery.objects.update(at=timezone.now() - timedelta(days=200))
    Delivery.objects.create(endpoint=endpoint, key="d", event_id="d", event="test", content={}, state="delivered")
    [rows] = kinds["webhooks"].removable(kinds["webhooks"].default)
    assert set(rows.values_list("key", flat=True)) == {"a", "b"}


@pytest.mark.django_db(transaction=True)
def test_over_https_from_the_event_to_the_receiver(admin, tmp_path, monkeypatch, settings):
    """The whole way once, with a server that fails first."""
    known, both = certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(known))
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8", "::1/128"]
    with receiving(both) as receiver:
        make_webhook(by=admin, url=receiver.url)
        receiver.statuses, receiver.words = [503, 200], b"<script>"
        tell()
        pass_time()
        pass_time()
    assert len({headers["webhook-id"] for _, headers, _ in receiver.taken}) == 1
    assert len({body for _, _, body in receiver.taken}) == 1
    assert list(Attempt.objects.values_list("status", "words")) == [(200, "<script>"), (503, "<script>")]
