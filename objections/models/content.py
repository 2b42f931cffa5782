from django.conf import settings
from django.db import models
from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from simple_history.models import HistoricalRecords

from feedback.business_days import add_business_days, last_business_day
from feedback.models import Company


class ContentType(models.TextChoices):
    TALK_TRACK = "talk track", "Talk track"
    BATTLECARD = "battlecard", "Battlecard"
    ONE_PAGER = "one-pager", "Objection one-pager"
    CASE_STUDY = "case study", "Case study"
    REFERENCE = "reference", "Reference or quote"
    ROI_CALCULATOR = "roi calculator", "ROI calculator"
    COMPARISON = "comparison", "Competitor comparison"
    SLIDES = "slides", "Pitch-deck slides"
    EMAIL = "e-mail", "E-mail template"
    DEMO = "demo", "Demo script or video"
    SECURITY_PACK = "security pack", "Security pack"
    IMPLEMENTATION_PLAN = "implementation plan", "Implementation plan"
    PRICING_SHEET = "pricing sheet", "Pricing sheet"
    CONTRACT_FAQ = "contract faq", "Contract FAQ"
    COPY = "copy", "Landing-page or ad copy rewrite"
    OFFER = "offer", "Offer change"
    ARTICLE = "article", "Article or webinar"


class Size(models.TextChoices):
    SMALL = "small", "Small edit"
    STANDARD = "standard", "Standard"
    SET = "set", "Set"

    @property
    def business_days(self) -> int:
        """The service level agreed for the size."""
        company = Company.agreed()
        return {Size.SMALL: company.small_days, Size.STANDARD: company.standard_days, Size.SET: company.set_days}[self]


class RequestState(models.TextChoices):
    NEW = "new", "New"
    TRIAGED = "triaged", "Triaged"
    BRIEFED = "briefed", "Briefed"
    IN_PRODUCTION = "in production", "In production"
    IN_REVIEW = "in review", "In review"
    APPROVED = "approved", "Approved"
    PUBLISHED = "published", "Published"
    MEASURING = "measuring", "Measuring"
    WORKED = "worked", "Closed: worked"
    NO_EFFECT = "no effect", "Closed: no effect"
    INCONCLUSIVE = "inconclusive", "Closed: inconclusive"
    NEEDS_INFO = "needs info", "Needs info"
    ON_HOLD = "on hold", "On hold"
    DECLINED = "declined", "Declined"
    MERGED = "merged", "Merged into another"
    ROUTED = "routed", "Routed elsewhere"
    RETIRED = "retired", "Retired"


UNFINISHED = [
    RequestState.NEW,
    RequestState.TRIAGED,
    RequestState.BRIEFED,
    RequestState.IN_PRODUCTION,
    RequestState.IN_REVIEW,
    RequestState.APPROVED,
    RequestState.NEEDS_INFO,
    RequestState.ON_HOLD,
]
CLOSED = [RequestState.WORKED, RequestState.NO_EFFECT, RequestState.INCONCLUSIVE]
PAUSED = [RequestState.NEEDS_INFO, RequestState.ON_HOLD]
SOON = 5  # business days


class ContentRequestQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everybody who is signed in reads the queue."""
        return self if user.is_authenticated else self.none()

    def unfinished(self):
        return self.filter(state__in=UNFINISHED)

    def overdue(self, today):
        """Late by a business day at least, with the clock running; what a new request is due for is its triage."""
        return self.running().filter(due_on__lt=last_business_day(today))

    def due_soon(self, today):
        """Due today or within the next `SOON` business days, with the clock running, and not late."""
        return self.running().filter(due_on__range=(last_business_day(today), add_business_days(today, SOON)))

    def running(self):
        """In the queue with the clock running."""
        return self.unfinished().exclude(state__in=PAUSED)

    def most_urgent_first(self):
        """What is late first: the running ones by their days, then the paused, then what left the queue.

        Adds `turn`, by which lists are paged. In one state it is the order of the days alone.
        """
        running = [state for state in UNFINISHED if state not in PAUSED]
        turns = [When(state__in=running, then=0), When(state__in=PAUSED, then=1)]
        turn = Case(*turns, default=2, output_field=IntegerField())
        return self.annotate(turn=turn).order_by("turn", *self.model._meta.ordering)

    def awaiting_triage(self):
        return self.filter(state=RequestState.NEW)

    def with_voices(self):
        """Adds `voices`: live objections in its themes, each once; and `deals`: deals waiting."""
        from objections.models.themes import Placement

        voices = Placement.objects.counted().filter(theme__requests=OuterRef("pk")).order_by()
        voices = voices.values("theme__requests").annotate(n=Count("objection", distinct=True)).values("n")
        waiting = ContentRequest.opportunities.through.objects.filter(contentrequest=OuterRef("pk")).order_by()
        waiting = waiting.values("contentrequest").annotate(n=Count("pk")).values("n")
        return self.annotate(voices=Coalesce(Subquery(voices), 0), deals=Coalesce(Subquery(waiting), 0))

    def with_sign_off(self):
        """Adds what tells whether the sales co-owner signed off what there is: see `ContentRequest.is_signed_off`."""
        from objections.models.collateral import Version
        from objections.models.sign_offs import SignOff

        last = SignOff.objects.filter(request=OuterRef("pk"), by=OuterRef("co_owner")).order_by("-at", "-id")
        newest = Version.objects.filter(collateral__request=OuterRef("pk")).order_by("-pk")
        return self.annotate(
            last_verdict=Subquery(last.values("verdict")[:1]),
            last_seen=Subquery(last.values("version")[:1]),
            newest_version=Subquery(newest.values("pk")[:1]),
        )

    def with_rows(self):
        """For lists: everything a row or card shows and what its moves depend on."""
        return self.with_voices().with_sign_off().select_related("owner").prefetch_related("themes", "moves")

    def alike(self, themes):
        """In the queue and about one of these themes, those that share most of them first."""
        shared = self.model.themes.through.objects.filter(contentrequest=OuterRef("pk"), theme__in=themes).order_by()
        shared = shared.values("contentrequest").annotate(n=Count("pk")).values("n")
        rows = self.unfinished().annotate(shared=Subquery(shared)).filter(shared__isnull=False)
        return rows.order_by("-shared", "-pk")


class ContentRequest(models.Model):
    """The ask for collateral that answers one or more themes, with an owner and a due date."""

    title = models.CharField(max_length=160)
    type = models.CharField(max_length=20, choices=ContentType)
    brief = models.TextField(max_length=5000, blank=True)
    themes = models.ManyToManyField("objections.Theme", related_name="requests")
    opportunities = models.ManyToManyField(
        "feedback.Opportunity", blank=True, related_name="+", verbose_name="deals waiting"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="content_requests"
    )
    co_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="sales co-owner",
    )
    size = models.CharField(max_length=8, choices=Size, default=Size.STANDARD)
    due_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=13, choices=RequestState, default=RequestState.NEW, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    at = models.DateTimeField(default=timezone.now, editable=False)

    history = HistoricalRecords(excluded_fields=["state"])
    objects = ContentRequestQuerySet.as_manager()

    class Meta:
        ordering = [F("due_on").asc(nulls_last=True), "id"]
        indexes = [
            models.Index(fields=["state", "due_on", "id"], name="request_queue"),
            models.Index(fields=["due_on", "id"], name="request_due"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="request_state_known"),
            models.CheckConstraint(condition=Q(type__in=ContentType.values), name="request_type_known"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("objections:request_detail", args=[self.pk])

    @property
    def is_unfinished(self):
        return self.state in UNFINISHED

    @property
    def is_paused(self):
        return self.state in PAUSED

    @property
    def is_signed_off(self):
        """Whether the sales co-owner's last word on the newest version is that it fits."""
        row = self if hasattr(self, "last_verdict") else type(self).objects.with_sign_off().get(pk=self.pk)
        return row.last_verdict == "fits" and row.last_seen == row.newest_version


class RoutedTo(models.TextChoices):
    PRODUCT = "product", "Product"
    PRICING = "pricing", "Pricing"
    LEGAL = "legal", "Legal"
    SALES_PROCESS = "sales process", "Sales process"


class Move(models.Model):
    """A content request moved from one state to another: by whom, when, why and, if it left the queue, where to.

    A merge keeps which themes and deals the other request did not have before.
    """

    request = models.ForeignKey(ContentRequest, on_delete=models.CASCADE, related_name="moves")
    from_state = models.CharField(max_length=13, choices=RequestState)
    to_state = models.CharField(max_length=13, choices=RequestState)
    why = models.CharField(max_length=500, blank=True)
    into = models.ForeignKey(
        ContentRequest, null=True, blank=True, on_delete=models.PROTECT, related_name="merged_moves"
    )
    routed_to = models.CharField(max_length=13, choices=RoutedTo, blank=True)
    carried_themes = models.ManyToManyField("objections.Theme", related_name="+", blank=True, editable=False)
    carried_deals = models.ManyToManyField("feedback.Opportunity", related_name="+", blank=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    publications = ()  # what this move put live; set on the move just made, and not stored

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_state="merged", into__isnull=False) | (~Q(to_state="merged") & Q(into=None)),
                name="move_merged_into_one",
            ),
            models.CheckConstraint(
                condition=Q(to_state="routed", routed_to__in=RoutedTo.values)
                | (~Q(to_state="routed") & Q(routed_to="")),
                name="move_routed_to_a_team",
            ),
            models.CheckConstraint(condition=~Q(into=F("request")), name="move_into_another"),
        ]

    def __str__(self):
        return f"{self.request}: {self.from_state} → {self.to_state}"
