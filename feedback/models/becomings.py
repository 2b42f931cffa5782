from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from feedback.models.decisions import Action, Decision
from feedback.models.meetings import Meeting


class BecomingQuerySet(models.QuerySet):
    def live(self):
        return self.filter(undone_at=None)

    def visible_to(self, user):
        """Those of meetings one may see, and of one's own actions."""
        meetings = Meeting.objects.visible_to(user)
        actions = Action.objects.visible_to(user)
        return self.filter(Q(action__in=actions) | Q(decision__meeting__in=meetings))


class Becoming(models.Model):
    """What an action or a decision of a meeting became: row `number` of a kind of `feedback.becoming`.

    How that row is called and how it stands is asked of its kind, so that it is shown as it is today.
    """

    action = models.ForeignKey(Action, null=True, blank=True, on_delete=models.CASCADE, related_name="becomings")
    decision = models.ForeignKey(Decision, null=True, blank=True, on_delete=models.CASCADE, related_name="becomings")
    kind = models.CharField(max_length=20)
    number = models.PositiveBigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = BecomingQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["kind", "number"], name="becoming_of_a_row")]
        constraints = [
            models.CheckConstraint(
                condition=Q(action=None, decision__isnull=False) | Q(action__isnull=False, decision=None),
                name="becoming_of_one_promise",
            ),
            models.UniqueConstraint(
                fields=["action", "kind", "number"], condition=Q(undone_at=None), name="becoming_once_of_action"
            ),
            models.UniqueConstraint(
                fields=["decision", "kind", "number"], condition=Q(undone_at=None), name="becoming_once_of_decision"
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="becoming_undone_by_and_at",
            ),
        ]

    def __str__(self):
        return f"{self.kind} of “{self.promise}”"

    @property
    def promise(self) -> Action | Decision:
        return self.action or self.decision
