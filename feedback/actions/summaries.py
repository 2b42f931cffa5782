from collections.abc import Iterable

from django.db import transaction

from feedback.jobs import queue_job
from feedback.models import Pack, SummaryMail, User


@transaction.atomic
def send_summary(*, pack: Pack, people: Iterable[User], by: User) -> int:
    """Mails the summary of a closing to these people, each once; returns to how many it goes now.

    Left out is who has no account in use or no address, and who has had it or is about to get it.
    """
    reached = [person for person in people if person.is_active and person.email]
    had = set(SummaryMail.objects.filter(pack=pack, person__in=reached).values_list("person", flat=True))
    rows = [SummaryMail(pack=pack, person=person, by=by) for person in reached if person.pk not in had]
    SummaryMail.objects.bulk_create(rows, ignore_conflicts=True)
    if rows:
        queue_job(kind="send_summaries", by=by)
    return len(rows)
