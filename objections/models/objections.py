from datetime import timedelta

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from simple_history.models import HistoricalRecords

from feedback.models import Opportunity
from feedback.models.masked import BEING_READ, Masked
from feedback.permissions import can_read_buyers


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


def language_name(code: str) -> str:
    """ "German" for "de"."""
    return LANG_INFO.get(code, {}).get("name", code)


class ObjectionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Everybody who is signed in reads every objection that was not withdrawn; of the others, their own and those
        they withdrew, as a manager may.
        """
        if user.is_superuser:
            return self
        return self.filter(Q(withdrawn_at=None) | Q(author=user) | Q(withdrawn_by=user))

    def matching(self, words, user):
        """Voices whose text as this person may read it, or whose deal or account, has these words."""
        return self.saying_or_on([words], Opportunity.objects.matching(words).order_by().values("pk"), user)

    def saying_or_on(self, said, deals, user):
        """Voices whose text as this person may read it has each of `said`, or on one of `deals`."""
        own = self.model.objects.saying(said, user).order_by()
        on = self.model.objects.filter(opportunity__in=deals).order_by()
        return self.filter(pk__in=own.values("pk").union(on.values("pk")))

    def saying(self, said, user):
        """Voices whose text as this person may read it has each of these words.

        What stands in the masked words stands in the text, where it is found without taking JSON apart.
        """
        text, masked = Q(), Q()
        for words in said:
            text &= Q(text__icontains=words)
            masked &= Q(masked__text__icontains=words)
        return self.filter(text) if can_read_buyers(user) else self.filter(text, masked | Q(author=user))

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

    def masked_now(self):
        """Those that were read, whose words may be quoted to everybody."""
        return self.filter(masked__isnull=False)

    def naming(self, kind):
        """Voices in which something of this kind is named."""
        return self.filter(Exists(Mention.objects.filter(objection=OuterRef("pk"), kind=kind)))

    def naming_competitor(self, competitor):
        """Voices in whose words, or by whose author, this competitor is named."""
        return self.filter(
            Q(competitor=competitor) | Exists(Mention.objects.filter(objection=OuterRef("pk"), competitor=competitor))
        )

    def naming_product(self, product):
        return self.filter(
            Q(product=product) | Exists(Mention.objects.filter(objection=OuterRef("pk"), product=product))
        )

    def asking_for(self, certification):
        """Voices in which a certification of this name is named."""
        named = Mention.objects.filter(objection=OuterRef("pk"), kind=MentionKind.CERTIFICATION, value=certification)
        return self.filter(Exists(named))

    def with_mentions(self):
        """With what their words name, in one query more."""
        return self.prefetch_related(
            models.Prefetch("mentions", queryset=Mention.objects.select_related("competitor", "product"))
        )

    def in_pile(self):
        """Waiting for a theme: unthemed ones that have words and were not set aside."""
        from objections.models.sortings import Refusal

        aside = Refusal.objects.live().of_all().filter(objection=OuterRef("pk"))
        return self.live().exclude(text="").unthemed().exclude(Exists(aside))

    def set_aside(self):
        """Looked at by a person, who found that they fit no theme there is."""
        from objections.models.sortings import Refusal

        aside = Refusal.objects.live().of_all().filter(objection=OuterRef("pk"))
        return self.live().unthemed().filter(Exists(aside))

    def with_words_read_by(self, encoder):
        """Voices with words of which this encoder made a vector."""
        return self.exclude(text="").filter(vector__encoder=encoder)

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


class Objection(Masked):
    """A voice: a reservation a buyer voiced at a moment, on a deal or none, in the words of whoever logged it."""

    WORDS = {"text": BEING_READ, "raised_by": "", "answer_used": ""}

    opportunity = models.ForeignKey(
        "feedback.Opportunity", null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name="deal"
    )
    review = models.ForeignKey(
        "feedback.Review", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    text = models.TextField("what did they say?", max_length=2000, blank=True)
    is_quote = models.BooleanField("the buyer's own words", default=False)
    split_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="split_into", editable=False
    )
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
    language = models.CharField(
        max_length=8, blank=True, editable=False, help_text="ISO 639-1, as its words read; blank until they were read."
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="objections")
    logged_at = models.DateTimeField(auto_now_add=True)
    client_id = models.UUIDField(
        null=True, blank=True, editable=False, help_text="Given by the program that logged it: a retry finds it again."
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    AGAIN = timedelta(minutes=10)  # within which the same words are taken for a slip

    history = HistoricalRecords(excluded_fields=["logged_at", "client_id", "masked", "read_by", "language"])
    objects = ObjectionQuerySet.as_manager()

    class Meta:
        ordering = ["-heard_on", "-id"]
        indexes = [
            models.Index(fields=["-heard_on", "-id"], name="objection_heard"),
            models.Index(fields=["opportunity", "heard_on"], name="objection_deal"),
            models.Index(fields=["author", "heard_on"], name="objection_author"),
            models.Index(fields=["language"], name="objection_language"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["author", "client_id"],
                condition=Q(client_id__isnull=False),
                name="objection_once_per_client_id",
            ),
            models.CheckConstraint(condition=~Q(text="") | Q(is_same=True), name="objection_has_words"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="objection_kind_known"),
            models.CheckConstraint(condition=Q(weight__in=Weight.values), name="objection_weight_known"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="objection_withdrawn_by_and_at",
            ),
        ]

    def repeats(self):
        """Whether whoever logged it had logged the same words on the same deal a moment before."""
        same = Objection.objects.live().filter(author=self.author_id, opportunity=self.opportunity_id, text=self.text)
        lately = same.filter(logged_at__gte=self.logged_at - self.AGAIN, logged_at__lt=self.logged_at)
        return bool(self.text) and lately.exists()

    def __str__(self):
        return self.words() or "Same as the theme"

    def get_absolute_url(self):
        return reverse("objections:objection_detail", args=[self.pk])

    @property
    def is_read(self):
        """Whether the machine has looked for its theme; it does so a few seconds after the words were saved."""
        return hasattr(self, "vector")

    @property
    def is_foreign(self):
        """Whether it is in a language other than that of the portal."""
        return self.language not in ("", "en")

    @property
    def language_name(self):
        return language_name(self.language)

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
    sought_two = models.BooleanField(default=False, help_text="Whether two objections were looked for in the text.")
    data = models.BinaryField()

    def __str__(self):
        return f"vector of {self.objection_id}"


class MentionKind(models.TextChoices):
    COMPETITOR = "competitor", "A competitor"
    PRODUCT = "product", "A product"
    PRICE = "price", "A price"
    DATE = "date", "A date"
    CERTIFICATION = "certification", "A certification"


class Mention(models.Model):
    """What is named in an objection's words, from letter `start` to `end`; made anew each time the words are read.

    `text` says it as it is written there, `value` how a certification is usually written.
    """

    objection = models.ForeignKey(Objection, on_delete=models.CASCADE, related_name="mentions")
    kind = models.CharField(max_length=13, choices=MentionKind)
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    text = models.CharField(max_length=200)
    value = models.CharField(max_length=40, blank=True)
    competitor = models.ForeignKey(
        "feedback.Competitor", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    product = models.ForeignKey("feedback.Product", null=True, blank=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        ordering = ["objection", "start"]
        indexes = [models.Index(fields=["kind", "value"], name="mention_kind")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=MentionKind.values), name="mention_kind_known"),
            models.CheckConstraint(condition=Q(start__lt=models.F("end")), name="mention_has_letters"),
        ]

    def __str__(self):
        return str(self.competitor or self.product or self.value or self.text)
