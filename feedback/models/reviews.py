from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from feedback.models.masked import BEING_READ, Masked
from feedback.models.opportunities import Opportunity
from feedback.models.people import Team
from feedback.models.reasons import Reason


class Kind(models.TextChoices):
    LOSS = "loss", "Loss review"
    WIN = "win", "Win review"


class Evidence(models.TextChoices):
    SAID = "said", "Buyer said it"
    IMPLIED = "implied", "Buyer implied it"
    INFERRED = "inferred", "Our inference"


class ReviewQuerySet(models.QuerySet):
    def live(self):
        """Not history: the deal has not been reopened since."""
        return self.filter(archived_at=None)

    def submitted(self):
        return self.filter(Exists(Submission.objects.live().filter(review=OuterRef("pk"))))

    def drafts(self):
        return self.live().exclude(Exists(Submission.objects.live().filter(review=OuterRef("pk"))))

    def for_list(self):
        """With everything a row or page of a review shows."""
        return self.select_related(
            "opportunity__account",
            "opportunity__owner__team__manager",
            "destination",
            "competitor",
            "reason",
            "detail",
            "author__team",
        ).prefetch_related("submissions", "contributing", "competitors_met")

    def visible_to(self, user):
        """Submitted ones always; drafts to those who may write them, history to its author, too; all for admins."""
        if user.is_superuser:
            return self
        own = Q(author=user) | Q(author__team__in=Team.objects.managed_by(user))
        writable = Opportunity.objects.writable_by(user).values("pk")
        return self.filter(
            Exists(Submission.objects.live().filter(review=OuterRef("pk")))
            | Q(archived_at=None, opportunity__in=writable)
            | (Q(archived_at__isnull=False) & own)
        )


class Review(Masked):
    """The account of why a deal was lost or won: one live per deal, its answers saved one by one."""

    WORDS = dict.fromkeys(("would_have_changed", "won_because", "other_reason"), BEING_READ)

    opportunity = models.ForeignKey("feedback.Opportunity", on_delete=models.PROTECT, related_name="reviews")
    kind = models.CharField(max_length=4, choices=Kind, default=Kind.LOSS)
    taxonomy = models.ForeignKey("feedback.Taxonomy", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews")
    destination = models.ForeignKey(
        "feedback.Destination", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    competitor = models.ForeignKey(
        "feedback.Competitor", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    competitors_met = models.ManyToManyField("feedback.Competitor", blank=True, related_name="+")
    reason = models.ForeignKey("feedback.Reason", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    detail = models.ForeignKey("feedback.Reason", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    contributing = models.ManyToManyField("feedback.Reason", blank=True, related_name="+")
    other_reason = models.CharField(max_length=300, blank=True)
    evidence = models.CharField(max_length=8, choices=Evidence, blank=True)
    outside_icp = models.BooleanField("outside the ideal customer profile", default=False)
    objection_unhandled = models.BooleanField("an objection went unhandled", default=False)
    message_missed = models.BooleanField("our message missed", default=False)
    reengage_on = models.DateField("re-engage in", null=True, blank=True)
    would_have_changed = models.TextField(max_length=2000, blank=True)
    won_because = models.TextField(max_length=2000, blank=True)
    started_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    history = HistoricalRecords(
        excluded_fields=["started_at", "masked", "read_by"], m2m_fields=[contributing, competitors_met]
    )
    objects = ReviewQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at", "-id"]
        indexes = [models.Index(fields=["started_at", "id"], name="review_latest")]
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity"], condition=Q(archived_at=None), name="review_one_live_per_deal"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="review_kind_known"),
            models.CheckConstraint(
                condition=Q(detail=None) | Q(reason__isnull=False), name="review_detail_needs_reason"
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} of {self.opportunity}"

    def get_absolute_url(self):
        return reverse("feedback:review_detail", args=[self.pk])

    @property
    def submission(self):
        """The live submission, or None for a draft."""
        if self.pk is None:
            return None
        return next((s for s in self.submissions.all() if s.withdrawn_at is None), None)

    @property
    def is_submitted(self):
        return self.submission is not None

    def missing_answers(self) -> dict[str, str]:
        """What must be answered before it can be handed in, and stay so afterwards: question → what to do."""
        if self.kind == Kind.WIN:
            return {} if self.won_because else {"won": "Say in a line why we won."}
        missing = {}
        if self.destination_id is None:
            missing["destination"] = "Choose where the money went. “Unknown” is fine."
        if self.reason_id is None:
            missing["reason"] = "Choose one reason. “Unknown” is fine."
        elif self.reason.code == Reason.OTHER and not self.other_reason:
            missing["reason"] = "Say in a few words what the reason was."
        return missing

    def deeds(self) -> list[dict]:
        """What was done with it, newest first: {"words", "by", "at"}."""
        deeds = [
            {
                "words": "Begun" if version.history_type == "+" else "Answers changed",
                "by": version.history_user,
                "at": version.history_date,
            }
            for version in self.history.select_related("history_user")
        ]
        for submission in self.submissions.select_related("by", "withdrawn_by"):
            deeds.append({"words": "Submitted", "by": submission.by, "at": submission.at})
            if submission.withdrawn_at:
                deeds.append({"words": "Withdrawn", "by": submission.withdrawn_by, "at": submission.withdrawn_at})
        return sorted(deeds, key=lambda deed: deed["at"], reverse=True)

    @property
    def is_known(self):
        """Whether the reason is known: submitted, and neither blank nor UNKNOWN."""
        return self.is_submitted and self.reason is not None and self.reason.code != "UNKNOWN"


class SubmissionQuerySet(models.QuerySet):
    def live(self):
        return self.filter(withdrawn_at=None)


class Submission(models.Model):
    """A review handed in, by whom and when; withdrawing it makes the review a draft again and keeps the row."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="submissions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["review"], condition=Q(withdrawn_at=None), name="submission_one_live_per_review"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="submission_withdrawn_by_and_at",
            ),
        ]

    def __str__(self):
        return f"{self.review} submitted"
