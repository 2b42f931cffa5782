"""Meetings look back at any span of days: how it is called, which one comes before, and which are refused."""

import importlib
import json
from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from feedback.actions.decisions import add_decision
from feedback.actions.meetings import close_meeting
from feedback.models import Decision, Meeting, Series
from feedback.packs import differences
from feedback.spans import in_words, month_of, months_on, period_before, whole_months
from objections.models import Objection
from tests.factories import make_lost, make_meeting, make_objection, make_theme, place

pytestmark = pytest.mark.django_db
QUARTER = date(2026, 7, 1), date(2026, 9, 30)


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 10, 1), date(2026, 10, 31), "October 2026"),
        (date(2028, 2, 1), date(2028, 2, 29), "February 2028"),
        (*QUARTER, "Q3 2026"),
        (date(2026, 1, 1), date(2026, 12, 31), "2026"),
        (date(2026, 2, 1), date(2026, 4, 30), "1 February to 30 April 2026"),
        (date(2026, 10, 5), date(2026, 10, 18), "5 to 18 October 2026"),
        (date(2026, 12, 28), date(2027, 1, 10), "28 December 2026 to 10 January 2027"),
        (date(2026, 10, 5), date(2026, 10, 5), "5 October 2026"),
        (date(2026, 2, 1), date(2026, 2, 27), "1 to 27 February 2026"),
    ],
)
def test_a_span_is_called_by_as_much_as_it_takes(first, last, words):
    assert in_words((first, last)) == words


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (month_of(date(2026, 3, 9)), month_of(date(2026, 2, 1))),
        (QUARTER, (date(2026, 4, 1), date(2026, 6, 30))),
        ((date(2026, 10, 5), date(2026, 10, 18)), (date(2026, 9, 21), date(2026, 10, 4))),
    ],
)
def test_the_one_before_is_as_long_and_ends_the_day_before(period, before):
    assert period_before(period) == before


def test_months_are_counted_over_the_end_of_a_year():
    assert whole_months((date(2026, 11, 1), date(2027, 1, 31))) == 3
    assert months_on(date(2026, 11, 28), 3) == date(2027, 2, 28)
    assert months_on(date(2026, 1, 15), -1) == date(2025, 12, 15)


def test_it_prepares_a_quarter(client, leader):
    client.force_login(leader)
    days = {"month": "", "first_day": "2026-07-01", "last_day": "2026-09-30"}
    page = client.post(reverse("feedback:meeting_create"), days)
    meeting = Meeting.objects.get()
    assert page.status_code == 302
    assert meeting.period == QUARTER
    assert str(meeting) == "Closed-lost review of Q3 2026"
    assert "Q3 2026" in client.get(meeting.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"month": ""}, "Choose a month, or give the first and the last of other days."),
        ({"month": "", "first_day": "2026-09-30", "last_day": "2026-07-01"}, "This is before the first day."),
        ({"month": "", "first_day": "2026-07-01", "last_day": "2026-09-30"}, "Q3 2026 has a meeting already."),
    ],
)
def test_it_refuses_days_that_are_none_or_taken_and_keeps_what_was_typed(client, leader, days, words):
    make_meeting(by=leader, first_day=QUARTER[0], last_day=QUARTER[1])
    client.force_login(leader)
    page = client.post(reverse("feedback:meeting_create"), days | {"place": "Big room"})
    assert page.status_code == 422
    assert words in page.content.decode()
    assert 'value="Big room"' in page.content.decode()
    assert Meeting.objects.count() == 1


def test_its_sections_look_at_the_whole_span_and_compare_with_as_long_before(client, leader):
    theme = make_theme("Too dear")
    for name, day in (("July", date(2026, 7, 2)), ("September", date(2026, 9, 30)), ("May", date(2026, 5, 2))):
        deal = make_lost(name, amount=1000, closed_on=day)
        place(make_objection(f"Too dear in {name}", opportunity=deal, heard_on=day, author=leader), theme)
    meeting = make_meeting(by=leader, first_day=QUARTER[0], last_day=QUARTER[1])
    make_lost("October", amount=50, closed_on=date(2026, 10, 1))
    pack = close_meeting(meeting=meeting, by=leader)
    client.force_login(leader)
    page = client.get(meeting.get_absolute_url()).content.decode()
    data = {section["key"]: section["data"] for section in json.loads(pack.content)["sections"]}
    assert data["headline"]["before_words"] == "Q2 2026"
    assert [data["headline"]["figures"][0][when]["deals"] for when in ("now", "before")] == [2, 1]
    assert [theme["voices"] for theme in data["themes"]["themes"]] == [2]
    assert "Q3 2026" in page
    assert differences(pack) == []
    assert Objection.objects.count() == 3


def test_the_meeting_before_is_the_last_that_ended_before_it(leader):
    quarter = make_meeting(by=leader, first_day=QUARTER[0], last_day=QUARTER[1])
    august, october = make_meeting(date(2026, 8, 1), by=leader), make_meeting(date(2026, 10, 1), by=leader)
    add_decision(meeting=august, decision=Decision(text="Hold"), by=leader)
    assert october.previous() == quarter
    assert august.previous() == quarter  # it begins earlier, though it is not over: what it promised is carried on
    assert quarter.previous() is None


def test_no_two_meetings_are_about_the_same_days(leader):
    make_meeting(by=leader, first_day=QUARTER[0], last_day=QUARTER[1])
    with pytest.raises(IntegrityError), transaction.atomic():
        make_meeting(by=leader, first_day=QUARTER[0], last_day=QUARTER[1])
    with pytest.raises(IntegrityError), transaction.atomic():
        make_meeting(by=leader, first_day=QUARTER[1], last_day=QUARTER[0])


def test_its_files_are_named_by_its_days(client, leader):
    meeting = make_meeting(by=leader, first_day=QUARTER[0], last_day=QUARTER[1])
    client.force_login(leader)
    answer = client.get(reverse("feedback:meeting_markdown", args=[meeting.pk]))
    assert "closed-lost-review-2026-07-01-to-2026-09-30.md" in answer["Content-Disposition"]
    rows = client.get(reverse("feedback:meeting_export"))
    assert "2026-07-01,2026-09-30,Being prepared" in b"".join(rows.streaming_content).decode()


def test_the_migration_goes_back_for_months_only(leader):
    """What is no month would have no place there."""
    from django.apps import apps

    migration = importlib.import_module("feedback.migrations.0023_series_and_spans")
    make_meeting(date(2026, 2, 1), by=leader)
    migration.refuse_other_spans(apps, None)
    make_meeting(by=leader, first_day=QUARTER[0], last_day=QUARTER[1])
    with pytest.raises(RuntimeError, match="2026-07-01 to 2026-09-30, which is no month"):
        migration.refuse_other_spans(apps, None)


def test_two_meetings_of_one_month_do_not_go_back_to_months(leader):
    from django.apps import apps

    migration = importlib.import_module("feedback.migrations.0023_series_and_spans")
    series = Series.objects.create(name="Monthly", starts_on=date(2026, 2, 1), made_by=leader)
    make_meeting(date(2026, 2, 1), by=leader)
    make_meeting(date(2026, 2, 1), by=leader, series=series)
    with pytest.raises(RuntimeError, match="is the second of February 2026"):
        migration.refuse_other_spans(apps, None)


@pytest.mark.parametrize("days", [{"first_day": "2026-07-01", "last_day": "2026-09-30"}, {"last_day": "2026-09-29"}])
def test_days_that_were_typed_are_not_passed_over_for_the_month_that_stood_there(client, leader, days):
    client.force_login(leader)
    chosen = client.get(reverse("feedback:meeting_create")).context["form"]["month"].value()
    page = client.post(reverse("feedback:meeting_create"), days | {"month": chosen})
    assert page.status_code == 422
    assert "The days given below are others." in page.content.decode()
    assert days["last_day"] in page.content.decode()
    assert not Meeting.objects.exists()


def test_a_month_with_its_own_days_is_that_month(client, leader):
    client.force_login(leader)
    chosen = client.get(reverse("feedback:meeting_create")).context["form"]["month"].value()
    days = {"month": chosen, "first_day": f"{chosen}-01"}
    assert client.post(reverse("feedback:meeting_create"), days).status_code == 302
    assert f"{Meeting.objects.get().first_day:%Y-%m}" == chosen
