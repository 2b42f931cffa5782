from datetime import date

import pytest
from django.utils import timezone

from feedback import meetings
from feedback.models import Action, Decision
from objections.models import Publication
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

MONTH = date(2026, 3, 1)
DAY = date(2026, 3, 10)


@pytest.fixture
def meeting(leader):
    return make_meeting(MONTH, by=leader)


def shown(meeting, key):
    return meetings.preview(meeting, [meetings.sections[key]])[0].data


def hear(text, deal, theme, *, by, **fields):
    place(make_objection(text, author=by, opportunity=deal, **{"heard_on": DAY, **fields}), theme)


def test_it_sums_each_deal_once_for_two_themes_and_two_voices(meeting, rep):
    price, trust = make_theme("Price"), make_theme("Trust")
    deal = make_lost(amount=1000, closed_on=DAY)
    hear("too dear", deal, price, by=rep)
    hear("dear indeed", deal, price, by=rep)
    hear("no certificate", deal, trust, by=rep)

    found = shown(meeting, "themes")

    assert [(theme["name"], theme["lost"]["total"], theme["voices"]) for theme in found["themes"]] == [
        ("Price", 1000, 2),
        ("Trust", 1000, 1),
    ]
    assert found["unanswered"]["total"] == 1000


def test_it_shows_at_most_three_quotes_the_buyers_own_words_first(meeting, rep):
    theme = make_theme("Price")
    deals = [make_lost(f"Deal {at}", account=f"Account {at}", closed_on=DAY) for at in range(5)]
    hear("retold question", deals[0], theme, by=rep, weight="question")
    hear("retold blocker", deals[1], theme, by=rep, weight="blocker")
    hear("own words", deals[2], theme, by=rep, is_quote=True, weight="question", raised_by="Purchasing")
    hear("own words", deals[3], theme, by=rep)
    hear("of another month", deals[4], theme, by=rep, is_quote=True, heard_on=date(2026, 2, 27))
    hear("second of the same deal", deals[2], theme, by=rep, is_quote=True)

    (found,) = shown(meeting, "themes")["themes"]

    assert [quote["text"] for quote in found["quotes"]] == [
        "second of the same deal",
        "retold blocker",
        "own words",
    ]
    assert "Rita" not in str(found)


def test_it_compares_the_month_with_the_one_before(meeting, company):
    make_lost(amount=300, closed_on=DAY)
    make_lost(amount=200, closed_on=date(2026, 2, 28))
    make_won(amount=50, closed_on=DAY)

    figures = {each["label"]: each for each in shown(meeting, "headline")["figures"]}

    assert (figures["Lost"]["now"]["total"], figures["Lost"]["before"]["total"]) == (300, 200)
    assert figures["Lost"]["change"] == pytest.approx(0.5)
    assert (figures["Won"]["now"]["total"], figures["Won"]["change"]) == (50, None)
    assert figures["Win rate"]["now"]["shown"] == "1 of 2"
    assert figures["Win rate"]["rolling"]["counts"] == "1 of 3"


def test_it_says_how_reasons_are_known_and_when_too_many_are_other(meeting, rep):
    for code, evidence in (("PRICE", "said"), ("OTHER", "said"), ("TRUST", "")):
        make_review(make_lost(closed_on=DAY), author=rep, code=code, evidence=evidence)
    found = shown(meeting, "coverage")
    assert found["evidence"] == [{"label": "Buyer said it", "n": 2}, {"label": "Not said", "n": 1}]
    assert found["other_alarm"]


def test_it_suggests_the_largest_losses_until_some_are_picked(meeting, rep):
    small, large = make_lost("Small", amount=1, closed_on=DAY), make_lost("Large", amount=9, closed_on=DAY)
    make_lost("Unknown", amount=None, closed_on=DAY)
    make_lost("Earlier", amount=99, closed_on=date(2026, 2, 1))
    make_review(large, author=rep, competitor=make_competitor("Depotonic"), message_missed=True)

    found = shown(meeting, "deals")
    assert [deal["name"] for deal in found["deals"]] == ["Large", "Small"]
    assert found["deals"][0]["review"]["flags"] == ["Our message missed"]
    assert "Rita" not in str(found)

    meeting.opportunities.add(small)
    assert [deal["name"] for deal in shown(meeting, "deals")["deals"]] == ["Small"]


def test_it_looks_back_at_the_last_meeting_and_what_is_still_open(meeting, leader, rep):
    january, february = make_meeting(date(2026, 1, 1), by=leader), make_meeting(date(2026, 2, 1), by=leader)
    Decision.objects.create(meeting=february, text="Fixed price", by=leader)
    for text, of, done in (("Old", january, False), ("Old and done", january, True), ("Newer", february, True)):
        ended = {"done_at": timezone.now(), "done_by": rep} if done else {}
        Action.objects.create(meeting=of, text=text, owner=rep, due_on=DAY, by=leader, **ended)

    found = shown(meeting, "last_time")

    assert [decision["text"] for decision in found["decisions"]] == ["Fixed price"]
    assert [(action["text"], action["is_done"]) for action in found["actions"]] == [("Newer", True)]
    assert [(action["text"], action["is_late"]) for action in found["older"]] == [("Old", True)]


def test_it_shows_what_went_live_in_the_month_and_how_long_it_took(meeting, rep, marketer):
    theme = make_theme("Price")
    hear("too dear", make_lost(closed_on=DAY), theme, by=rep, heard_on=date(2026, 2, 26))
    make_collateral("Cost sheet", owner=marketer, themes=[theme])
    make_collateral("Elsewhen", owner=marketer, themes=[make_theme("Trust")])
    noon = timezone.now().replace(year=2026, month=3, day=31, hour=12)
    Publication.objects.filter(collateral__title="Cost sheet").update(at=noon)
    Publication.objects.filter(collateral__title="Elsewhen").update(at=noon.replace(month=4, day=1))

    found = shown(meeting, "shipped")

    assert [(piece["title"], piece["themes"]) for piece in found["shipped"]] == [
        ("Cost sheet", [{"name": "Price", "waited": 33}])
    ]
    assert (found["loop_days"], found["loop_n"]) == (33, 1)
