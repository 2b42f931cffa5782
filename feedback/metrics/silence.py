from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from feedback.metrics.codes import ReasonCodes
from feedback.metrics.shares import Share
from feedback.models import Opportunity, Review, Submission

REASK_DAYS = 30  # product.md: re-ask in 30 days
SILENT = "SILENT"


@dataclass(frozen=True)
class Silence:
    """Deals lost because the buyer stopped answering. Of `due`, handed in 30 days ago or earlier, `forgotten` are the
    ids of those whose review nobody has touched since, the most valuable first."""

    silent: int
    due: int
    forgotten: tuple[int, ...]

    @property
    def share(self) -> Share:
        return Share(len(self.forgotten), self.due)


def silence(opportunities: QuerySet, now: datetime) -> Silence:
    """Definition "silent losses": of these deals, those whose submitted review says SILENT, and whether it was asked
    again: an answer of it was changed, or it was withdrawn and handed in anew, after it had been handed in first. Three
    queries.
    """
    silent = (
        Review.objects.live()
        .submitted()
        .filter(ReasonCodes.in_force().said(SILENT), kind="loss", opportunity__in=opportunities.lost().order_by())
    )
    handed_in = Submission.objects.filter(review=OuterRef("pk")).order_by("at", "pk").values("at")[:1]
    rows = silent.order_by().annotate(handed_in=handed_in)
    due = rows.filter(handed_in__lte=now - timedelta(days=REASK_DAYS))
    changed = Review.history.filter(id=OuterRef("pk"), history_date__gt=OuterRef("handed_in"))
    withdrawn = Submission.objects.filter(review=OuterRef("pk"), withdrawn_at__isnull=False)
    deals = due.exclude(Exists(changed)).exclude(Exists(withdrawn)).values("opportunity")
    forgotten = Opportunity.objects.filter(pk__in=deals).with_value().order_by("-value", "pk").exclude(value=None)
    unvalued = Opportunity.objects.filter(pk__in=deals, amount=None, amount_estimate=None).order_by("pk")
    ids = [*forgotten.values_list("pk", flat=True), *unvalued.values_list("pk", flat=True)]
    return Silence(rows.count(), due.count(), tuple(ids))
