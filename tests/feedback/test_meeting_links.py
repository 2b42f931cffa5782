"""Every figure of a meeting leads to the rows it stands on and to the definition it follows."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from feedback import meetings
from feedback.actions.meetings import close_meeting
from feedback.actions.second_codings import code_again
from feedback.models import Definition, Destination, Review
from feedback.samples import drawn
from tests.factories import (
    make_collateral,
    make_competitor,
    make_lost,
    make_meeting,
    make_objection,
    make_review,
    make_theme,
    make_won,
    place,
)

MONTH, DAY = date(2026, 3, 1), date(2026, 3, 10)
WITHOUT_FIGURES = {"last_time", "definitions", "decisions"}
OWN_ROWS = {"agreement"}  # its rows are the sample, which its figures lead to


@pytest.fixture
def full(leader, marketer, rep):
    """A meeting in which every section has something to show."""
    theme = make_theme("Dearer than others")
    rivals = Destination.objects.in_force().get(code="competitor")
    for at in range(30):
        deal = make_lost(f"Lost {at}", account=f"Account {at}", closed_on=DAY, lead_source="Fair", owner=rep)
        deal.created_on, deal.stage = date(2026, 1, 1), "Negotiation"
        deal.save()
        code = "SILENT" if at < 5 else "PRICE"
        fields = {"destination": rivals, "competitor": make_competitor(), "would_have_changed": "A lower price"}
        make_review(deal, author=rep, code=code, evidence="said", **fields)
        said = {"heard_on": DAY, "stage": "Negotiation", "outcome_when_heard": "open"}
        place(make_objection(f"too dear {at}", author=rep, opportunity=deal, **said), theme)
    for at in range(30):
        make_won(f"Won {at}", account=f"Winner {at}", closed_on=DAY, created_on=date(2026, 2, 1), lead_source="Web")
    make_collateral(owner=marketer, themes=[theme])
    meeting = make_meeting(MONTH, by=leader)
    for review in Review.objects.filter(pk__in=drawn(meeting)).select_related("reason"):
        code_again(meeting=meeting, review=review, destination=rivals, reason=review.reason, by=marketer)
    return meeting


def sections_of(client, meeting):
    page = BeautifulSoup(client.get(meeting.get_absolute_url()).content.decode(), "html.parser")
    return {key: page.find(id=key) for key in meetings.sections}


def test_every_figure_has_its_rows_and_its_definition(full, leader, sign_in):
    client = sign_in(leader)
    for key, section in sections_of(client, full).items():
        for stat in section.select(".stat"):
            label = stat.select_one(".stat-label").get_text(strip=True)
            assert stat.select_one(".stat-label a.definition"), f"{key}: {label} has no definition"
            assert stat.select_one(".stat-value a"), f"{key}: {label} has no rows"
        behind = section.select_one(".behind")
        if key in WITHOUT_FIGURES:
            assert behind is None
            continue
        assert behind.select("a.definition"), f"{key} names no definition"
        assert key in OWN_ROWS or behind.select("a:not(.definition)"), f"{key} names no rows"


def test_every_link_of_a_section_opens(full, leader, sign_in):
    client = sign_in(leader)
    for section in sections_of(client, full).values():
        for address in {link["href"] for link in section.select("a[href]")}:
            assert client.get(address).status_code == 200, address


def test_the_rows_are_as_many_as_the_figure_says(full, leader, sign_in):
    client = sign_in(leader)
    found = sections_of(client, full)

    def rows(section, label):
        stat = next(each for each in found[section].select(".stat") if label in each.get_text())
        return len(client.get(stat.select_one(".stat-value a")["href"]).context["page"].object_list)

    assert rows("headline", "Win rate") == 50  # a page of the 60
    assert rows("headline", "Days to a loss") == 30
    assert rows("quality", "Identical notes") == 30
    went = found["destinations"].select_one(".went a")
    assert len(client.get(went["href"]).context["page"].object_list) == 30
    cell = found["destinations"].select_one(".crossed tbody td a")
    assert len(client.get(cell["href"]).context["page"].object_list) == int(cell.get_text())


def test_every_definition_that_a_section_names_is_there(db):
    slugs = {slug for section in meetings.sections.values() for slug in section.definitions}
    assert slugs <= set(Definition.objects.values_list("slug", flat=True))


def test_what_is_frozen_has_no_link_and_the_page_around_it_names_the_definitions(full, leader, rep, sign_in):
    pack = close_meeting(meeting=full, by=leader)
    assert "href=" not in pack.html
    page = sign_in(rep).get(full.get_absolute_url()).content.decode()
    assert reverse("feedback:definition_detail", args=["rising-themes"]) in page
