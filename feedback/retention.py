"""How long rows are kept that nobody needs for good: the kinds, their defaults, and what a day's clearing removes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.db.models import Model, Q, QuerySet
from django.utils import timezone

from feedback.jobs import Run, runs
from feedback.models import (
    Delivery,
    Digest,
    ImportRemark,
    Invite,
    Job,
    Notification,
    Retention,
    Review,
    Session,
    SummaryMail,
)

CHUNK = 1000
MONTH = timedelta(days=30.44)


@dataclass(frozen=True)
class Kind:
    """One kind of row that is kept for so many months; `older(day)` gives those from before a moment, by table."""

    key: str
    title: str
    why: str
    default: int | None
    older: Callable[[datetime], list[QuerySet]]

    def removable(self, months: int) -> list[QuerySet]:
        return self.older(timezone.now() - months * MONTH)


kinds: dict[str, Kind] = {}


def add_kind(kind: Kind) -> None:
    kinds[kind.key] = kind


def months_kept() -> dict[str, int | None]:
    """Key → months, or None for good."""
    said = dict(Retention.objects.values_list("kind", "months"))
    return {key: said.get(key, kind.default) for key, kind in kinds.items()}


def count_removable(kind: Kind, months: int | None) -> int:
    return sum(rows.count() for rows in kind.removable(months)) if months else 0


@runs("apply_retention", daily=True)
def apply_retention(run: Run) -> None:
    """Removes what is past its time, a thousand rows at once, so that nobody waits long for the write lock."""
    kept = months_kept()
    removed = dict.fromkeys(kept, 0)
    for step, (key, months) in enumerate(kept.items()):
        run.progress(step, len(kept))
        for rows in kinds[key].removable(months) if months else ():
            removed[key] += _delete(rows, run, step, len(kept))
    _delete(Session.objects.filter(expire_date__lt=timezone.now()), run, len(kept), len(kept))
    with run.finish():
        run.result = removed


def _delete(rows: QuerySet[Model], run: Run, step: int, steps: int) -> int:
    removed = 0
    while chunk := list(rows.order_by("pk").values_list("pk", flat=True)[:CHUNK]):
        rows.model._base_manager.filter(pk__in=chunk).delete()
        removed += len(chunk)
        run.progress(step, steps)
    return removed


def _jobs(before: datetime) -> list[QuerySet]:
    """Ended jobs that no row refers to."""
    ended = Job.objects.filter(ended_at__lt=before)
    for relation in Job._meta.get_fields(include_hidden=True):
        if relation.auto_created and relation.is_relation:
            used = relation.related_model._base_manager.exclude(**{relation.field.name: None})
            ended = ended.exclude(pk__in=used.values(relation.field.attname))
    return [ended]


def _sign_ins(before: datetime) -> list[QuerySet]:
    return [model.objects.filter(attempt_time__lt=before) for model in (AccessAttempt, AccessFailureLog, AccessLog)]


def register() -> None:
    add_kind(
        Kind(
            "notifications",
            "Notifications that were read",
            "They name deals and themes, and nobody opens them again.",
            12,
            lambda before: [
                Notification.objects.filter(read_at__lt=before),
                Notification.objects.filter(in_portal=False, at__lt=before),  # told by digest, and never opened
            ],
        )
    )
    add_kind(
        Kind(
            "digests",
            "Records of digests",
            "Who was sent a mail on which day. What it said is not kept.",
            6,
            lambda before: [Digest.objects.filter(due_at__lt=before)],
        )
    )
    add_kind(
        Kind(
            "invites",
            "Records of invitations to meetings",
            "Whose calendar was told of which meeting. Those of meetings to come stay.",
            12,
            lambda before: [
                Invite.objects.filter(Q(meeting=None) | Q(meeting__held_on__lt=before.date()), at__lt=before)
            ],
        )
    )
    add_kind(
        Kind(
            "summaries",
            "Records of mailed summaries",
            "Who was sent the summary of which meeting. The summary itself stays with the meeting.",
            24,
            lambda before: [SummaryMail.objects.exclude(outcome="").filter(at__lt=before)],
        )
    )
    add_kind(
        Kind(
            "webhooks",
            "What webhooks delivered",
            "Events that were sent or given up, and how the other side answered.",
            3,
            lambda before: [Delivery.objects.ended().filter(at__lt=before)],
        )
    )
    add_kind(Kind("sign-ins", "Sign-ins and failed attempts", "Addresses and browsers of your people.", 6, _sign_ins))
    add_kind(Kind("jobs", "Records of background work", "What ran, when and how it ended.", 6, _jobs))
    add_kind(
        Kind(
            "remarks",
            "Remarks of imports",
            "They repeat cells of your exports. The import itself stays.",
            12,
            lambda before: [ImportRemark.objects.filter(parent__at__lt=before)],
        )
    )
    add_kind(
        Kind(
            "review-wordings",
            "Earlier wordings of reviews",
            "What a review said before it was changed. The review itself stays.",
            None,
            lambda before: [Review.history.filter(history_date__lt=before)],
        )
    )
