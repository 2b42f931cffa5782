from django.conf import settings
from django.db import models

from feedback.models.reviews import Review


class SecondCoding(models.Model):
    """How somebody who had not seen a review's code coded it, for one meeting; it changes nothing in the review.

    `first_destination` and `first_reason` are the review's own answers of that moment: a review that is corrected
    afterwards makes the two coders agree no more than they did.
    """

    meeting = models.ForeignKey("feedback.Meeting", on_delete=models.PROTECT, related_name="second_codings")
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="+")
    destination = models.ForeignKey("feedback.Destination", on_delete=models.PROTECT, related_name="+")
    reason = models.ForeignKey("feedback.Reason", on_delete=models.PROTECT, related_name="+")
    first_destination = models.ForeignKey("feedback.Destination", on_delete=models.PROTECT, related_name="+")
    first_reason = models.ForeignKey("feedback.Reason", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "review"], name="second_coding_one_per_meeting_and_review")
        ]

    def __str__(self):
        return f"{self.review}, coded again for {self.meeting}"

    @property
    def agrees(self) -> bool:
        """Whether both answers are the first coder's."""
        return (self.destination_id, self.reason_id) == (self.first_destination_id, self.first_reason_id)
