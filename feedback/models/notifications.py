from django.conf import settings
from django.db import models


class NotificationQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(to=user)

    def unread(self):
        return self.filter(read_at=None)


class Notification(models.Model):
    """Something a person is told in the portal. `key` makes telling idempotent: once for each person and event."""

    to = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    key = models.CharField(max_length=120)
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
        constraints = [models.UniqueConstraint(fields=["to", "key"], name="notification_once")]

    def __str__(self):
        return self.title
