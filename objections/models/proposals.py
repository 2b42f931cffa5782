from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from feedback.models import Job


class BuildQuerySet(models.QuerySet):
    def unfinished(self):
        return self.filter(job__in=Job.objects.unfinished())


class Build(models.Model):
    """One run of the theme builder; it only proposes."""

    job = models.OneToOneField("feedback.Job", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    objections_read = models.PositiveIntegerField(default=0)

    objects = BuildQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self):
        return f"build {self.pk}"

    def get_absolute_url(self):
        return reverse("objections:build_detail", args=[self.pk])


class ProposalKind(models.TextChoices):
    NEW = "new", "New theme"
    MOVE = "move", "Place in theme"
    MERGE = "merge", "Merge themes"
    SPLIT = "split", "Split theme"
    RETIRE = "retire", "Retire theme"


class ProposalQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state="open")


class Proposal(models.Model):
    """A change the builder proposes; nothing happens until a marketer accepts it."""

    build = models.ForeignKey(Build, on_delete=models.CASCADE, related_name="proposals")
    kind = models.CharField(max_length=6, choices=ProposalKind)
    theme = models.ForeignKey(
        "objections.Theme", null=True, blank=True, on_delete=models.CASCADE, related_name="proposals"
    )
    into = models.ForeignKey("objections.Theme", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    why = models.CharField(max_length=400)
    objections = models.ManyToManyField("objections.Objection", related_name="+")
    merge = models.ForeignKey(
        "objections.Merge",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="What accepting did.",
    )
    split = models.ForeignKey("objections.Split", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=8,
        choices=[("open", "Open"), ("accepted", "Accepted"), ("rejected", "Rejected"), ("stale", "Out of date")],
        default="open",
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ProposalKind.values), name="proposal_kind_known"),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False)
                | Q(state="stale"),
                name="proposal_decided_by_and_at",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.name or self.theme}"
