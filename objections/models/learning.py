from django.db import models
from django.db.models import F, Q


class Learning(models.Model):
    """What placements by people taught the matcher, and what that was worth on placements held out."""

    at = models.DateTimeField(auto_now_add=True)
    encoder = models.CharField(max_length=60)
    placements = models.CharField(max_length=64, help_text="SHA-256 of what it was learned from.")
    asked = models.PositiveIntegerField(help_text="Placements held out in turn, and guessed.")
    right_shipped = models.PositiveIntegerField()
    right_learned = models.PositiveIntegerField()
    loss_shipped = models.FloatField()
    loss_learned = models.FloatField()
    is_used = models.BooleanField(help_text="Only what did better on the placements held out.")
    curve = models.JSONField()
    through_lens = models.BooleanField(default=False, help_text="Whether the placements were seen through the lens.")
    turn = models.BinaryField(blank=True, default=b"", help_text="Float32, little-endian, a square.")

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(right_shipped__lte=F("asked")) & Q(right_learned__lte=F("asked")),
                name="learning_right_within_asked",
            )
        ]

    def __str__(self):
        return f"{self.asked} placements, {self.at:%Y-%m-%d}"
