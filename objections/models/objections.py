from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords


class Kind(models.TextChoices):
    OBJECTION = "objection", "Objection"
    CLAIM = "claim", "Competitor claim we cannot counter"
    SEGMENT = "segment", "Segment where we do not land"
    MISUNDERSTANDING = "misunderstanding", "Misunderstanding"


class Weight(models.TextChoices):
    QUESTION = "question", "Question"
    CONCERN = "concern", "Concern"
    BLOCKER = "blocker", "Blocker"


class Ending(models.TextChoices):
    ACCEPTED = "accepted", "Answer accepted"
    PARTLY = "partly", "Partly accepted"
    DEFERRED = "deferred", "Put off"
    UNRESOLVED = "unresolved", "Unresolved"


class ObjectionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everybody who is signed in reads every objection that was not withdrawn, and their own withdrawn ones."""
        if user.is_superuser:
            return self
        return self.filter(Q(withdrawn_at=None) | Q(author=user))

    def matching(self, words):
        """Voices whose text, or whose deal or account, has these words."""
        return self.filter(
            Q(text__icontains=words)
            | Q(opportunity__name__icontains=words)
            | Q(opportunity__account__name__icontains=words)
        )

    def live(self):
        """Those that count: not withdrawn."""
        return self.filter(withdrawn_at=None)

    def heard_while_open(self):
        return self.filter(outcome_when_heard="open")

    def heard_between(self, period):
        """Heard on a day of `period`: (first day, last day), both included."""
        first, last = period
        return self.filter(heard_on__gte=first, heard_on__lte=last)

    def in_theme(self, theme):
        from objections.models.themes import Placement

        return self.filter(Exists(Placement.objects.live().filter(objection=OuterRef("pk"), theme=theme)))

    def themed(self):
        from objections.models.themes import Placement

        return self.filter(Exists(Placement.objects.live().filter(objection=OuterRef("pk"))))

    def unthemed(self):
        from objections.models.themes import Placement

        return self.exclude(Exists(Placement.objects.live().filter(objection=OuterRef("pk"))))

    def with_rows(self):
        """For lists: everything a row shows, in two queries."""
        return self.select_related("opportunity__account", "competitor", "author").prefetch_related(
            models.Prefetch(
                "placements",
                queryset=_live_placements(),
                to_attr="live_placements",
            )
        )


def _live_placements():
    from objections.models.themes import Placement

    return Placement.objects.live().select_related("theme")


class Objection(models.Model):
    """A voice: a reservation a buyer voiced at a moment, on a deal or none, in the words of whoever logged it."""

    opportunity = models.ForeignKey(
        "feedback.Opportunity", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="deal"
    )
    review = models.ForeignKey(
        "feedback.Review", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    text = models.TextField("what did they say?", max_length=2000, blank=True)
    is_quote = models.BooleanField("the buyer's own words", default=False)
    is_same = models.BooleanField(default=False, editable=False, help_text="Logged by “same as this” of a theme.")
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.OBJECTION)
    weight = models.CharField(max_length=8, choices=Weight, default=Weight.CONCERN)
    raised_by = models.CharField("who raised it?", max_length=80, blank=True, help_text="Their role, not their name.")
    stage = models.CharField(max_length=80, blank=True)
    outcome_when_heard = models.CharField(max_length=4, blank=True, editable=False)
    competitor = models.ForeignKey(
        "feedback.Competitor", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    product = models.ForeignKey("feedback.Product", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answer_used = models.CharField("what did you answer?", max_length=500, blank=True)
    ending = models.CharField("how did it end?", max_length=10, choices=Ending, blank=True)
    heard_on = models.DateField("heard on")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="objections")
    logged_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    history = HistoricalRecords(excluded_fields=["logged_at"])
    objects = ObjectionQuerySet.as_manager()

    class Meta:
        ordering = ["-heard_on", "-id"]
        indexes = [
            models.Index(fields=["-heard_on", "-id"], name="objection_heard"),
            models.Index(fields=["opportunity", "heard_on"], name="objection_deal"),
            models.Index(fields=["author", "heard_on"], name="objection_author"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(text="") | Q(is_same=True), name="objection_has_words"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="objection_kind_known"),
            models.CheckConstraint(condition=Q(weight__in=Weight.values), name="objection_weight_known"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="objection_withdrawn_by_and_at",
            ),
        ]

    def __str__(self):
        return self.text or "Same as the theme"

    def get_absolute_url(self):
        return reverse("objections:objection_detail", args=[self.pk])

    @property
    def placement(self):
        """The live placement, or None while unthemed."""
        if hasattr(self, "live_placements"):
            return self.live_placements[0] if self.live_placements else None
        return self.placements.live().select_related("theme").first()

    @property
    def was_heard_while_open(self):
        return self.outcome_when_heard == "open"


class Vector(models.Model):
    """The sentence vector of an objection's text: float32, little-endian, made once for each text and encoder."""

    objection = models.OneToOneField(Objection, on_delete=models.CASCADE, related_name="vector")
    encoder = models.CharField(max_length=60)
    text_hash = models.CharField(max_length=64)
    data = models.BinaryField()

    def __str__(self):
        return f"vector of {self.objection_id}"
