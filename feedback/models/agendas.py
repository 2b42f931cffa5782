from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

LONGEST = 240  # minutes


class AgendaSection(models.Model):
    """One section in its place on a meeting's agenda; of no meeting: on the template that new meetings start from.

    `key` names a section of the registry. Keys of own sections begin with `OWN`, and only those have title and prompt.
    """

    OWN = "own-"

    meeting = models.ForeignKey(
        "feedback.Meeting", null=True, blank=True, on_delete=models.CASCADE, related_name="agenda"
    )
    key = models.CharField(max_length=40)
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=80, blank=True)
    prompt = models.TextField("what to talk about", max_length=500, blank=True)
    minutes = models.PositiveSmallIntegerField(default=5, validators=[MinValueValidator(1), MaxValueValidator(LONGEST)])
    is_left_out = models.BooleanField(default=False)
    started_at = models.DateTimeField(null=True, blank=True)
    seconds_used = models.PositiveIntegerField(default=0)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "key"], name="agenda_section_once"),
            models.UniqueConstraint(fields=["key"], condition=Q(meeting=None), name="agenda_template_section_once"),
        ]

    def __str__(self):
        return f"{self.title or self.key} of {self.meeting or 'the template'}"

    @property
    def is_own(self):
        return self.key.startswith(self.OWN)
