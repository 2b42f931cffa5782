from django.conf import settings
from django.db import models
from django.db.models import Q


class NotedQuerySet(models.QuerySet):
    def open(self):
        """Waiting for somebody to say whether they are to be logged."""
        return self.filter(declined_at=None, logged_at=None)


class Noted(models.Model):
    """Objections the machine sees in what a review says, offered to be logged; where they stand, not their words.

    It speaks of the text with this hash: other words are looked at anew. Declined, it is not asked again.
    """

    review = models.ForeignKey("feedback.Review", on_delete=models.CASCADE, related_name="+")
    column = models.CharField(max_length=20)
    text_hash = models.CharField(max_length=64)
    spans = models.JSONField(help_text="[start, end] of each; empty where there are none.")
    at = models.DateTimeField(auto_now_add=True)
    declined_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    declined_at = models.DateTimeField(null=True, blank=True)
    logged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    logged_at = models.DateTimeField(null=True, blank=True)
    logged = models.ManyToManyField("objections.Objection", related_name="+", help_text="What was logged of it.")

    objects = NotedQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["review", "column", "text_hash"], name="noted_once_per_text"),
            models.CheckConstraint(
                condition=Q(declined_at=None, declined_by=None)
                | Q(declined_at__isnull=False, declined_by__isnull=False, logged_at=None),
                name="noted_declined_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(logged_at=None, logged_by=None) | Q(logged_at__isnull=False, logged_by__isnull=False),
                name="noted_logged_by_and_at",
            ),
        ]

    def __str__(self):
        return f"{len(self.spans)} objections in review {self.review_id}"

    def words(self, review) -> list[str]:
        """Each in its own words, as they stand in the review."""
        return [getattr(review, self.column)[start:end] for start, end in self.spans]
