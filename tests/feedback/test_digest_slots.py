"""When a digest is due: in the person's own time zone, over daylight saving, and never long after."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from feedback.models import DigestChoice
from feedback.models.digests import moment_of

BERLIN = ZoneInfo("Europe/Berlin")


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def slot(now, zone="Europe/Berlin", **choice):
    found = DigestChoice(**choice).slot_before(at(now), ZoneInfo(zone))
    return found and (str(found[0]), f"{found[1]:%Y-%m-%d %H:%M}")


def test_it_is_due_on_monday_at_eight_where_the_person_is():
    assert slot("2026-11-23 06:59") is None
    assert slot("2026-11-23 07:00") == ("2026-11-23", "2026-11-23 07:00")
    assert slot("2026-11-23 07:00", "America/New_York") is None
    assert slot("2026-11-23 13:00", "America/New_York") == ("2026-11-23", "2026-11-23 13:00")


def test_it_follows_summer_time():
    assert slot("2026-06-01 05:59") is None
    assert slot("2026-06-01 06:00") == ("2026-06-01", "2026-06-01 06:00")


def test_an_hour_that_the_clocks_leave_out_is_sent_at_the_next_that_exists():
    """On 29 March 2026 clocks in Berlin went from 2 to 3 o'clock, and in Havana on 8 March from 0 to 1."""
    assert moment_of(date(2026, 3, 29), 2, BERLIN) == moment_of(date(2026, 3, 29), 3, BERLIN) == at("2026-03-29 01:00")
    assert moment_of(date(2026, 3, 8), 0, ZoneInfo("America/Havana")) == at("2026-03-08 05:00")


def test_an_hour_that_comes_twice_is_one_slot():
    """On 25 October 2026 clocks in Berlin went from 3 back to 2 o'clock."""
    sunday = {"weekdays": "6", "hour": 2}
    slots = {slot(f"2026-10-25 {hour:02}:{minute:02}", **sunday) for hour in range(3) for minute in (0, 30)}
    assert slots == {("2026-10-25", "2026-10-25 00:00")}


def test_a_portal_that_was_down_sends_one_late_digest_and_none_after_a_day():
    daily = {"weekdays": "0123456"}
    assert slot("2026-11-26 15:00", **daily) == ("2026-11-26", "2026-11-26 07:00")
    assert slot("2026-11-24 06:59") == ("2026-11-23", "2026-11-23 07:00")
    assert slot("2026-11-24 07:00") is None


def test_a_slot_from_before_the_choice_is_not_sent():
    assert slot("2026-11-23 10:00", hour=9, chosen_at=at("2026-11-23 09:30")) is None
    due = ("2026-11-23", "2026-11-23 08:00")
    assert slot("2026-11-23 10:00", hour=9, chosen_at=at("2026-11-23 07:30")) == due


@pytest.mark.parametrize(
    "zone", ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"]
)
@pytest.mark.parametrize("hour", [0, 2, 8, 23])
def test_every_day_of_a_year_has_one_slot_that_is_found_within_ten_minutes(zone, hour):
    choice, found, now = DigestChoice(weekdays="0123456", hour=hour), {}, at("2026-01-01 00:00")
    while now < at("2027-01-01 00:00"):
        day, moment = choice.slot_before(now, ZoneInfo(zone)) or (None, None)
        if day and day not in found:
            found[day] = now - moment
        now += timedelta(minutes=10)
    days = sorted(found)
    assert days == [days[0] + timedelta(days=number) for number in range(len(days))]
    assert len(days) in (365, 366)
    assert max(list(found.values())[1:]) < timedelta(minutes=10)
