from collections.abc import Iterator
from datetime import date, time, timedelta
from itertools import count

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse

from feedback.business_days import add_business_days
from feedback.models.history import ChangesOnly
from feedback.spans import Period, months_on

MADE_BEFORE = timedelta(days=14)  # so that invitations go out, and reviews can still be asked for, a week before


class Unit(models.TextChoices):
    MONTHS = "months", "months"
    WEEKS = "weeks", "weeks"


class SeriesQuerySet(models.QuerySet):
    def visible_to(self, user):
        from feedback.permissions import can_prepare_meetings

        return self if can_prepare_meetings(user) else self.none()

    def running(self):
        return self.filter(is_on=True)


class Series(models.Model):
    """Review meetings that come again: each looks back at the days after those of the one before.

    `starts_on` is the first day the first of them looks back at. Each is held on the `business_day`-th business day
    after its days are over. `made_until` is the last day that a meeting was made for; none is made again.
    """

    name = models.CharField(max_length=80)
    every = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1), MaxValueValidator(12)])
    unit = models.CharField(max_length=10, choices=Unit, default=Unit.MONTHS)
    starts_on = models.DateField()
    business_day = models.PositiveSmallIntegerField(default=4, validators=[MinValueValidator(1), MaxValueValidator(20)])
    held_at = models.TimeField(default=time(10))
    minutes = models.PositiveSmallIntegerField(default=60, validators=[MinValueValidator(5), MaxValueValidator(600)])
    place = models.CharField(max_length=200, blank=True)
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    attendees = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="+")
    is_on = models.BooleanField(default=True)
    made_until = models.DateField(null=True, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    history = ChangesOnly(excluded_fields=["made_until", "made_at"])
    objects = SeriesQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        verbose_name_plural = "series"
        constraints = [
            models.CheckConstraint(
                condition=Q(unit=Unit.WEEKS) | Q(starts_on__day__lte=28), name="series_starts_on_day_of_any_month"
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("feedback:series_detail", args=[self.pk])

    @property
    def cadence(self) -> str:
        """`every month`, `every 2 weeks`"""
        return f"every {self.unit.removesuffix('s')}" if self.every == 1 else f"every {self.every} {self.unit}"

    def periods(self) -> Iterator[Period]:
        """The days of each of its meetings, without end."""
        for number in count():
            first, following = (self._first_day(n) for n in (number, number + 1))
            yield first, following - timedelta(days=1)

    def held_on(self, period: Period) -> date:
        """The day its meeting about that period is held on."""
        return add_business_days(period[1], self.business_day)

    def coming(self, today: date) -> Iterator[Period]:
        """The periods whose meetings are still to be made: not made before, and not to be held in the past.

        Where it comes at other times now, a meeting may have been made for a part of a period: the rest is left of it.
        """
        for first, last in self.periods():
            if self.made_until is not None:
                first = max(first, self.made_until + timedelta(days=1))
            if first <= last and self.held_on((first, last)) >= today:
                yield first, last

    def made_on(self, period: Period) -> date:
        """The day from which on its meeting about that period is there to be prepared."""
        return self.held_on(period) - MADE_BEFORE

    def _first_day(self, number: int) -> date:
        if self.unit == Unit.WEEKS:
            return self.starts_on + timedelta(weeks=self.every * number)
        return months_on(self.starts_on, self.every * number)
