from django.conf import settings
from django.db import models
from django.db.models import Q


class NotificationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What this person reads in the portal."""
        return self.filter(to=user, in_portal=True)

    def for_digest(self, user):
        """What they wait to be told by digest."""
        return self.filter(to=user, in_digest=True).unread()

    def unread(self):
        return self.filter(read_at=None)


class Notification(models.Model):
    """Something a person is told. `key` makes telling idempotent: once for each person and event.

    `kind` is a key of `feedback.notification_kinds`, blank for what was told before there were any. Where it is told,
    as the person wanted it then, stands in `in_portal` and `in_digest`.
    """

    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, blank=True)
    in_portal = models.BooleanField(default=True)
    in_digest = models.BooleanField(default=True)
    title = models.CharField(max_length=200)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=200)
    at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["to", "read_at"], name="notification_unread"),
            models.Index(fields=["to", "at", "id"], name="notification_latest"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["to", "key"], name="notification_once"),
            models.CheckConstraint(condition=Q(in_portal=True) | Q(in_digest=True), name="notification_told_somewhere"),
        ]

    def __str__(self):
        return self.title


class NotificationChoice(models.Model):
    """Where a person wants to be told of one kind. Without a row: in the portal and by digest."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_choices")
    kind = models.CharField(max_length=20)
    in_portal = models.BooleanField()
    in_digest = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind"], name="notification_choice_once")]

    def __str__(self):
        return f"{self.kind} for {self.person}"
