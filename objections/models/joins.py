from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from objections.models.content import ContentRequest
from objections.models.objections import Objection


class JoinQuerySet(models.QuerySet):
    def live(self):
        return self.filter(left_at=None)


class Join(models.Model):
    """Somebody wants the same as a request that is there already: they are told as who asked, their deal waits too.

    `brought_deal` says that the deal did not wait before; `objection` is the voice logged with it.
    """

    request = models.ForeignKey(ContentRequest, on_delete=models.CASCADE, related_name="joins")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    opportunity = models.ForeignKey(
        "feedback.Opportunity", null=True, blank=True, on_delete=models.CASCADE, related_name="+", verbose_name="deal"
    )
    brought_deal = models.BooleanField(default=False)
    objection = models.ForeignKey(Objection, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    left_at = models.DateTimeField(null=True, blank=True)

    objects = JoinQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["request", "by", "opportunity"], condition=Q(left_at=None), name="join_once_with_a_deal"
            ),
            models.UniqueConstraint(
                fields=["request", "by"],
                condition=Q(left_at=None, opportunity=None),
                name="join_once_without_a_deal",
            ),
        ]

    def __str__(self):
        return f"{self.by} joined {self.request}"
