"""Events written down for the endpoints that want them, and what becomes of each attempt to deliver one."""

import secrets
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from feedback.actions.notifications import notify
from feedback.jobs import queue_job
from feedback.models import Attempt, Delivery, Endpoint, Job, User
from feedback.models.webhooks import DeliveryState
from feedback.webhooks.events import TEST, events
from feedback.webhooks.formats import Content
from feedback.webhooks.sending import Answer

JOB = "deliver_webhook"
ATTEMPTS = 8  # then it is given up, about a day after the first
FIRST_WAIT, TIMES, LONGEST_WAIT = timedelta(seconds=30), 4, timedelta(hours=12)
JITTER = 0.2  # of the wait, to either side, so that what failed together does not come back together
FAILING = timedelta(days=3)  # without one delivery; then the endpoint is switched off


class WebhookRefused(ValueError):
    """What cannot be sent now; the message is for the person."""


@transaction.atomic
def announce(*, event: str, key: str, said: Callable[[], Content]) -> int:
    """Writes an event down for each endpoint that wants it, to be sent once the surrounding transaction has committed.

    `key` names what happened: announcing it again sends nothing again. `said` is asked only where somebody wants it.
    Returns for how many it was written.
    """
    if event not in events:
        raise KeyError(event)
    wanting = [endpoint for endpoint in _held_if_wanted(event) if event in endpoint.events]
    given = {"event_id": _new_id(), "event": event, "content": said()} if wanting else {}
    made = [Delivery.objects.get_or_create(endpoint=endpoint, key=key, defaults=given) for endpoint in wanting]
    for delivery, is_new in made:
        if is_new:
            _queue(delivery)
    return sum(is_new for _, is_new in made)


def _held_if_wanted(event: str) -> list[Endpoint]:
    """Where somebody wants it, those that are switched on, which nobody deletes before this transaction ends: no deed
    of a person fails for an endpoint that went meanwhile. All, in one order, so that no two deeds block each other."""
    if not any(event in endpoint.events for endpoint in Endpoint.objects.active()):
        return []
    return list(Endpoint.objects.active().select_for_update(no_key=True).order_by("pk"))


@transaction.atomic
def take_back_event(*, key: str) -> None:
    """For what was undone: takes back what was not tried yet."""
    Delivery.objects.waiting().filter(key=key, attempts=None).delete()


@transaction.atomic
def send_test(*, endpoint: Endpoint) -> Delivery:
    """Raises WebhookRefused for one that is switched off, Endpoint.DoesNotExist for one deleted meanwhile."""
    endpoint = Endpoint.objects.select_for_update(no_key=True).get(pk=endpoint.pk)
    _check_active(endpoint)
    made = {"event_id": _new_id(), "event": TEST.key, "content": TEST.example}
    delivery = Delivery.objects.create(endpoint=endpoint, key=f"test-{uuid.uuid4().hex}", **made)
    _queue(delivery)
    return delivery


@transaction.atomic
def send_again(*, delivery: Delivery) -> None:
    """Sends what was delivered or given up once more, under the same id; what waits already goes on waiting.

    Raises WebhookRefused for an endpoint that is switched off.
    """
    _check_active(delivery.endpoint)
    again = {"state": DeliveryState.WAITING, "round": 0, "next_at": timezone.now()}
    if Delivery.objects.ended().filter(pk=delivery.pk).update(**again):
        _queue(delivery)


def stranded() -> list[Delivery]:
    """Those that wait for a job that is over: it failed, or stopped too many workers."""
    waiting = list(Delivery.objects.waiting())
    jobs = Job.objects.unfinished().filter(kind=JOB) if waiting else ()
    expected = {job.payload["delivery"] for job in jobs}
    return [delivery for delivery in waiting if delivery.pk not in expected]


@transaction.atomic
def queue_stranded() -> int:
    """Gives each another job, and gives up those that were due three days ago; returns how many there were."""
    return sum(_queue_if_stranded(delivery.pk) for delivery in stranded())


def _queue_if_stranded(pk: int) -> bool:
    """Looked at once more under a lock: it may have been delivered, or queued by somebody else, meanwhile."""
    row = Delivery.objects.waiting().select_for_update(of=["self"]).select_related("endpoint").filter(pk=pk).first()
    if row is None or Job.objects.unfinished().filter(kind=JOB, payload__delivery=pk).exists():
        return False
    if timezone.now() - max(row.at, row.next_at or row.at) > FAILING:
        _end(row, DeliveryState.GIVEN_UP)
        _alarm_of_given_up(row.endpoint, f"It waited for more than {FAILING.days} days, and an event was given up.")
    else:
        _queue(row)
    return True


@transaction.atomic
def put_off(*, delivery: Delivery, until: datetime) -> None:
    """Leaves it waiting until then; it was not tried, so no attempt is counted."""
    if Delivery.objects.waiting().filter(pk=delivery.pk).update(next_at=until):
        _queue(delivery, not_before=until)


@transaction.atomic
def take_answer(*, delivery: Delivery, answer: Answer | None) -> None:
    """Writes down what came of an attempt, and what follows: done, tried again later, given up, switched off.

    Without an answer the endpoint was found switched off. One deleted meanwhile is left alone.
    """
    endpoint = Endpoint.objects.select_for_update().filter(pk=delivery.endpoint_id).first()
    row = Delivery.objects.waiting().select_for_update().filter(pk=delivery.pk).first()
    if endpoint is None or row is None:
        return
    if answer is None:
        _end(row, DeliveryState.GIVEN_UP)
        return
    Attempt.objects.create(delivery=row, status=answer.status, milliseconds=answer.milliseconds, words=answer.words)
    if answer.is_taken:
        _end(row, DeliveryState.DELIVERED)
        Endpoint.objects.filter(pk=endpoint.pk).update(failing_since=None)
        return
    _fail(row, endpoint, answer)


def _fail(row: Delivery, endpoint: Endpoint, answer: Answer) -> None:
    now = timezone.now()
    failing_since = endpoint.failing_since or now
    Endpoint.objects.filter(pk=endpoint.pk).update(failing_since=failing_since)
    row.round += 1
    if answer.is_gone:
        _end(row, DeliveryState.GIVEN_UP)
        _switch_off(endpoint, "it answered 410, Gone")
    elif row.round >= ATTEMPTS:
        _end(row, DeliveryState.GIVEN_UP)
        if now - failing_since >= FAILING:
            _switch_off(endpoint, f"it failed for {FAILING.days} days")
        else:
            _alarm_of_given_up(endpoint, f"After {ATTEMPTS} attempts an event was given up.")
    else:
        row.next_at = now + wait_after(row.round)
        row.save(update_fields=["round", "next_at"])
        _queue(row, not_before=row.next_at)


def wait_after(failures: int) -> timedelta:
    """How long until the next attempt: half a minute after the first failure, then four times as long each time, up to
    twelve hours, a fifth more or less."""
    wait = min(FIRST_WAIT * TIMES ** (failures - 1), LONGEST_WAIT)
    return wait * (1 + JITTER * (2 * secrets.SystemRandom().random() - 1))


def _end(row: Delivery, state: DeliveryState) -> None:
    row.state, row.next_at = state, None
    row.save(update_fields=["state", "round", "next_at"])


def _switch_off(endpoint: Endpoint, why: str) -> None:
    if not endpoint.is_active:
        return
    endpoint.is_active, endpoint._change_reason = False, f"switched off by the portal: {why}"
    endpoint.save(update_fields=["is_active"])
    title = f"The webhook “{endpoint}” was switched off, for {why}"
    _alarm(endpoint, f"off-{timezone.now():%Y%m%d%H%M%S}", title, "Switch it on again once it works.")


def _alarm_of_given_up(endpoint: Endpoint, why: str) -> None:
    """Once a day, however many are given up."""
    _alarm(endpoint, f"gave-up-{timezone.localdate()}", f"The webhook “{endpoint}” could not be delivered to", why)


def _alarm(endpoint: Endpoint, mark: str, title: str, body: str) -> None:
    admins: Iterable[User] = User.objects.filter(is_active=True, is_superuser=True)
    url = endpoint.get_absolute_url()
    notify(users=admins, kind="webhook", key=f"webhook-{endpoint.pk}-{mark}", title=title, body=body, url=url)


def _check_active(endpoint: Endpoint) -> None:
    if not endpoint.is_active:
        raise WebhookRefused("It is switched off. Switch it on first.")


def _queue(delivery: Delivery, not_before: datetime | None = None) -> None:
    queue_job(kind=JOB, payload={"delivery": delivery.pk}, not_before=not_before)


def _new_id() -> str:
    return f"msg_{uuid.uuid4().hex}"
