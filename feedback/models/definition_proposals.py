from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from feedback.models.definitions import Definition


class ProposalState(models.TextChoices):
    OPEN = "open", "Open"
    TAKEN = "taken", "Taken"
    LEFT = "left", "Left as it was"


class DefinitionProposal(models.Model):
    """A new wording proposed for a definition, and what was decided about it.

    `version` is the version it was written against; `made` the one that taking it made.
    """

    slug = models.SlugField(max_length=60)
    version = models.PositiveIntegerField()
    text = models.TextField("wording", max_length=5000)
    formula = models.TextField(max_length=2000, blank=True)
    why = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=5, choices=ProposalState, default=ProposalState.OPEN)
    answer = models.CharField("why it was left", max_length=500, blank=True)
    made = models.OneToOneField(Definition, null=True, blank=True, on_delete=models.PROTECT, related_name="proposal")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ProposalState.values), name="definition_proposal_state_known"),
            models.CheckConstraint(
                condition=Q(state=ProposalState.OPEN, decided_at=None, decided_by=None)
                | (~Q(state=ProposalState.OPEN) & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="definition_proposal_decided_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(state=ProposalState.TAKEN, made__isnull=False)
                | (~Q(state=ProposalState.TAKEN) & Q(made=None)),
                name="definition_proposal_taken_makes_a_version",
            ),
        ]

    def __str__(self):
        return f"New wording of {self.slug}"

    def get_absolute_url(self):
        return f"{reverse('feedback:definition_detail', args=[self.slug])}#proposal-{self.pk}"
