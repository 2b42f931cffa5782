from django.db import transaction

from feedback.actions.meetings import open_meeting
from feedback.models import Destination, Meeting, Reason, Review, SecondCoding, User


class CodedAlready(Exception):
    """Somebody else was quicker: a review is coded a second time, not a third."""


@transaction.atomic
def code_again(*, meeting: Meeting, review: Review, destination: Destination, reason: Reason, by: User) -> SecondCoding:
    """Keeps how a second person codes a review, beside what the review says at this moment; the review stays as it is.

    Sent twice by the same person, the first answer stands. Raises `MeetingClosed` and `CodedAlready`.
    """
    meeting = open_meeting(meeting)
    review = Review.objects.get(pk=review.pk)
    coding, is_new = SecondCoding.objects.get_or_create(
        meeting=meeting,
        review=review,
        defaults={
            "destination": destination,
            "reason": reason,
            "first_destination": review.destination,
            "first_reason": review.reason,
            "by": by,
        },
    )
    if not is_new and coding.by_id != by.pk:
        raise CodedAlready
    return coding
