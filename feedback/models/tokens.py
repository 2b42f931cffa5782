from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Scope(models.TextChoices):
    READ = "read", "Read what I may read"
    WRITE_OBJECTIONS = "write:objections", "Log objections as me"
    WRITE_COLLATERAL = "write:collateral", "Note uses, make links and add versions as me"
    WRITE_REVIEWS = "write:reviews", "Write the reviews that I may write"
    WRITE_REQUESTS = "write:requests", "Ask for content, and do with requests what I may do"


class TokenQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One's own; everybody's for admins."""
        return self if user.is_superuser else self.filter(user=user)

    def working(self):
        """Not revoked, not expired, and of somebody who may sign in."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now(), user__is_active=True)


class Token(models.Model):
    """A person's key to the API. Only the SHA-256 of it is kept; `start`, its first characters, is to recognise it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80, help_text="What uses it, so that you recognise it later.")
    start = models.CharField(max_length=10)
    token_hash = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(help_text="A list of Scope values.")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="token_revoked_by_and_at",
            )
        ]

    def __str__(self):
        return self.name

    @property
    def is_expired(self):
        return self.expires_at <= timezone.now()

    @property
    def scope_words(self):
        return [Scope(scope).label for scope in self.scopes]
