from urllib.parse import urlsplit

from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from feedback.models.history import ChangesOnly
from feedback.sealing import Unsealable, seal, unseal

SEALED_FOR = "webhook"


class Format(models.TextChoices):
    JSON = "json", "JSON, for a program"
    SLACK = "slack", "Slack"
    TEAMS = "teams", "Microsoft Teams"


class EndpointQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def with_last_delivery(self):
        """With `last_delivery`, the id of the newest, null before the first."""
        newest = Delivery.objects.filter(endpoint=OuterRef("pk")).values("pk")[:1]
        return self.annotate(last_delivery=Subquery(newest))


class Endpoint(models.Model):
    """An address outside that is told of events. Both the address, which for Slack and Teams is a key, and the secret
    that signs what is sent are sealed; the history says when they were given, not what they are.

    `events` are keys of `feedback.webhooks.events`. `failing_since` is when the first of the failures in a row was.
    """

    name = models.CharField(max_length=80, unique=True, help_text="Such as the channel it leads to.")
    format = models.CharField(max_length=5, choices=Format, default=Format.JSON)
    host = models.CharField(max_length=260, editable=False)
    sealed_url = models.TextField(editable=False)
    sealed_secret = models.TextField(editable=False)
    url_given_at = models.DateTimeField("address given", default=timezone.now, editable=False)
    secret_made_at = models.DateTimeField("secret made", default=timezone.now, editable=False)
    events = models.JSONField(default=list)
    is_active = models.BooleanField("switched on", default=True)
    failing_since = models.DateTimeField(null=True, blank=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = EndpointQuerySet.as_manager()
    history = ChangesOnly(excluded_fields=["sealed_url", "sealed_secret", "failing_since", "made_at"])

    class Meta:
        verbose_name = "webhook"
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=Q(format__in=Format.values), name="endpoint_format_known")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("feedback:webhook_detail", args=[self.pk])

    def give_url(self, url: str) -> None:
        self.host, self.url_given_at = urlsplit(url).netloc, timezone.now()
        self.sealed_url = seal(url, SEALED_FOR)

    def give_secret(self, secret: str) -> None:
        self.secret_made_at = timezone.now()
        self.sealed_secret = seal(secret, SEALED_FOR)

    @property
    def url(self) -> str:
        """Raises `feedback.sealing.Unsealable`, as `secret` does."""
        return unseal(self.sealed_url, SEALED_FOR)

    @property
    def secret(self) -> str:
        return unseal(self.sealed_secret, SEALED_FOR)

    @property
    def is_readable(self) -> bool:
        """Whether its address and secret were sealed under the key of now."""
        try:
            return bool(self.url and self.secret)
        except Unsealable:
            return False


class DeliveryState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    DELIVERED = "delivered", "Delivered"
    GIVEN_UP = "given up", "Given up"


class DeliveryQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(state=DeliveryState.WAITING)

    def ended(self):
        return self.exclude(state=DeliveryState.WAITING)

    def with_last_attempt(self):
        """With `last_at`, `last_status`, `last_milliseconds` and `last_words`, null before the first attempt."""
        last = Attempt.objects.filter(delivery=OuterRef("pk")).order_by("-at", "-id")
        fields = ("at", "status", "milliseconds", "words")
        return self.annotate(**{f"last_{name}": Subquery(last.values(name)[:1]) for name in fields})


class Delivery(models.Model):
    """One event for one endpoint, written in the transaction of what happened. `event_id` is sent with every attempt.

    `key` is the portal's own name of the event, so that telling it again sends nothing again. `round` counts attempts
    since it was made or sent again by hand. `next_at` is when it is due while it waits, empty for a new one.
    """

    endpoint = models.ForeignKey(Endpoint, on_delete=models.CASCADE, related_name="deliveries")
    key = models.CharField(max_length=120)
    event_id = models.CharField(max_length=40)
    event = models.CharField(max_length=40)
    at = models.DateTimeField(default=timezone.now)
    content = models.JSONField()
    state = models.CharField(max_length=9, choices=DeliveryState, default=DeliveryState.WAITING)
    round = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "deliveries"
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["endpoint", "at", "id"], name="delivery_latest")]
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "key"], name="delivery_once"),
            models.CheckConstraint(condition=Q(state__in=DeliveryState.values), name="delivery_state_known"),
        ]

    def __str__(self):
        return f"{self.event} to {self.endpoint}"

    def get_absolute_url(self):
        return reverse("feedback:delivery_detail", args=[self.pk])

    @property
    def is_over(self) -> bool:
        return self.state != DeliveryState.WAITING


class Attempt(models.Model):
    """One try to deliver: the status that came back, or none and in `words` why not; else how the answer begins."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="attempts")
    at = models.DateTimeField(default=timezone.now)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    milliseconds = models.PositiveIntegerField()
    words = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self):
        return f"{self.delivery}: {self.status or self.words}"
