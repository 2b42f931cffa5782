from datetime import date

import pytest

from feedback import meetings
from tests.factories import make_collateral, make_lost, make_meeting, make_objection, make_theme, place

MONTH, MARCH, FEBRUARY = date(2026, 3, 1), date(2026, 3, 10), date(2026, 2, 10)


@pytest.fixture
def meeting(leader):
    return make_meeting(MONTH, by=leader)


def shown(meeting):
    return meetings.preview(meeting, [meetings.sections["moving"]])[0].data


def hear(theme, rep, day, deals, **fields):
    for at in range(deals):
        deal = make_lost(f"{theme} {day} {at}", account=f"Account {at}", closed_on=day, amount=100)
        text = f"{theme} on {day:%B} {at}"
        place(make_objection(text, author=rep, opportunity=deal, heard_on=day, **fields), theme)


def test_it_shows_deals_value_and_two_quotes_of_each(meeting, rep):
    up, down = make_theme("Up"), make_theme("Down")
    hear(up, rep, MARCH, 15, is_quote=True)
    hear(up, rep, FEBRUARY, 2)
    hear(down, rep, FEBRUARY, 15)
    found = shown(meeting)
    [rising], [falling] = found["rising"], found["falling"]
    assert (rising["name"], rising["now"]["counts"], rising["was"]["counts"]) == ("Up", "15 of 15", "2 of 17")
    assert (rising["lost"]["total"], rising["lost"]["deals"]) == (1500, 15)
    assert len(rising["quotes"]) == 2
    assert falling["name"] == "Down"
    assert falling["quotes"][0]["text"].startswith("Down on February")  # silent now, so what was said before
    assert found["asks"] == "Up"
    assert "Rita" not in str(found)


def test_what_has_a_published_answer_is_not_asked_about(meeting, rep, marketer):
    theme = make_theme("New and answered")
    hear(theme, rep, MARCH, 3)
    make_collateral(owner=marketer, themes=[theme])
    assert [row["name"] for row in shown(meeting)["new"]] == ["New and answered"]
    assert shown(meeting)["asks"] == ""


def test_few_deals_are_said_to_be_few(meeting, rep, leader, sign_in):
    price, trust = make_theme("Price"), make_theme("Trust")
    for theme, now, before in ((price, 3, 1), (trust, 3, 4)):
        hear(theme, rep, MARCH, now)
        hear(theme, rep, FEBRUARY, before)
    found = shown(meeting)
    assert found["rising"] == found["falling"] == found["new"] == []
    assert {row["name"] for row in found["unclear"]} == {"Price", "Trust"}
    page = sign_in(leader).get(meeting.get_absolute_url()).content.decode()
    assert "May be chance" in page


def test_its_chart_sets_the_deals_beside_those_before(meeting, rep):
    hear(make_theme("New"), rep, MARCH, 4)
    chart = meetings.sections["moving"].chart(shown(meeting))
    assert (chart.categories, chart.series) == (["New"], {"The period before": [0], "This period": [4]})
