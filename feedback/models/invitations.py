from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

LASTS = timedelta(days=7)


def expiry():
    return timezone.now() + LASTS


class InvitationQuerySet(models.QuerySet):
    def pending(self):
        """Neither used nor revoked; maybe expired."""
        return self.filter(used_at=None, revoked_at=None)

    def live(self):
        """Those whose link still works."""
        return self.pending().filter(expires_at__gt=timezone.now())


class Invitation(models.Model):
    """A link by which one person comes in for the first time; only the hash of its token is kept."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(default=expiry)
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(used_at=None, revoked_at=None),
                name="invitation_one_pending_per_person",
            ),
            models.CheckConstraint(condition=Q(used_at=None) | Q(revoked_at=None), name="invitation_used_or_revoked"),
        ]

    def __str__(self):
        return f"invitation of {self.person}"

    @property
    def is_expired(self):
        return self.expires_at <= timezone.now()
