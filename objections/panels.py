"""What home pages, the rail and search show of content and collateral."""

from django.db.models import F
from django.utils import timezone

from feedback.home import Hit
from feedback.models import Opportunity, User
from objections.alarms import alarms_of
from objections.models import Collateral, ContentRequest, Placement, Publication, Usage
from objections.permissions import can_move_requests
from objections.workflow import clock_of

SHOWN = 5
ASKED_AT_ONCE = 3


def waiting_requests(user: User) -> int:
    """For those who run the queue: requests to triage and late ones."""
    if not can_move_requests(user):
        return 0
    requests = ContentRequest.objects.visible_to(user)
    return (requests.awaiting_triage() | requests.overdue(timezone.localdate())).count()


def queue(user: User) -> dict:
    """The queue by due date, those with no clock running left out of the first rows."""
    requests, today = ContentRequest.objects.visible_to(user).unfinished(), timezone.localdate()
    new = requests.awaiting_triage().count()
    first = list(requests.running().with_rows()[:SHOWN])
    for row in first:
        row.clock = clock_of(row, today)
    return {
        "count": requests.count(),
        "late": requests.overdue(today).count(),
        "new": f"{new} to triage" if new else "",
        "first": first,
    }


def stale(user: User) -> dict:
    """Published pieces that may not hold any more, those with a late review first."""
    now = timezone.now()
    pieces = Collateral.objects.stale(now)
    first = list(pieces.with_rows().order_by(F("review_by").asc(nulls_last=True), "title", "pk")[:ASKED_AT_ONCE])
    return {"count": pieces.count(), "first": [(piece, alarms_of(piece, now)) for piece in first]}


def shipped(user: User) -> dict:
    """What is live for themes this person raised, the newest first, each with their open deals to use it on."""
    raised = Placement.objects.counted().filter(objection__author=user).values("theme")
    pieces = Collateral.objects.filter(themes__in=raised)
    live = Publication.objects.live().filter(collateral__in=pieces.values("pk"))
    publications = list(live.select_related("collateral")[:SHOWN])
    deals = _deals_to_use_on([publication.collateral_id for publication in publications], user)
    return {"shipped": [(row, deals.get(row.collateral_id, [])) for row in publications]}


def _deals_to_use_on(pieces: list[int], user: User) -> dict[int, list[Opportunity]]:
    """Piece → this person's open deals that raised one of its themes and where they did not use it, dearest first."""
    used = set(Usage.objects.filter(by=user, collateral__in=pieces).values_list("collateral", "opportunity"))
    mine = Opportunity.objects.open().filter(owner=user).order_by()
    raised = Placement.objects.counted().filter(
        theme__collateral__in=pieces, objection__opportunity__in=mine.values("pk")
    )
    pairs = set(raised.order_by().values_list("theme__collateral", "objection__opportunity")) - used
    deals = Opportunity.objects.filter(pk__in={deal for _, deal in pairs}).with_value().select_related("account")
    found = {}
    for deal in deals.order_by(F("value").desc(nulls_last=True), "pk"):
        for piece in pieces:
            if (piece, deal.pk) in pairs:
                found.setdefault(piece, []).append(deal)
    return found


def unanswered_usages(user: User) -> dict:
    """What this person used and did not say yet whether it helped, the latest first."""
    usages = Usage.objects.filter(by=user).unanswered(timezone.localdate())
    answers = Usage._meta.get_field("helped").choices
    return {"usages": usages.select_related("collateral", "opportunity__account")[:ASKED_AT_ONCE], "answers": answers}


def find_requests(user: User, words: str, limit: int) -> list[Hit]:
    requests = ContentRequest.objects.visible_to(user).filter(title__icontains=words)[:limit]
    return [Hit(str(row), row.get_state_display(), row.get_absolute_url()) for row in requests]
