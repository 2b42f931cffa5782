"""An endpoint that fails or is slow does not keep the workers from everything else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feedback import jobs
from feedback.actions.webhooks import announce, send_test
from feedback.models import Attempt, Delivery, Endpoint, Job
from feedback.webhooks import delivering
from feedback.webhooks.pacing import MOST_AHEAD, PAUSE, SLOW
from feedback.webhooks.sending import Answer
from tests.factories import make_webhook

SECOND = timedelta(seconds=1)


@pytest.fixture
def endpoint(admin):
    return make_webhook(by=admin)


@pytest.fixture
def sent(monkeypatch):
    """The keys of what was sent, of which nothing is taken."""
    keys = []

    def send(delivery):
        keys.append(delivery.key)
        return Answer(None, 15_000, "It did not answer within 15 seconds.")

    monkeypatch.setattr(delivering, "send", send)
    return keys


def tell(*keys):
    for key in keys:
        announce(event="request.declined", key=key, said=lambda: {"words": "Declined", "path": "/", "data": {}})


def let_pass(time):
    Job.objects.filter(state="waiting").update(not_before=None)
    Attempt.objects.update(at=timezone.now() - time)


def test_of_one_that_failed_the_rest_is_put_off_and_no_round_of_it_counted(endpoint, sent):
    tell("a", "b", "c")
    assert jobs.run_due_jobs() == 3
    assert sent == ["a"]
    failed = Attempt.objects.get().at
    for key, place in (("b", 1), ("c", 2)):
        delivery = Delivery.objects.get(key=key)
        assert (delivery.state, delivery.round) == ("waiting", 0)
        assert delivery.next_at == failed + PAUSE * (1 + place)
        job = Job.objects.get(state="waiting", payload__delivery=delivery.pk)
        assert job.not_before == delivery.next_at
    assert not Attempt.objects.exclude(delivery__key="a").exists()


def test_a_minute_later_the_next_is_sent_and_only_that(endpoint, sent):
    tell("a", "b", "c")
    jobs.run_due_jobs()
    Job.objects.filter(payload__delivery=Delivery.objects.get(key="a").pk).delete()
    let_pass(PAUSE / 2)
    jobs.run_due_jobs()
    assert sent == ["a"]
    let_pass(PAUSE)
    jobs.run_due_jobs()
    assert sent == ["a", "b"]


def test_its_own_retries_have_waits_of_their_own(endpoint, sent):
    tell("a")
    jobs.run_due_jobs()
    let_pass(20 * SECOND)
    jobs.run_due_jobs()
    assert sent == ["a", "a"]


def test_what_waits_behind_many_waits_an_hour_at_most(endpoint, sent):
    Endpoint.objects.update(failing_since=timezone.now())
    given = {"event_id": "m", "event": "request.declined", "content": {}}
    rows = [Delivery(endpoint=endpoint, key=str(number), **given) for number in range(MOST_AHEAD + 20)]
    last = Delivery.objects.bulk_create(rows)[0].attempts.create(milliseconds=1)
    tell("late")
    jobs.run_due_jobs()
    assert Delivery.objects.get(key="late").next_at == last.at + PAUSE * (MOST_AHEAD + 1)


def test_others_are_not_put_off_by_it(endpoint, sent, admin):
    tell("a")
    jobs.run_due_jobs()
    Endpoint.objects.update(is_active=False)
    make_webhook("Well", by=admin)
    tell("b")
    jobs.run_due_jobs()
    assert sent == ["a", "b"]


def test_a_test_goes_at_once_for_somebody_waits_for_it(endpoint, sent):
    tell("a")
    jobs.run_due_jobs()
    test = send_test(endpoint=endpoint)
    jobs.run_due_jobs()
    assert sent == ["a", test.key]


@pytest.mark.parametrize(
    ("began", "lease", "is_failing", "is_sent"),
    [
        (SLOW + SECOND, SECOND * 30, False, False),
        (-SECOND * 30, SECOND * 30, False, True),  # a crowd for one that is well is sent side by side
        (SECOND, SECOND * 30, True, False),
        (-SECOND * 30, SECOND * 30, True, True),  # that one began later, and leaves this one alone
        (SLOW + SECOND, -SECOND, True, True),  # its worker died
    ],
)
def test_nothing_is_begun_beside_one_that_takes_long_or_fails(began, lease, is_failing, is_sent, endpoint, sent):
    tell("a")
    now = timezone.now()
    Job.objects.update(state="running", started_at=now - began, lease_until=now + lease, attempt=4)
    other = Job.objects.get()
    Endpoint.objects.update(failing_since=now if is_failing else None)
    tell("b")
    jobs.run_job(Job.objects.exclude(pk=other.pk).get().pk)
    assert sent == (["b"] if is_sent else [])
    assert Delivery.objects.get(key="b").state == "waiting"
