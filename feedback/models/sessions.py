from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession, BaseSessionManager
from django.db import models


class SessionManager(BaseSessionManager):
    """Also says whose sessions; see `Session`."""

    def live_of(self, user, now):
        return self.filter(user=user, expire_date__gt=now)


class Session(AbstractBaseSession):
    """One sign-in on one device. Django's session with the person beside it, so that they can see and end it."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="sessions"
    )
    device = models.CharField(max_length=60, blank=True)
    began_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)

    objects = SessionManager()

    class Meta(AbstractBaseSession.Meta):
        ordering = ["-seen_at"]

    @classmethod
    def get_session_store_class(cls):
        from feedback.sessions import SessionStore

        return SessionStore
