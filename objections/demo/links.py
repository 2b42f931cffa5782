"""Links that reps sent, with how often buyers opened them, and what of the library is to be looked at again."""

from datetime import date, timedelta
from random import Random

from django.db.models import Max

from feedback.models import Segment
from objections.demo.days import Days
from objections.models import Collateral, Opens, ShareLink, Usage
from objections.models.sharing import WORKS_FOR

SENT = 0.35  # of what was used, as a link
OPENED = [(0, 3), (1, 4), (2, 3), (3, 2), (6, 1)]  # times, and how often that happens
LONG_QUIET = timedelta(days=75)
MEANT_FOR = {"security pack": "1000+", "implementation plan": "250-999"}  # size bands, by type


def send_links(days: Days, rng: Random) -> None:
    """For some of the uses noted: who sends a link has used the piece."""
    usages = Usage.objects.order_by("at", "id").select_related("opportunity")
    sent = [usage for usage in usages if rng.random() < SENT]
    links = [_link(usage) for usage in sent]
    ShareLink.objects.bulk_create(links)
    times, weights = zip(*OPENED, strict=True)
    opens = {}
    for link in links:
        for _ in range(rng.choices(times, weights)[0]):
            day = link.at.date() + timedelta(days=rng.randint(0, 12))
            if day <= days.last:
                opens[link, day] = opens.get((link, day), 0) + 1
    Opens.objects.bulk_create(Opens(link=link, day=day, count=count) for (link, day), count in opens.items())


def _link(usage: Usage) -> ShareLink:
    deal = {"opportunity_id": usage.opportunity_id, "collateral_id": usage.collateral_id, "usage": usage}
    return ShareLink(**deal, by_id=usage.by_id, at=usage.at, expires_at=usage.at + WORKS_FOR)


def let_it_age(days: Days) -> None:
    """One piece whose review date has passed, and one that nobody has used for long; some are for one size of buyer."""
    live = Collateral.objects.published().annotate(last=Max("usages__at")).order_by("publications__at", "id")
    pieces = list(live.filter(usages__isnull=False).distinct())
    if pieces:
        Collateral.objects.filter(pk=pieces[0].pk).update(review_by=days.business(days.last - timedelta(days=9)))
    if len(pieces) > 1:
        _forget_uses(pieces[1], since=days.last - LONG_QUIET)
    for kind, band in MEANT_FOR.items():
        segment = Segment.objects.filter(dimension="size band", value=band).first()
        for piece in Collateral.objects.filter(type=kind) if segment else ():
            piece.segments.add(segment)


def _forget_uses(piece: Collateral, *, since: date) -> None:
    ShareLink.objects.filter(collateral=piece, at__date__gte=since).delete()
    Usage.objects.filter(collateral=piece, at__date__gte=since).delete()
    Opens.objects.filter(link__collateral=piece, day__gte=since).delete()
