"""Which reviews of a meeting are coded a second time."""

import hashlib

from django.db.models import Exists, OuterRef, QuerySet

from feedback.metrics import SMALL
from feedback.models import Meeting, Opportunity, Review, SecondCoding, Submission, User

# Per cent of the reviews; so many, if there are as many: under that no kappa could ever be told.
SHARE, AT_LEAST = 10, SMALL


def drawn(meeting: Meeting) -> list[int]:
    """Ids of the sample, in the order in which they were drawn.

    They are the first by a hash of the meeting's and the review's numbers: the same draw whenever it is made, and a
    review that is handed in meanwhile takes at most one place instead of dealing all of them anew.
    """
    ids = _submitted(meeting).order_by().values_list("pk", flat=True)
    ordered = sorted(ids, key=lambda pk: hashlib.sha256(f"{meeting.pk}:{pk}".encode()).digest())
    return ordered[: max(-(-len(ordered) * SHARE // 100), AT_LEAST)]


def coded_of(meeting: Meeting, sample: list[int]) -> list[SecondCoding]:
    """The second codings that count: a review that was withdrawn or left the sample since takes its own along."""
    drawn_now = set(sample)
    codings = meeting.second_codings.select_related(
        "review__opportunity__account", "destination", "reason", "first_destination", "first_reason"
    )
    return [coding for coding in codings if coding.review_id in drawn_now]


def waiting_for(meeting: Meeting, user: User) -> list[int]:
    """Those of the sample that nobody has coded again and that are not this person's own work."""
    own = Submission.objects.live().filter(review=OuterRef("pk"), by=user)
    theirs = _submitted(meeting).exclude(author=user).exclude(Exists(own))
    left = set(theirs.exclude(pk__in=meeting.second_codings.values("review")).values_list("pk", flat=True))
    return [pk for pk in drawn(meeting) if pk in left]


def _submitted(meeting: Meeting) -> QuerySet:
    lost = Opportunity.objects.lost().closed_between(meeting.period).order_by()
    coded = Review.objects.live().submitted().filter(kind="loss", opportunity__in=lost)
    return coded.exclude(destination=None).exclude(reason=None)
