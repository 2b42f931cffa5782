from datetime import date

import pytest
from django.urls import reverse

from feedback import business_days
from feedback.actions.company import add_holidays
from feedback.business_days import add_business_days, business_days_between, last_day_due_before
from feedback.kept import kept_once
from feedback.models import Holiday, Opportunity
from objections.actions.content import request_content
from tests.factories import make_lost, make_theme

LIST = reverse("feedback:holiday_list")
FRIDAY, MONDAY, TUESDAY = date(2026, 12, 25), date(2026, 12, 28), date(2026, 12, 29)


@pytest.fixture
def christmas(db):
    Holiday.objects.create(day=FRIDAY, name="Christmas Day")
    Holiday.objects.create(day=MONDAY, name="Boxing Day, observed")


@pytest.fixture
def admins(admin, sign_in):
    return sign_in(admin)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 12, 24), 1, TUESDAY),
        (date(2026, 12, 23), 2, TUESDAY),
        (FRIDAY, 1, TUESDAY),  # a holiday counts as the business day before
        (FRIDAY, 0, date(2026, 12, 24)),
        (date(2026, 12, 27), 1, TUESDAY),
        (date(2026, 12, 18), 1, date(2026, 12, 21)),
    ],
)
def test_a_due_date_counts_no_holiday(start, days, end, christmas):
    assert add_business_days(start, days) == end


def test_a_pause_is_as_long_as_its_business_days(christmas):
    assert business_days_between(date(2026, 12, 24), TUESDAY) == 1


def test_what_is_overdue_agrees_with_the_due_dates(christmas, company):
    for day in range(10, 30):
        make_lost(f"Deal {day}", closed_on=date(2026, 12, day))
    today = date(2027, 1, 4)
    late = {deal for deal in Opportunity.objects.lost() if deal.review_due_on < today}
    assert set(Opportunity.objects.lost().overdue(today)) == late
    assert last_day_due_before(today, 5) == max(deal.closed_on for deal in late)


def test_owed_reviews_follow_a_new_holiday_and_requests_keep_their_day(company, rep, admin):
    deal = make_lost("Racks", closed_on=date(2026, 12, 22), owner=rep)
    request = request_content(themes=[make_theme("Dear")], title="T", type="battlecard", by=rep)
    review_due, request_due = deal.review_due_on, request.due_on
    add_holidays(days=[(FRIDAY, "Christmas Day"), (request_due, "Sudden")], by=admin)
    request.refresh_from_db()
    assert (review_due, deal.review_due_on) == (date(2026, 12, 29), date(2026, 12, 30))
    assert request.due_on == request_due


def test_they_are_read_once_a_request_and_seen_at_once_when_they_change(christmas, admin, django_assert_num_queries):
    with kept_once():
        with django_assert_num_queries(1):
            for _ in range(50):
                add_business_days(FRIDAY, 3)
        add_holidays(days=[(TUESDAY, "One more")], by=admin)
        assert add_business_days(date(2026, 12, 24), 1) == date(2026, 12, 30)


def test_outside_a_request_nothing_grows_old(christmas):
    assert add_business_days(date(2026, 12, 24), 1) == TUESDAY
    Holiday.objects.all().delete()
    assert add_business_days(date(2026, 12, 24), 1) == FRIDAY


def test_the_page_of_owed_reviews_reads_them_once(rep, sign_in, christmas, monkeypatch):
    reads, read = [], business_days._read
    monkeypatch.setattr(business_days, "_read", lambda: reads.append(1) or read())
    for number in range(20):
        make_lost(f"Deal {number}", owner=rep, closed_on=date(2026, 3, 2))
    assert sign_in(rep).get(reverse("feedback:review_owed")).status_code == 200
    assert len(reads) == 1


def test_an_admin_pastes_several_lines(admins, admin):
    text = "2027-01-01 New Year's Day\n\n25.12.2027; Christmas\n26/12/2027\tBoxing Day\n2027-05-01"
    assert admins.post(LIST, {"days": text}).url == LIST
    assert list(Holiday.objects.values_list("day", "name")) == [
        (date(2027, 1, 1), "New Year's Day"),
        (date(2027, 5, 1), "Holiday"),
        (date(2027, 12, 25), "Christmas"),
        (date(2027, 12, 26), "Boxing Day"),
    ]
    assert Holiday.history.first().history_user == admin


def test_pasting_again_renames_and_adds_nothing_twice(admins):
    for name in ("Xmas", "Christmas", "Christmas"):
        admins.post(LIST, {"days": f"2027-12-25 {name}"})
    assert [h.name for h in Holiday.objects.all()] == ["Christmas"]
    assert Holiday.history.count() == 2


@pytest.mark.parametrize(
    "line", ["Christmas", "2027-13-01 Never", "31.02.2027 Never", "25-12 Christmas", "9999-12-31 Far", "1/1", "12"]
)
def test_a_line_that_begins_with_no_day_is_named_and_nothing_is_taken(line, admins):
    page = admins.post(LIST, {"days": f"2027-01-01 New Year\n{line}"})
    assert page.status_code == 422
    assert "Line 2" in page.content.decode()
    assert line in page.content.decode()
    assert not Holiday.objects.exists()


def test_far_too_many_lines_are_refused(admins):
    page = admins.post(LIST, {"days": "2027-01-01 x\n" * 501})
    assert page.status_code == 422
    assert b"at most 500" in page.content


def test_a_removed_day_is_a_business_day_again(admins, christmas):
    holiday = Holiday.objects.get(day=FRIDAY)
    assert admins.post(reverse("feedback:holiday_delete", args=[holiday.pk])).url == LIST
    assert add_business_days(date(2026, 12, 24), 1) == FRIDAY


def test_a_leader_reads_them_and_adds_none(leader, sign_in, christmas):
    client = sign_in(leader)
    assert b"Christmas Day" in client.get(LIST).content
    assert client.post(LIST, {"days": "2027-01-01 x"}).status_code == 403
    assert Holiday.objects.count() == 2


def test_the_list_costs_the_same_number_of_queries_for_many(admins, django_assert_max_num_queries):
    Holiday.objects.bulk_create(Holiday(day=date(2026, 1, day), name="x") for day in range(1, 32))
    with django_assert_max_num_queries(14):
        admins.get(LIST)
