from django.conf import settings
from django.db import models


class Clock(models.Model):
    """Where a running meeting is: its clock runs on `section` since `since`, and stands still while that is None.

    It follows the screen of one person, `led_by`, so that others may look elsewhere. Seconds of sections that were left
    stand on their agenda sections.
    """

    meeting = models.OneToOneField("feedback.Meeting", on_delete=models.CASCADE, related_name="clock")
    section = models.ForeignKey("feedback.AgendaSection", on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(null=True, blank=True)
    led_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    def __str__(self):
        return f"Clock of {self.meeting}"
