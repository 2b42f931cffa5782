"""When an endpoint is left in peace, so that one that answers nobody does not keep the workers from all other work."""

from datetime import datetime, timedelta

from django.utils import timezone

from feedback.actions.webhooks import JOB
from feedback.models import Attempt, Delivery, Job
from feedback.models.jobs import JobState
from feedback.webhooks.events import TEST

PAUSE = timedelta(minutes=1)  # between two deliveries of an endpoint that fails
SLOW = timedelta(seconds=3)  # how long one may be under way before no other is begun beside it
MOST_AHEAD = 60  # each pause later than the one before it, up to this many


def put_off_until(delivery: Delivery, job: Job) -> datetime | None:
    """When to look at this delivery again; None where it is sent now.

    An endpoint that fails is sent one thing a minute, and never two at once; one that is slow is not sent two at once
    either. A delivery's own retries have waits of their own. Somebody waits for a test, so it goes at once.
    """
    if delivery.event == TEST.key:
        return None
    now, endpoint = timezone.now(), delivery.endpoint
    if _is_under_way(endpoint, before=job.started_at if endpoint.failing_since else now - SLOW):
        return now + PAUSE
    if not endpoint.failing_since:
        return None
    others = Attempt.objects.filter(delivery__endpoint=endpoint).exclude(delivery=delivery)
    last = others.order_by("-at").values_list("at", flat=True).first()
    if last is None or last + PAUSE <= now:
        return None
    ahead = Delivery.objects.waiting().filter(endpoint=endpoint, pk__lt=delivery.pk).count()
    return last + PAUSE * (1 + min(ahead, MOST_AHEAD))


def _is_under_way(endpoint, before: datetime) -> bool:
    """Whether a living worker is at something for this endpoint that it began before then."""
    running = Job.objects.filter(kind=JOB, state=JobState.RUNNING, lease_until__gte=timezone.now())
    theirs = [job.payload["delivery"] for job in running.filter(started_at__lt=before)]
    return Delivery.objects.filter(pk__in=theirs, endpoint=endpoint).exists()
