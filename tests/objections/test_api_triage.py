"""Triage by the API: the order, the parts and the filters of the page."""

from decimal import Decimal

import pytest
from django.urls import reverse

from objections.actions.pins import pin_theme
from objections.metrics import PARTS
from tests.factories import make_collateral, make_objection, make_opportunity, make_theme, place

URL = "/api/v1/themes/triage/"


@pytest.fixture
def themes(rep, marketer):
    made = []
    for name, amount in (("Dear", 5000), ("Slow", 300), ("Late", 20), ("Answered", 9000)):
        made.append(make_theme(name))
        deal = make_opportunity(name, amount=amount, owner=rep)
        place(make_objection("too dear", author=rep, opportunity=deal), made[-1])
    make_collateral(owner=marketer, themes=made[-1:])
    pin_theme(theme=made[2], reason="The board asks", by=marketer)
    return made


def test_it_gives_what_the_page_shows_in_its_order(themes, rep, sign_in):
    client = sign_in(rep)

    rows = client.get(URL).json()

    page = client.get(reverse("objections:theme_triage")).context["page"]
    assert [row["theme"]["id"] for row in rows] == [row.theme.pk for row in page]
    assert [row["theme"]["name"] for row in rows] == ["Late", "Dear", "Slow"]
    assert [row["place"] for row in rows] == [1, 2, 3]
    assert rows[0]["pin"]["reason"] == "The board asks"
    assert (rows[1]["open_value"]["total"], rows[1]["reuse"]) == ("5000.00", {"people": 1, "deals": 1})


def test_the_parts_add_up(themes, rep, sign_in):
    for row in sign_in(rep).get(URL).json():
        assert [part["key"] for part in row["parts"]] == [part.key for part in PARTS]
        assert sum(Decimal(part["points"]) for part in row["parts"]) == Decimal(row["score"])


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"sort": "open"}, ["Dear", "Slow", "Late"]),
        ({"sort": "name"}, ["Dear", "Late", "Slow"]),
        ({"q": "slo"}, ["Slow"]),
        ({"category": "trust"}, []),
    ],
)
def test_it_filters_and_sorts_as_the_page(query, expected, themes, rep, sign_in):
    assert [row["theme"]["name"] for row in sign_in(rep).get(URL, query).json()] == expected


@pytest.mark.parametrize("query", [{"sort": "nonsense"}, {"owner": "legal"}, {"cursor": "x"}])
def test_what_it_does_not_know_is_refused(query, themes, rep, sign_in):
    assert sign_in(rep).get(URL, query).status_code == 400


@pytest.mark.parametrize("many", [3, 40])
def test_it_costs_the_same_queries_for_many_themes(many, rep, marketer, sign_in, django_assert_max_num_queries):
    for number in range(many):
        theme = make_theme(f"Theme {number}")
        deal = make_opportunity(f"Deal {number}", owner=rep)
        place(make_objection("too dear", author=rep, opportunity=deal), theme)
        pin_theme(theme=theme, reason="The board asks", by=marketer)
    client = sign_in(rep)

    with django_assert_max_num_queries(16):
        assert len(client.get(URL).json()) == many
