from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from simple_history.models import HistoricalRecords


class Owner(models.TextChoices):
    MARKETING = "marketing", "Marketing"
    PRODUCT = "product", "Product"
    PRICING = "pricing", "Pricing"
    LEGAL = "legal", "Legal"
    SALES_PROCESS = "sales process", "Sales process"


class State(models.TextChoices):
    ACTIVE = "active", "Active"
    MERGED = "merged", "Merged"
    RETIRED = "retired", "Retired"


class ThemeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everybody who is signed in reads all themes."""
        return self if user.is_authenticated else self.none()

    def active(self):
        return self.filter(state=State.ACTIVE)

    def heard(self):
        """Themes with at least one live voice."""
        return self.filter(Exists(Placement.objects.counted().filter(theme=OuterRef("pk"))))

    def answered(self):
        """Themes with collateral that is published and not retired."""
        from objections.models.collateral import Publication

        return self.filter(Exists(Publication.objects.live().filter(collateral__themes=OuterRef("pk"))))

    def unanswered(self):
        from objections.models.collateral import Publication

        return self.exclude(Exists(Publication.objects.live().filter(collateral__themes=OuterRef("pk"))))

    def for_api(self):
        """With everything the API says of a theme; adds `is_answered` and `live_merges`."""
        voices = Placement.objects.counted().filter(theme=OuterRef("pk")).order_by().values("theme")
        voices = voices.annotate(n=Count("pk")).values("n")
        answered = Theme.objects.answered().filter(pk=OuterRef("pk"))
        merges = Merge.objects.filter(undone_at=None).select_related("into")
        return (
            self.annotate(voices=Coalesce(Subquery(voices), 0), is_answered=Exists(answered))
            .select_related("category")
            .prefetch_related("answers__approved_by", Prefetch("merges", merges, to_attr="live_merges"))
        )

    def with_voices(self):
        """Adds `voices`: live objections placed in the theme."""
        return self.annotate(
            voices=Count(
                "placements",
                filter=Q(placements__undone_at=None, placements__objection__withdrawn_at=None),
                distinct=True,
            )
        )


class Theme(models.Model):
    """A curated group of objections that one answer could address. Its identity is this row and never changes."""

    name = models.CharField(max_length=120)
    definition = models.TextField(max_length=600, blank=True)
    category = models.ForeignKey("feedback.Category", on_delete=models.PROTECT, related_name="+")
    owner = models.CharField("owner team", max_length=13, choices=Owner, default=Owner.MARKETING)
    state = models.CharField(max_length=7, choices=State, default=State.ACTIVE)
    seed = models.SlugField(max_length=60, null=True, blank=True, unique=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    made_at = models.DateTimeField(auto_now_add=True)

    history = HistoricalRecords(excluded_fields=["made_at"])
    objects = ThemeQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="theme_state_known"),
            models.CheckConstraint(condition=Q(owner__in=Owner.values), name="theme_owner_known"),
            models.UniqueConstraint(fields=["name"], condition=Q(state="active"), name="theme_active_name_unique"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("objections:theme_detail", args=[self.pk])

    @property
    def is_active(self):
        return self.state == State.ACTIVE

    @property
    def answer(self):
        """The approved words in force, or None."""
        return next((a for a in self.answers.all() if a.retired_at is None), None)

    @property
    def pin(self):
        """What puts it first in triage, or None."""
        return next((pin for pin in self.pins.all() if pin.undone_at is None), None)

    @property
    def routing(self):
        """How it came to the team that has it, or None; a theme may have had another team from the start."""
        return next((routing for routing in self.routings.all() if routing.ended_at is None), None)


class Exemplar(models.Model):
    """A sentence that shows what belongs to a theme, with its vector (float32, little-endian; see `Vector`)."""

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="exemplars")
    text = models.CharField(max_length=400)
    encoder = models.CharField(max_length=60, blank=True)
    data = models.BinaryField(blank=True, default=b"")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["theme", "text"], name="exemplar_unique")]

    def __str__(self):
        return self.text


class Answer(models.Model):
    """The approved words to say to a theme."""

    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="answers")
    text = models.TextField(max_length=1000)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-approved_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["theme"], condition=Q(retired_at=None), name="answer_one_live_per_theme")
        ]

    def __str__(self):
        return self.text


class Merge(models.Model):
    """One theme joined into another; undoing it gives every voice back."""

    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="merges")
    into = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="merged_from")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    collateral = models.ManyToManyField(
        "objections.Collateral", related_name="+", help_text="What serves the joint theme since this merge."
    )
    requests = models.ManyToManyField("objections.ContentRequest", related_name="+")

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["theme"], condition=Q(undone_at=None), name="merge_one_live_per_theme"),
            models.CheckConstraint(condition=~Q(theme=models.F("into")), name="merge_of_two_themes"),
        ]

    def __str__(self):
        return f"{self.theme} into {self.into}"


class Split(models.Model):
    """A new theme made of some voices of another; undoing it gives them back and retires the new theme."""

    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="splits")
    made = models.OneToOneField(Theme, on_delete=models.PROTECT, related_name="split_from")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self):
        return f"{self.made} from {self.theme}"


class PlacementQuerySet(models.QuerySet):
    def live(self):
        return self.filter(undone_at=None)

    def counted(self):
        """Live placements of objections that were not withdrawn."""
        return self.live().filter(objection__withdrawn_at=None)

    def by_people(self):
        return self.filter(by__isnull=False)


class Placement(models.Model):
    """An objection put in a theme by a person (`by`) or by the model (`by` null, with its confidence, 0 to 1)."""

    objection = models.ForeignKey("objections.Objection", on_delete=models.CASCADE, related_name="placements")
    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="placements")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    confidence = models.FloatField(null=True, blank=True)
    merge = models.ForeignKey(Merge, null=True, blank=True, on_delete=models.PROTECT, related_name="placements")
    split = models.ForeignKey(Split, null=True, blank=True, on_delete=models.PROTECT, related_name="placements")
    proposal = models.ForeignKey(
        "objections.Proposal", null=True, blank=True, on_delete=models.SET_NULL, related_name="placements"
    )
    sorting = models.ForeignKey(
        "objections.Sorting", null=True, blank=True, on_delete=models.SET_NULL, related_name="placements"
    )
    guess = models.ForeignKey(
        Theme,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="The machine's first guess at the moment a person placed it.",
    )
    guess_rank = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text="Where the theme stood among the machine's guesses: 1 to 3, 0 for none; empty where it had none.",
    )
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="replaced_by")
    at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who took the objection out; empty where the model, a merge or a split moved it on.",
    )

    objects = PlacementQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["theme", "undone_at"], name="placement_theme_live"),
            models.Index(fields=["-id"], condition=Q(guess_rank__isnull=False), name="placement_guessed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["objection"], condition=Q(undone_at=None), name="placement_one_live_per_objection"
            ),
            models.CheckConstraint(
                condition=Q(by__isnull=False) | Q(confidence__isnull=False), name="placement_by_person_or_model"
            ),
        ]

    def __str__(self):
        return f"{self.objection_id} in {self.theme}"
