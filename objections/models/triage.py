from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from objections.models.content import Move, RoutedTo
from objections.models.themes import Owner, Theme

ROUTED = "routed"  # the reason of a change in a theme's history that a routing tells


class PinQuerySet(models.QuerySet):
    def live(self):
        return self.filter(undone_at=None)


class Pin(models.Model):
    """A theme that stands first in triage whatever its score, because somebody says why."""

    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="pins")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = PinQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["theme"], condition=Q(undone_at=None), name="pin_one_live_per_theme"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="pin_undone_by_and_at",
            ),
        ]

    def __str__(self):
        return self.reason


class RoutingQuerySet(models.QuerySet):
    def live(self):
        return self.filter(ended_at=None)


class Routing(models.Model):
    """A theme given to a team that can do something about it, and why; ended when it goes on or back to marketing.

    Whose a theme is says `Theme.owner`; this is the deed. `moves` took its requests along and are what is taken back;
    `from_owner` had the theme before, and `replaces` held until then.
    """

    theme = models.ForeignKey(Theme, on_delete=models.PROTECT, related_name="routings")
    to = models.CharField("team", max_length=13, choices=RoutedTo)
    why = models.CharField(max_length=500)
    moves = models.ManyToManyField(Move, related_name="+", editable=False)
    from_owner = models.CharField(max_length=13, choices=Owner, default=Owner.MARKETING, editable=False)
    replaces = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = RoutingQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["theme"], condition=Q(ended_at=None), name="routing_one_live_per_theme"),
            models.CheckConstraint(condition=Q(to__in=RoutedTo.values), name="routing_to_a_team"),
            models.CheckConstraint(condition=Q(from_owner__in=Owner.values), name="routing_from_owner_known"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="routing_ended_by_and_at",
            ),
        ]

    def __str__(self):
        return f"{self.theme} to {self.get_to_display().lower()}"


class RoutingNote(models.Model):
    """What came of a routed theme, as somebody heard from the team; the newest says how it stands."""

    routing = models.ForeignKey(Routing, on_delete=models.CASCADE, related_name="notes")
    text = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-id"]

    def __str__(self):
        return self.text
