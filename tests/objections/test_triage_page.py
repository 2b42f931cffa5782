"""The page of triage: which themes stand there, in which order, and what each row says."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from feedback import figures
from feedback.home import panels
from objections.actions.pins import pin_theme
from objections.metrics import PARTS
from objections.models import Pin
from tests.factories import (
    make_collateral,
    make_lost,
    make_objection,
    make_opportunity,
    make_request,
    make_theme,
    place,
)

URL = reverse("objections:theme_triage")
EXPORT = reverse("objections:theme_triage_export")


def heard(theme, author, *deals, **said):
    for deal in deals:
        place(make_objection("too dear", author=author, opportunity=deal, outcome_when_heard="open", **said), theme)
    return theme


@pytest.fixture
def themes(rep):
    """In the order of triage: Dear has the larger open value, Slow only a lost deal of long ago."""
    long_ago = timezone.localdate() - timedelta(days=200)
    slow = heard(make_theme("Slow"), rep, make_lost("Old", amount=90_000, closed_on=long_ago), heard_on=long_ago)
    dear = heard(make_theme("Dear"), rep, make_opportunity("Big", amount=5000, owner=rep))
    cheap = heard(make_theme("Cheap"), rep, make_opportunity("Small", amount=10, owner=rep))
    return [dear, cheap, slow]


def names(page):
    return [row.theme.name for row in page.context["page"]]


def rows(page):
    return {row.theme.name: row for row in page.context["page"]}


def test_it_ranks_what_wants_work_by_score(themes, marketer, sign_in):
    page = sign_in(marketer).get(URL)

    assert names(page) == ["Dear", "Cheap", "Slow"]
    assert [row.place for row in page.context["page"]] == [1, 2, 3]
    dear = rows(page)["Dear"]
    assert (dear.worth.open.total, dear.score.parts[0].points, dear.score.parts[0].place) == (5000, 30, 1)


def test_it_leaves_out_what_wants_no_work_and_says_how_many(themes, rep, marketer, sign_in):
    deal = make_lost("Lost")
    make_collateral(owner=marketer, themes=[heard(make_theme("Answered"), rep, deal)])
    make_request(by=marketer, themes=[heard(make_theme("Asked for"), rep, deal)])
    heard(make_theme("Legal's", owner="legal"), rep, deal)
    make_request(by=marketer, state="routed", themes=[heard(make_theme("Request routed"), rep, deal)])
    heard(make_theme("Gone", state="retired"), rep, deal)
    make_theme("Nobody raised it")
    make_request(by=marketer, state="declined", themes=[heard(make_theme("Declined"), rep, deal)])

    page = sign_in(marketer).get(URL)

    assert set(names(page)) == {"Dear", "Cheap", "Slow", "Declined"}
    found = page.context["triage"]
    assert (found.answered, found.in_work, found.routed) == (1, 1, 2)


def test_the_headline_is_the_unanswered_lost_value_with_its_definition(themes, marketer, sign_in):
    page = sign_in(marketer).get(URL)

    assert page.context["unanswered"].money.total == 90_000
    assert reverse("feedback:definition_detail", args=["unanswered-lost-value"]) in page.content.decode()


def test_every_part_stands_with_its_figure_and_its_points(themes, marketer, sign_in):
    client = sign_in(marketer)
    page = client.get(URL).content.decode()

    assert "Why this order" in page
    for part in PARTS:
        assert page.count(f'<th scope="row">{part.label}</th>') == len(themes)
    assert "1 person would use an answer, 1 open deal" in page
    definition = reverse("feedback:definition_detail", args=["triage-score"])
    assert definition in page
    assert "Triage score" in client.get(definition).content.decode()


def test_the_four_of_late_stages_stand_beside_it(themes, rep, marketer, sign_in):
    deal = make_opportunity("Late", owner=rep, created_on=timezone.localdate() - timedelta(days=100))
    late = heard(make_theme("Late"), rep, deal, stage="Negotiation")

    page = sign_in(marketer).get(URL)

    assert [row.theme for row in page.context["top_four"]["heard"]] == [late]
    assert "Final-stage top four" in page.content.decode()


def test_pinned_ones_stand_first_and_say_why_and_by_whom(themes, marketer, sign_in):
    pin_theme(theme=themes[2], reason="The board asks for it", by=marketer)

    page = sign_in(marketer).get(URL)

    assert names(page) == ["Slow", "Dear", "Cheap"]
    assert "The board asks for it" in page.content.decode()
    assert str(marketer) in page.content.decode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"sort": "open"}, ["Dear", "Cheap", "Slow"]),
        ({"sort": "name"}, ["Cheap", "Dear", "Slow"]),
        ({"q": "dea"}, ["Dear"]),
        ({"category": "trust"}, []),
        ({"sort": "nonsense"}, []),
    ],
)
def test_it_filters_and_sorts_page_and_export_alike(query, expected, themes, marketer, sign_in):
    client = sign_in(marketer)

    assert names(client.get(URL, query)) == expected
    if query != {"sort": "nonsense"}:  # an export of that leads back to the page, which says what is wrong
        sent = b"".join(client.get(EXPORT, query).streaming_content).decode()
        assert [row["Theme"] for row in csv.DictReader(io.StringIO(sent.lstrip("\ufeff")))] == expected


def test_each_row_says_its_place_which_the_second_page_goes_on_from(rep, marketer, sign_in):
    for number in range(26):
        heard(make_theme(f"Theme {number:02}"), rep, make_lost(f"Lost {number}"))

    page = sign_in(marketer).get(URL, {"page": 2}).content.decode()

    assert '<p class="triage-place"><span class="visually-hidden">Place </span>26</p>' in page
    assert '<ul class="triage"' in page


def test_a_filter_does_not_change_the_score(themes, marketer, sign_in):
    client = sign_in(marketer)

    assert rows(client.get(URL, {"q": "cheap"}))["Cheap"].score == rows(client.get(URL))["Cheap"].score
    assert rows(client.get(URL, {"q": "cheap"}))["Cheap"].place == 2


def test_the_export_holds_every_part(themes, marketer, sign_in):
    pin_theme(theme=themes[0], reason="Large", by=marketer)
    sent = b"".join(sign_in(marketer).get(EXPORT).streaming_content).decode().lstrip("\ufeff")

    first = next(csv.DictReader(io.StringIO(sent)))
    points = [float(first[f"Points: {part.label}"]) for part in PARTS]
    assert (first["Theme"], first["Place"], first["Pinned because"]) == ("Dear", "1", "Large")
    assert sum(points) == pytest.approx(float(first["Score"]))


def test_reps_look_and_do_not_touch(themes, rep, sign_in):
    page = sign_in(rep).get(URL).content.decode()

    assert "Dear" in page
    assert "Route it" not in page
    assert "Pin it" not in page
    assert f"{reverse('objections:request_create')}?theme={themes[0].pk}" in page


def test_it_explains_itself_while_nothing_waits(rep, sign_in):
    assert "No theme waits for an answer" in sign_in(rep).get(URL).content.decode()


def test_htmx_gets_the_rows_alone(themes, rep, sign_in):
    page = sign_in(rep).get(URL, headers={"HX-Request": "true"}).content.decode()

    assert "Dear" in page
    assert "<html" not in page


def test_a_marketers_home_shows_the_first_of_the_queue(themes, rep, marketer, sign_in):
    panel = panels["triage"]

    assert [row.theme.name for row in panel.collect(marketer)["first"]] == ["Dear", "Cheap", "Slow"]
    assert panel.shown_to(marketer)
    assert not panel.shown_to(rep)
    assert "Next in triage" in sign_in(marketer).get(reverse("feedback:home")).content.decode()


def test_a_large_company_sees_kept_figures_of_the_themes_that_wait_now(themes, rep, marketer, sign_in, monkeypatch):
    monkeypatch.setattr(figures, "EXACT", 0)
    cache.clear()
    client = sign_in(marketer)
    client.get(URL)
    heard(themes[1], rep, make_opportunity("Huge", amount=10**6))
    make_collateral(owner=marketer, themes=[themes[0]])

    page = client.get(URL)

    assert names(page) == ["Cheap", "Slow"]
    assert rows(page)["Cheap"].worth.open.total == 10
    assert "worked out once a minute" in page.content.decode()
    cache.clear()


@pytest.mark.parametrize("many", [3, 40])
def test_it_costs_the_same_queries_for_many_themes(many, rep, marketer, sign_in, django_assert_max_num_queries):
    for number in range(many):
        theme = heard(make_theme(f"Theme {number}"), rep, make_lost(f"Lost {number}"), make_opportunity(f"O {number}"))
        Pin.objects.create(theme=theme, reason="x", by=marketer)
    client = sign_in(marketer)

    with django_assert_max_num_queries(33):
        assert len(client.get(URL).context["page"].object_list) == min(many, 25)
