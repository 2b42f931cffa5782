"""The map of objections is drawn daily; a curator may ask for it sooner."""

from django.db import transaction

from feedback.jobs import queue_job
from feedback.models import Company, Job, User


@transaction.atomic
def ask_for_map(*, by: User) -> Job:
    """Queues the drawing. While one is unfinished, that one is given instead."""
    Company.objects.select_for_update().filter(pk=1).first()  # two at once wait here for each other
    running = Job.objects.unfinished().filter(kind="draw_map").first()
    return running or queue_job(kind="draw_map", by=by)
