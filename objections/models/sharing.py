import secrets
from base64 import urlsafe_b64encode
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Max, Q, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from feedback.addresses import absolute

KEY_LENGTH = 22  # characters of 128 random bits
WORKS_FOR = timedelta(days=30)


def new_key() -> str:
    return secrets.token_urlsafe(16)


class ShareLinkQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own, and all for those who publish: they see what goes out."""
        from objections.permissions import can_publish

        return self if can_publish(user) else self.filter(by=user)

    def working(self):
        """Neither ended nor expired."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def of_token(self, token):
        """The link whose address ends with this, or None."""
        link = self.filter(key=token[:KEY_LENGTH]).first()
        return link if link and constant_time_compare(link.token, token) else None

    def with_opens(self):
        """Adds `opens`, how often it was opened, and `opened_on`, the day it was last."""
        return self.annotate(opens=Coalesce(Sum("days__count"), 0), opened_on=Max("days__day"))


class ShareLink(models.Model):
    """A way for a buyer to open what is published of a piece without signing in, until it expires or is ended.

    `key` is half of its address. The other half is made of it with the portal's secret, so that whoever reads the
    database, or a copy of it, can open nothing. `usage` is the use on a deal that making the link noted.
    """

    collateral = models.ForeignKey("objections.Collateral", on_delete=models.CASCADE, related_name="share_links")
    opportunity = models.ForeignKey(
        "feedback.Opportunity", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    usage = models.ForeignKey("objections.Usage", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    key = models.CharField(max_length=KEY_LENGTH, unique=True, default=new_key, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ShareLinkQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="share_link_revoked_by_and_at",
            )
        ]

    def __str__(self):
        return f"link to {self.collateral}"

    @property
    def token(self):
        mac = salted_hmac("objections.share-link", self.key, algorithm="sha256").digest()[:16]
        return self.key + urlsafe_b64encode(mac).decode().rstrip("=")

    @property
    def address(self):
        return absolute(reverse("objections:share_link_open", args=[self.token]))

    @property
    def is_working(self):
        return self.revoked_at is None and self.expires_at > timezone.now()


class Opens(models.Model):
    """How often a link was opened on a day: a number, and nothing of who it was."""

    link = models.ForeignKey(ShareLink, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-day"]
        verbose_name_plural = "opens"
        constraints = [models.UniqueConstraint(fields=["link", "day"], name="opens_once_a_day")]

    def __str__(self):
        return f"{self.count} on {self.day}"
