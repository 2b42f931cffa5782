from datetime import date, timedelta

import pytest
from django.core import signing
from django.db.models import F
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback import counts
from feedback.counts import Total, total_of
from feedback.models import Notification, Opportunity, Source
from feedback.paging import page_of
from tests.factories import make_account, make_lost, make_opportunity

URL = reverse("feedback:opportunity_list")
DAY = date(2026, 3, 1)

ORDERS = {
    "nulls first": [F("closed_on").desc(nulls_first=True), "-id"],
    "nulls last": [F("closed_on").asc(nulls_last=True), "id"],
    "nulls in the second key": ["outcome", F("amount").desc(nulls_last=True), "id"],
    "nulls first in the second key": ["-outcome", F("amount").asc(nulls_first=True), "-id"],
    "two keys with nulls": [F("closed_on").desc(nulls_last=True), F("amount").asc(nulls_first=True), "id"],
    "over a join": ["account__name", "-id"],
    "id alone": ["-id"],
}

deals = st.lists(
    st.tuples(st.none() | st.integers(0, 3), st.none() | st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=14
)


def make_deals(shapes):
    accounts = [make_account(f"Account {number}") for number in range(3)]
    source = Source.objects.get_or_create(name="portal")[0]
    Opportunity.objects.bulk_create(
        Opportunity(
            source=source,
            external_id=str(number),
            account=accounts[account],
            amount=amount,
            outcome="open" if days is None else "lost",
            closed_on=None if days is None else DAY + timedelta(days=days),
        )
        for number, (days, amount, account) in enumerate(shapes)
    )


def walk(queryset, size, side):
    """All pages on one side, from the first page on, or back from the last one."""
    page = page_of(queryset, None, size)
    pages = [page]
    while page.next:
        page = page_of(queryset, page.next, size)
        pages.append(page)
    if side == "previous":
        pages = [page]
        while page.previous:
            page = page_of(queryset, page.previous, size)
            pages.insert(0, page)
    return pages


@pytest.mark.parametrize("name", ORDERS)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shapes=deals, size=st.integers(1, 5))
def test_it_shows_every_row_once_in_order_forwards_and_back(name, shapes, size, db):
    Opportunity.objects.all().delete()
    make_deals(shapes)
    queryset = Opportunity.objects.order_by(*ORDERS[name])
    expected = list(queryset)
    forwards = walk(queryset, size, "next")
    assert [row for page in forwards for row in page] == expected
    assert [page.start for page in forwards] == list(range(1, len(expected) + 1, size))
    assert all(len(page) == size for page in forwards[:-1])
    back = walk(queryset, size, "previous")
    assert sorted((row for page in back[1:] for row in page), key=expected.index) == expected[len(back[0]) :]
    assert back[0].previous == ""
    assert len(back[0]) == min(size, len(expected))


def test_it_keeps_microseconds_of_moments(rep):
    for number in range(5):
        Notification.objects.create(to=rep, key=str(number), title="x", url="/")
    pages = walk(Notification.objects.visible_to(rep), 2, "next")
    assert [note.key for page in pages for note in page] == ["4", "3", "2", "1", "0"]


def test_it_pages_by_an_annotated_amount(db):
    for amount in (300, None, 100.25, 200, 100.25):
        make_lost(amount=amount, closed_on=DAY)
    deals = Opportunity.objects.with_value().order_by("closed_on", F("value").desc(nulls_last=True), "id")
    pages = walk(deals, 2, "next")
    assert [deal.value for page in pages for deal in page] == [300, 200, 100.25, 100.25, None]


@pytest.mark.parametrize("order", [[], ["-closed_on"], ["name"]])
def test_it_refuses_an_order_in_which_rows_could_fall_between_pages(order, db):
    with pytest.raises(ValueError, match="ends in its id"):
        page_of(Opportunity.objects.order_by(*order) if order else Opportunity.objects.order_by("name"), None, 5)


def test_a_cursor_made_up_changed_or_of_another_list_gives_the_first_page(rep, sign_in):
    for number in range(120):
        make_opportunity(f"Deal {number}")
    client = sign_in(rep)
    first = client.get(URL).context["page"]
    changed = first.next[:-1] + ("A" if first.next[-1] != "A" else "B")
    elsewhere = signing.dumps(["after", 51, [1]], salt="elsewhere")
    for cursor in (changed, elsewhere, "2", "\0", "ü:1:x", "x" * 5000, ""):
        answer = client.get(URL, {"page": cursor})
        assert answer.status_code == 200
        assert answer.context["page"].object_list == first.object_list


def test_a_page_whose_rows_are_gone_gives_the_first_page(db):
    for number in range(4):
        make_opportunity(f"Deal {number}")
    deals = Opportunity.objects.open_first()
    cursor = page_of(deals, None, 2).next
    Opportunity.objects.filter(pk__in=[deal.pk for deal in deals[2:]]).delete()
    page = page_of(deals, cursor, 2)
    assert (len(page), page.start, page.next) == (2, 1, "")


def test_rows_that_come_in_meanwhile_repeat_none(db):
    for number in range(4):
        make_opportunity(f"Deal {number}")
    deals = Opportunity.objects.open_first()
    first = page_of(deals, None, 2)
    make_opportunity("New")
    assert [deal.name for deal in page_of(deals, first.next, 2)] == ["Deal 1", "Deal 0"]


def test_its_links_lead_through_the_list_with_the_filter(rep, sign_in):
    for number in range(60):
        make_opportunity(f"Deal {number}")
        make_lost(f"Lost {number}", closed_on=DAY + timedelta(days=number))
    client = sign_in(rep)
    first = client.get(URL, {"outcome": "lost"})
    assert b"1 to 50 of 60" in first.content
    assert b'rel="prev"' not in first.content
    second = client.get(URL, {"outcome": "lost", "page": first.context["page"].next})
    assert b"51 to 60 of 60" in second.content
    assert b'href="?outcome=lost"' in second.content
    assert b'rel="next"' not in second.content
    assert [deal.name for deal in second.context["page"]] == [f"Lost {number}" for number in range(9, -1, -1)]


@pytest.mark.parametrize(
    ("number", "words"),
    [(1001, "about 1,000"), (5234, "about 5,200"), (48_712, "about 49,000"), (500_000, "about 500,000")],
)
def test_a_large_number_is_said_as_about(number, words):
    assert str(Total(number, is_exact=False)) == words


def test_a_number_people_can_count_is_always_true(db, monkeypatch):
    monkeypatch.setattr(counts, "EXACT", 3)
    deals = Opportunity.objects.all()
    for number in range(3):
        make_opportunity(f"Deal {number}")
        assert total_of(deals) == Total(number + 1)


def test_a_large_number_is_counted_once_a_minute_for_each_filter(db, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(counts, "EXACT", 3)
    for number in range(5):
        make_opportunity(f"Deal {number}")
    for _ in range(7):
        make_lost(closed_on=DAY)
    assert total_of(Opportunity.objects.all()).number == 12
    assert total_of(Opportunity.objects.lost()).number == 7
    with django_assert_num_queries(0):
        assert total_of(Opportunity.objects.open_first().with_value()) == Total(12, is_exact=False)
        assert total_of(Opportunity.objects.lost()) == Total(7, is_exact=False)
    Opportunity.objects.lost().delete()
    assert page_of(Opportunity.objects.lost(), None, 5).total == Total(0)
