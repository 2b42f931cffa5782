"""Every list as CSV: the rows and rights of its page."""

import csv
import io
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback.models import Notification
from tests.factories import (
    make_collateral,
    make_lost,
    make_objection,
    make_opportunity,
    make_request,
    make_review,
    make_theme,
    make_user,
    place,
)
from tests.scene import make_scene

FILTERED = [
    ("feedback:opportunity_list", "feedback:opportunity_export"),
    ("feedback:review_list", "feedback:review_export"),
    ("objections:objection_list", "objections:objection_export"),
    ("objections:theme_list", "objections:theme_export"),
    ("objections:request_list", "objections:request_export"),
    ("objections:collateral_list", "objections:collateral_export"),
]


def read(client, name, query=None, args=()):
    response = client.get(reverse(name, args=args), query or {})
    assert response.status_code == 200
    assert response.streaming
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def scene(rep, marketer, leader):
    return make_scene(rep=rep, marketer=marketer, leader=leader)


def test_deals_come_out_as_they_are_with_the_filter_of_the_page(rep, sign_in):
    make_lost("=cmd|' /C calc'!A0", account="@Hansa", amount="1234.50", closed_on=date(2026, 3, 1), owner=rep)
    make_opportunity("Open", account="Hansa")
    rows = read(sign_in(rep), "feedback:opportunity_export", {"outcome": "lost", "q": "hansa"})
    assert len(rows) == 1
    assert rows[0]["Deal"] == "'=cmd|' /C calc'!A0"
    assert rows[0]["Account"] == "'@Hansa"
    assert (rows[0]["Amount"], rows[0]["Closed on"], rows[0]["Owner"]) == ("1234.50", "2026-03-01", "Rita Rep")


@pytest.mark.parametrize(("page", "export"), FILTERED)
def test_a_filter_that_asks_for_what_there_is_not_leads_back_to_the_page_that_says_so(page, export, admin, sign_in):
    answer = sign_in(admin).get(
        reverse(export), {"state": "banana", "outcome": "banana", "weight": "banana", "kind": "x"}
    )
    assert answer.status_code == 302
    assert answer.url.startswith(f"{reverse(page)}?state=banana&")


@pytest.mark.parametrize(("page", "export"), FILTERED)
def test_the_page_offers_the_csv_of_what_it_shows(page, export, scene, leader, sign_in):
    for headers in ({}, {"HX-Request": "true"}):
        html = sign_in(leader).get(reverse(page), {"q": "x"}, headers=headers).content.decode()
        assert f'href="{reverse(export)}?q=x"' in html


def test_the_author_of_a_review_stays_hidden_from_those_who_may_not_see_them(
    rep, other_rep, manager, marketer, leader, sign_in
):
    make_review(make_lost("Shelves", owner=rep), author=rep)
    make_review(make_lost("Racks", owner=rep), author=rep, submitted=False)
    found = {}
    for user in (rep, other_rep, manager, marketer, leader):
        rows = read(sign_in(user), "feedback:review_export")
        found[user.name] = sorted((row["Deal"], row["State"], row["Author"]) for row in rows)
        if user in (other_rep, marketer):
            assert "Rita" not in str(rows)
    both = [("Racks", "Draft", "Rita Rep"), ("Shelves", "Submitted", "Rita Rep")]
    hidden = [("Shelves", "Submitted", "")]
    assert found == {
        "Rita Rep": both,
        "Otto Other": hidden,
        "Mona Manager": both,
        "Mara Marketer": hidden,
        "Lena Leader": both[1:],
    }


@pytest.mark.parametrize("name", ["objections:objection_export", "objections:theme_unthemed_export"])
def test_who_logged_an_objection_stays_hidden_too(name, rep, other_rep, manager, marketer, leader, sign_in):
    make_objection("too dear", author=rep)
    shown = {
        user.name: read(sign_in(user), name)[0]["Logged by"] for user in (rep, other_rep, manager, marketer, leader)
    }
    who = "Rita Rep"
    assert shown == {"Rita Rep": who, "Otto Other": "", "Mona Manager": who, "Mara Marketer": "", "Lena Leader": who}


def test_owed_reviews_come_out_for_whoever_owes_them(rep, manager, leader, sign_in):
    make_lost("Shelves", owner=rep, closed_on=date(2026, 3, 2))
    gone = make_user("Gone", is_active=False)
    make_lost("Left behind", owner=gone, closed_on=date(2026, 3, 2))
    name = "feedback:review_owed_export"
    mine = read(sign_in(rep), name)
    assert [(row["Deal"], row["Review due on"], row["Owed by"]) for row in mine] == [
        ("Shelves", "2026-03-09", "Rita Rep")
    ]
    assert [row["Deal"] for row in read(sign_in(manager), name, {"whose": "team"})] == ["Shelves"]
    assert [row["Deal"] for row in read(sign_in(leader), name, {"whose": "nobody"})] == ["Left behind"]
    assert read(sign_in(rep), name, {"whose": "nobody"}) == mine  # not theirs to see


def test_themes_requests_collateral_and_quotes_come_out(rep, marketer, sign_in):
    theme = make_theme("Too dear")
    place(make_objection("twice the price", author=rep), theme)
    make_request("Price sheet", by=rep, themes=[theme], due_on=date(2026, 5, 4))
    make_collateral("Sheet", owner=marketer, themes=[theme])
    make_collateral("Draft", owner=marketer, themes=[theme], published=False)
    client = sign_in(rep)
    assert [(row["Theme"], row["Heard, 12 months"]) for row in read(client, "objections:theme_export")] == [
        ("Too dear", "1")
    ]
    requests = read(client, "objections:request_export", {"view": "table"})
    assert [(r["Request"], r["Themes"], r["Heard"], r["Due on"]) for r in requests] == [
        ("Price sheet", "Too dear", "1", "2026-05-04")
    ]
    pieces = read(client, "objections:collateral_export", {"state": "all"})
    assert [(row["Collateral"], row["State"]) for row in pieces] == [("Sheet", "Published")]
    quotes = read(client, "objections:theme_quotes_export", args=[theme.pk])
    assert [(row["Objection"], row["Theme"]) for row in quotes] == [("twice the price", "Too dear")]


def test_the_other_lists_come_out_too(scene, rep, leader, sign_in):
    assert read(sign_in(leader), "feedback:import_export")[0]["Source"] == "crm"
    assert len(read(sign_in(leader), "feedback:meeting_export")) == 3
    assert [row["State"] for row in read(sign_in(rep), "feedback:meeting_export")] == ["Closed"]
    assert [row["Title"] for row in read(sign_in(rep), "feedback:notification_export")] == ["It is live"]
    assert read(sign_in(leader), "feedback:notification_export") == []
    assert len(read(sign_in(leader), "objections:proposal_export")) == 1


def test_it_costs_the_same_number_of_queries_for_many_rows(rep, leader, sign_in):
    def queries(name):
        with CaptureQueriesContext(connection) as captured:
            rows = read(client, name)
        return len(rows), len(captured)

    def add(many):
        for number in range(many):
            author = make_user(f"Person {number}", team=rep.team)
            deal = make_lost(account=f"Account {many} {number}", owner=author)
            make_review(deal, author=author)
            place(make_objection(author=author, opportunity=deal), theme)
            make_request(by=author, themes=[theme])
            make_collateral(owner=author, themes=[theme])
            Notification.objects.create(to=leader, key=f"{many} {number}", title="x", url="/")

    theme = make_theme()
    client = sign_in(leader)
    names = [export for _, export in FILTERED if "theme" not in export] + ["feedback:notification_export"]
    add(2)
    few = {name: queries(name) for name in names}
    add(12)
    many = {name: queries(name) for name in names}
    assert {name: rows for name, (rows, _) in many.items()} == dict.fromkeys(names, 14)
    assert {name: n for name, (_, n) in many.items()} == {name: n for name, (_, n) in few.items()}
