from django.db import models


class Discussion(models.Model):
    """A deal on a meeting's list, in its place."""

    meeting = models.ForeignKey("feedback.Meeting", on_delete=models.CASCADE, related_name="discussions")
    opportunity = models.ForeignKey("feedback.Opportunity", on_delete=models.CASCADE, related_name="discussions")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "feedback_meeting_opportunities"  # deals had no place before
        ordering = ["position", "id"]
        unique_together = [("meeting", "opportunity")]

    def __str__(self):
        return f"{self.opportunity} in {self.meeting}"
