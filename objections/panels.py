"""What home pages, the rail and search show of content and collateral."""

from django.utils import timezone

from feedback.home import Hit
from feedback.models import User
from objections.models import Collateral, ContentRequest, Placement, Publication
from objections.permissions import can_move_requests
from objections.workflow import clock_of

SHOWN = 5


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


def shipped(user: User) -> dict:
    """What is live for themes this person raised, the newest first."""
    raised = Placement.objects.counted().filter(objection__author=user).values("theme")
    pieces = Collateral.objects.filter(themes__in=raised)
    publications = Publication.objects.live().filter(collateral__in=pieces.values("pk"))
    return {"publications": publications.select_related("collateral")[:SHOWN]}


def find_collateral(user: User, words: str, limit: int) -> list[Hit]:
    pieces = Collateral.objects.visible_to(user).matching(words).prefetch_related("publications")[:limit]
    return [Hit(str(piece), _detail(piece), piece.get_absolute_url()) for piece in pieces]


def find_requests(user: User, words: str, limit: int) -> list[Hit]:
    requests = ContentRequest.objects.visible_to(user).filter(title__icontains=words)[:limit]
    return [Hit(str(row), row.get_state_display(), row.get_absolute_url()) for row in requests]


def _detail(piece):
    state = "published" if piece.publication else "retired" if piece.publications.all() else "draft"
    return f"{piece.get_type_display()}, {state}"
