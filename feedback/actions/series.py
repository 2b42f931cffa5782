from collections.abc import Iterable, Mapping
from itertools import takewhile

from django.db import transaction
from django.utils import timezone

from feedback.actions.invites import change_attendees
from feedback.actions.meetings import make_meeting
from feedback.meanwhile import WrittenMeanwhile, crossed
from feedback.models import Company, Meeting, Series, User
from feedback.spans import Period

CADENCE = ("unit", "starts_on")  # months do not begin on every day: what was checked together is saved together


@transaction.atomic
def make_series(*, series: Series, attendees: Iterable[User], by: User) -> Series:
    """Keeps a new series, and makes the meeting that is due, if one is."""
    series.made_by = by
    series.save()
    series.attendees.set(attendees)
    make_due_meetings(series=series)
    return series


@transaction.atomic
def change_series(
    *, series: Series, fields: list[str], attendees: Iterable[User], before: Mapping[str, object] | None = None
) -> Series:
    """Saves what was changed of `fields`, and who attends. Meetings that were made before stay as they are.

    `before` and `WrittenMeanwhile` as in `feedback.actions.meetings.change_meeting`.
    """
    standing, before = Series.objects.select_for_update().get(pk=series.pk), before or {}
    fields = list(dict.fromkeys([*fields, *(CADENCE if set(CADENCE) & set(fields) else ())]))
    if found := crossed(series, standing, fields, before):
        last = standing.history.select_related("history_user").first()
        by, at = (last.history_user, last.history_date) if last else (None, None)
        raise WrittenMeanwhile(standing, found, by=by, at=at)
    for name in fields:
        setattr(standing, name, getattr(series, name))
    standing.save(update_fields=fields)
    change_attendees(standing, attendees, before.get("attendees"))
    make_due_meetings(series=standing)
    return standing


@transaction.atomic
def make_due_meetings(*, series: Series) -> list[Meeting]:
    """Makes the meetings of a running series whose time has come by the company's clock; each once."""
    series = Series.objects.select_for_update().select_related("facilitator").get(pk=series.pk)
    if not series.is_on:
        return []
    today = timezone.localdate(timezone=Company.agreed().zone)
    due = list(takewhile(lambda period: series.made_on(period) <= today, series.coming(today)))
    made = [_make(series, period) for period in due if not series.meetings.overlapping(period).exists()]
    if due:
        series.made_until = due[-1][1]
        series.save(update_fields=["made_until"])
    return made


def _make(series: Series, period: Period) -> Meeting:
    """A meeting that somebody made by hand for the same days becomes the series' own, and stays as it is."""
    by_hand = Meeting.objects.filter(series=None, first_day=period[0], last_day=period[1]).first()
    if by_hand:
        by_hand.series = series
        by_hand.save(update_fields=["series"])
        return by_hand
    return make_meeting(
        period=period,
        by=series.made_by,
        attendees=series.attendees.filter(is_active=True),
        series=series,
        facilitator=series.facilitator if series.facilitator and series.facilitator.is_active else None,
        held_on=series.held_on(period),
        held_at=series.held_at,
        minutes=series.minutes,
        place=series.place,
    )
