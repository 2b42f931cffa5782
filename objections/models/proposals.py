from django.conf import settings
from django.db import models
from django.db.models import Count, F, Q
from django.urls import reverse

from feedback.models import Job


class BuildQuerySet(models.QuerySet):
    def unfinished(self):
        return self.filter(job__in=Job.objects.unfinished())

    def ended(self):
        """Those that read everything and proposed; not those that found nothing changed."""
        return self.filter(ended_at__isnull=False, same_as=None)

    def for_list(self):
        """With what a row of the list says; adds `made`, `waiting` and `accepted`, numbers of proposals."""
        return self.select_related("job", "by", "same_as").annotate(
            made=Count("proposals"),
            waiting=Count("proposals", filter=Q(proposals__state="open")),
            accepted=Count("proposals", filter=Q(proposals__state="accepted")),
        )


class Build(models.Model):
    """One run of the theme builder; it only proposes."""

    job = models.OneToOneField("feedback.Job", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    objections_read = models.PositiveIntegerField(default=0)
    in_themes = models.PositiveIntegerField(default=0, help_text="Of those read, what stood in a theme.")
    in_groups = models.PositiveIntegerField(default=0, help_text="What stood in a theme or was proposed for one.")
    stands_on = models.JSONField(
        default=dict, help_text="What it read, by kind: a hash and how many. Equal ones give equal proposals."
    )
    phases = models.JSONField(default=list, help_text="What it did one after the other: [words, seconds].")
    same_as = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Nothing had changed since this build: its proposals stand.",
    )

    objects = BuildQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self):
        return f"build {self.pk}"

    def get_absolute_url(self):
        return reverse("objections:build_detail", args=[self.pk])

    @property
    def encoder(self):
        """What read the objections: the name of the encoder, and the hash of its lens."""
        name, _ = self.stands_on.get("encoder", ["", 0])
        return name.split(":")

    @property
    def seconds(self):
        """How long it took, or None while it runs."""
        started = self.job.started_at or self.at
        return (self.ended_at - started).total_seconds() if self.ended_at else None


class ProposalKind(models.TextChoices):
    NEW = "new", "New theme"
    MOVE = "move", "Place in theme"
    MERGE = "merge", "Merge themes"
    SPLIT = "split", "Split theme"
    RENAME = "rename", "Rename theme"
    RETIRE = "retire", "Retire theme"


SURENESS = ((0.9, "Almost sure"), (0.75, "Likely"), (0.5, "More likely than not"), (0, "A guess"))


class ProposalQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state="open")

    def surest_first(self):
        return self.order_by(F("confidence").desc(nulls_last=True), "id")

    def as_sure_as(self, confidence):
        """Those at least so sure; never one whose confidence was not measured."""
        return self.filter(confidence__gte=confidence)


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
    confidence = models.FloatField(
        null=True, blank=True, help_text="Share of its like that were right on labelled notes, 0 to 1; empty: unknown."
    )
    was = models.CharField(max_length=120, blank=True, help_text="The name before it was renamed.")
    again = models.CharField(max_length=200, blank=True, help_text="Why it is asked although its like was rejected.")
    gone = models.CharField(max_length=200, blank=True, help_text="Why it is out of date and no other follows it.")
    follows = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="followed_by",
        help_text="The open one of the build before that it repeats.",
    )
    nearest = models.ForeignKey(
        "objections.Objection",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The voice of the other theme that is nearest to its own.",
    )
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
        indexes = [models.Index(fields=["state", "id"], name="proposal_by_state")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ProposalKind.values), name="proposal_kind_known"),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None)
                | Q(decided_at__isnull=False, decided_by__isnull=False)
                | Q(state="stale"),
                name="proposal_decided_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(confidence=None) | Q(confidence__gte=0, confidence__lte=1), name="proposal_confidence_share"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}: {self.subject}"

    @property
    def subject(self):
        """What it is about, in a few words."""
        if self.kind == ProposalKind.MERGE:
            return f"{self.theme} into {self.into}"
        if self.kind == ProposalKind.RENAME:
            return f"{self.was or self.theme} to {self.name}"
        if self.kind == ProposalKind.SPLIT:
            return f"{self.name} out of {self.theme}"
        return str(self.theme) if self.theme_id else self.name

    @property
    def sureness(self):
        """The confidence in words with its percentage; empty where it was not measured."""
        if self.confidence is None:
            return ""
        words = next(words for least, words in SURENESS if self.confidence >= least)
        return f"{words}, {self.confidence * 100:.0f}\u00a0%"
