from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.models import Holiday
from objections import calendar_page
from objections.models import ContentRequest
from tests.factories import make_request, make_theme, make_user

CALENDAR = reverse("objections:request_calendar")
NOVEMBER, TODAY = date(2026, 11, 1), date(2026, 11, 18)


def days(month):
    return {day.on: day for week in month.weeks for day in week}


def shown(today=TODAY):
    return calendar_page.month(ContentRequest.objects.unfinished(), NOVEMBER, today)


def test_a_month_has_whole_weeks_from_monday(rep):
    month = shown()
    assert [len(week) for week in month.weeks] == [7] * 6
    assert (month.weeks[0][0].on, month.weeks[-1][-1].on) == (date(2026, 10, 26), date(2026, 12, 6))
    assert (month.before, month.after) == (date(2026, 10, 1), date(2026, 12, 1))
    assert [day.on for day in days(month).values() if day.is_today] == [TODAY]
    assert not days(month)[date(2026, 10, 31)].is_of_month


def test_it_marks_what_is_late_weekends_and_holidays(rep):
    Holiday.objects.create(day=date(2026, 11, 19), name="Repentance day")
    for title, day, state in (
        ("Late", date(2026, 11, 16), "triaged"),
        ("Paused", date(2026, 11, 16), "on hold"),
        ("Today", TODAY, "triaged"),
        ("Long ago", date(2026, 9, 1), "triaged"),
        ("No day", None, "triaged"),
    ):
        make_request(title, by=rep, due_on=day, state=state)
    month = shown()
    found = days(month)
    assert [(row.title, row.is_late) for row in found[date(2026, 11, 16)].due] == [("Late", True), ("Paused", False)]
    assert [(row.title, row.is_late) for row in found[TODAY].due] == [("Today", False)]
    assert (found[date(2026, 11, 19)].holiday, found[date(2026, 11, 19)].is_off) == ("Repentance day", True)
    assert found[date(2026, 11, 21)].is_off
    assert not found[date(2026, 11, 20)].is_off
    assert (month.late_before, month.without_day, month.count) == (1, 1, 3)


@pytest.mark.parametrize(("due", "first", "others"), [(3, 3, 0), (4, 4, 0), (5, 5, 0), (6, 4, 2)])
def test_a_full_day_folds_what_is_more_than_a_few(rep, due, first, others):
    for number in range(due):
        make_request(f"R{number}", by=rep, due_on=TODAY)
    day = days(shown())[TODAY]
    assert (len(day.first), len(day.others)) == (first, others)


def test_it_shows_the_month_asked_for_over_the_filters_of_the_queue(rep, marketer, sign_in):
    theme = make_theme()
    make_request("Mine", by=rep, due_on=date(2026, 11, 18), owner=marketer, themes=[theme], type="battlecard")
    make_request("Other", by=rep, due_on=date(2026, 11, 19))
    make_request("Done", by=rep, due_on=date(2026, 11, 20), state="worked")
    client = sign_in(rep)
    for query, found in (
        ({}, {"Mine", "Other"}),
        ({"owner": marketer.pk}, {"Mine"}),
        ({"theme": theme.pk}, {"Mine"}),
        ({"type": "battlecard"}, {"Mine"}),
        ({"state": "closed"}, {"Done"}),
        ({"q": "oth"}, {"Other"}),
        ({"month": "2026-12"}, set()),
    ):
        page = client.get(CALENDAR, {"month": "2026-11"} | query)
        due = {row.title for day in days(page.context["month"]).values() for row in day.due}
        assert due == found, query
        assert set(page.context["filter"].form.changed_data) == set(query) - {"month"}


def test_it_leads_to_the_months_beside_and_keeps_the_filter(rep, sign_in):
    page = sign_in(rep).get(CALENDAR, {"month": "2026-11", "type": "battlecard", "lanes": "owner"})
    for month in ("2026-10", "2026-12"):
        assert f'href="{CALENDAR}?month={month}&amp;type=battlecard&amp;lanes=owner"' in page.text
    board = reverse("objections:request_list")
    assert f'href="{board}?type=battlecard&amp;lanes=owner"' in page.text  # the board does not know months
    assert f'href="{reverse("feedback:security")}#calendar"' in page.text


def test_without_a_month_it_shows_that_of_today(rep, sign_in):
    page = sign_in(rep).get(CALENDAR)
    assert page.context["month"].first == timezone.localdate().replace(day=1)


@pytest.mark.parametrize("month", ["2026-13", "x", "0001-01", "9999-12", "2026-11-01", "\0"])
def test_what_is_no_month_is_told(rep, sign_in, month):
    page = sign_in(rep).get(CALENDAR, {"month": month})
    assert page.status_code == 200
    assert page.context["filter"].problems


def test_it_says_late_and_today_in_words(rep, sign_in):
    today = timezone.localdate()
    make_request("Late one", by=rep, due_on=today - timedelta(days=40), state="triaged")
    client = sign_in(rep)
    assert "1 more is late, due before" in client.get(CALENDAR).text
    then = client.get(CALENDAR, {"month": f"{today - timedelta(days=40):%Y-%m}"}).text
    assert "Late</b>" in then
    assert ">Today<" in client.get(CALENDAR).text


def test_htmx_gets_the_month_alone(rep, sign_in):
    assert "<html" not in sign_in(rep).get(CALENDAR, headers={"HX-Request": "true"}).text


def test_it_costs_the_same_number_of_queries_for_many(rep, sign_in, django_assert_max_num_queries):
    theme = make_theme()
    for number in range(30):
        owner = make_user(f"Owner {number}", role="marketer")
        make_request(f"R{number}", by=rep, owner=owner, themes=[theme], due_on=timezone.localdate())
    client = sign_in(rep)
    with django_assert_max_num_queries(14):
        client.get(CALENDAR)
