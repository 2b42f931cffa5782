from django.conf import settings
from django.db import models


class CheckAnswer(models.TextChoices):
    KEPT = "kept", "The reason stays"
    CHANGED = "changed", "It was that, most of all"
    ADDED = "added", "It mattered, too"


class ReasonCheck(models.Model):
    """The one question a review is asked when its reason and the objections on its deal disagree, and the answer.

    Both are kept: the reason `chosen` at first and the one `heard` on the deal, whatever was answered.
    """

    review = models.OneToOneField("feedback.Review", on_delete=models.CASCADE, related_name="+")
    chosen = models.ForeignKey("feedback.Reason", on_delete=models.PROTECT, related_name="+")
    heard = models.ForeignKey("feedback.Reason", on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=8, choices=CheckAnswer)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(answer__in=CheckAnswer.values), name="reason_check_answer_known"),
        ]

    def __str__(self):
        return f"{self.chosen} or {self.heard}: {self.get_answer_display()}"
