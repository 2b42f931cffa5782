from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac

MONDAY = "0"
HOUR = 8
LATEST = timedelta(days=1)  # a digest that could not be sent for so long says nothing new any more


class DigestChoice(models.Model):
    """When a person gets the digest, in their own time zone. Without a row: Mondays at eight.

    `weekdays` are the digits of `date.weekday()`, Monday 0.
    """

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digest_choice")
    is_on = models.BooleanField(default=True)
    weekdays = models.CharField(max_length=7, default=MONDAY)
    hour = models.PositiveSmallIntegerField(default=HOUR)
    chosen_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(weekdays=""), name="digest_choice_has_weekday"),
            models.CheckConstraint(condition=Q(hour__lte=23), name="digest_choice_hour_of_day"),
        ]

    def __str__(self):
        return f"digest of {self.person}"

    def slot_before(self, now: datetime, zone: ZoneInfo) -> tuple[date, datetime] | None:
        """(the day it is for, the moment) of the latest slot up to `now` that is worth sending still, or None.

        A slot from before the choice was made was nobody's wish.
        """
        today = now.astimezone(zone).date()
        for day in (today, today - timedelta(days=1), today - timedelta(days=2)):
            moment = moment_of(day, self.hour, zone)
            if str(day.weekday()) in self.weekdays and moment <= now:
                wanted = self.chosen_at is None or moment >= self.chosen_at
                return (day, moment) if wanted and now - moment < LATEST else None
        return None


def moment_of(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """When it is `hour` on `day` there: the first time where clocks show it twice, the next hour that exists where
    they leave it out."""
    return datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC)


class DigestOutcome(models.TextChoices):
    SENT = "sent", "Sent"
    QUIET = "quiet", "There was nothing to say"
    NO_MAIL = "no mail", "No mail is set up"
    REFUSED = "refused", "The mail server refused it"


class DigestQuerySet(models.QuerySet):
    def unsent(self):
        """Begun and not dealt with; those too old to be sent stay so."""
        return self.filter(outcome="")

    def ended(self):
        return self.exclude(outcome="")

    def told(self):
        """Those that said something."""
        return self.filter(outcome__in=[DigestOutcome.SENT, DigestOutcome.NO_MAIL])


class Digest(models.Model):
    """One person's digest of one day: at most one, however often the work runs. It says what was so `as_of` then.

    Whoever sends it holds it until `held_until`. A crash between sending and writing that down may repeat it, under the
    same Message-ID; `tries` tells.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digests")
    day = models.DateField()
    due_at = models.DateTimeField()
    held_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=8, choices=DigestOutcome, blank=True)
    as_of = models.DateTimeField(null=True, blank=True)

    objects = DigestQuerySet.as_manager()

    class Meta:
        ordering = ["-due_at", "-id"]
        indexes = [models.Index(fields=["due_at"], name="digest_due")]
        constraints = [
            models.UniqueConstraint(fields=["person", "day"], name="digest_one_a_day"),
            models.CheckConstraint(condition=Q(outcome__in=["", *DigestOutcome.values]), name="digest_outcome_known"),
            models.CheckConstraint(
                condition=Q(outcome="", as_of=None) | (~Q(outcome="") & Q(as_of__isnull=False)),
                name="digest_ended_as_of",
            ),
        ]

    def __str__(self):
        return f"digest of {self.day} for {self.person}"

    @property
    def message_id(self) -> str:
        """The same whenever it is sent, so that mail programs know one that was sent twice; nobody can guess it."""
        mark = salted_hmac("feedback.digest", f"{self.person_id}:{self.day}", algorithm="sha256").hexdigest()[:16]
        return f"<digest-{self.person_id}-{self.day:%Y%m%d}-{mark}@{urlsplit(settings.PORTAL_URL).hostname}>"
