import hashlib
from datetime import timedelta

from django.db import models, transaction
from django.utils import timezone


class TriesManager(models.Manager):
    @transaction.atomic
    def spend(self, what: str, *, who: str, limit: int, per: timedelta):
        """Counts one try. None while it is allowed, else the moment from which it is again."""
        now = timezone.now()
        row, is_new = self.select_for_update().get_or_create(key=_key(what, who), defaults={"until": now + per})
        if is_new:
            self.filter(until__lt=now).delete()
        elif row.until <= now:
            row.count, row.until = 0, now + per
        if row.count >= limit:
            return row.until
        row.count += 1
        row.save()
        return None

    def is_spent(self, what: str, *, who: str, limit: int) -> bool:
        return self.filter(key=_key(what, who), count__gte=limit, until__gt=timezone.now()).exists()

    def forget(self, what: str, *, who: str) -> None:
        """After a success the count starts anew."""
        self.filter(key=_key(what, who)).delete()


class Tries(models.Model):
    """How often somebody has tried something since a moment. Rows, as counts in memory end with a process.

    Failed sign-ins are counted by django-axes; this counts resets, codes, feeds, and passwords asked for again.
    Who it was is kept as a hash.
    """

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    until = models.DateTimeField(db_index=True)

    objects = TriesManager()

    class Meta:
        verbose_name_plural = "tries"

    def __str__(self):
        return f"{self.count} until {self.until:%Y-%m-%d %H:%M}"


def _key(what, who):
    return hashlib.sha256(f"{what}\n{who}".encode()).hexdigest()
