from datetime import date

import pytest
from django.utils import timezone

from feedback import meetings
from feedback.models import Action, Decision, Segment
from feedback.models.reasons import Destination
from objections.models import Publication, Verdict
from tests.factories import (
    make_account,
    make_collateral,
    make_competitor,
    make_lost,
    make_meeting,
    make_objection,
    make_opportunity,
    make_request,
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

    assert [decision["text"] for decision in found["decisions"]["open"]] == ["Fixed price"]
    assert [(action["text"], action["is_done"]) for action in found["actions"]["ended"]] == [("Newer", True)]
    assert [(action["text"], action["is_late"]) for action in found["actions"]["overdue"]] == [("Old", True)]


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


def test_it_says_what_measuring_came_to_in_the_month(meeting, marketer, leader, sign_in):
    noon = timezone.now().replace(year=2026, month=3, day=31, hour=12)
    for title, state, at in (("Sheet", "worked", noon), ("Later", "no effect", noon.replace(month=4, day=1))):
        request = make_request(title, by=marketer, themes=[make_theme(f"About {title}")], state=state)
        move = request.moves.create(
            from_state="measuring", to_state=state, why="They stopped asking", by=marketer, at=at
        )
        Verdict.objects.create(move=move)
    [result] = shown(meeting, "shipped")["results"]
    assert (result["title"], result["label"], result["words"]) == ("Sheet", "Worked", "They stopped asking")
    assert "Mara" not in str(result)
    assert "“They stopped asking”" in sign_in(leader).get(meeting.get_absolute_url()).content.decode()


def close_many(won, lost, **fields):
    for number in range(won + lost):
        make = make_won if number < won else make_lost
        make(f"{fields} {number}", closed_on=DAY, **fields)


def make_account_in(name, dimension, *values):
    account = make_account(name)
    for value in values:
        account.segments.add(Segment.objects.get_or_create(dimension=dimension, value=value)[0])
    return account


def test_what_wins_clearly_less_than_the_rest_is_named_with_its_interval(meeting):
    close_many(2, 28, lead_source="Fair")
    close_many(20, 20, lead_source="Referral")
    close_many(0, 19, lead_source="Small")
    data = shown(meeting, "landing")
    [row] = data["behind"]
    assert (row["kind"], row["name"], row["own"]["counts"], row["rest"]["counts"]) == (
        "Lead source",
        "Fair",
        "2 of 30",
        "20 of 59",
    )
    assert row["gap"] == pytest.approx(2 / 30 - 20 / 59)
    assert data["compared"] == 2
    assert "−27 points" in row["words"]


def test_segments_are_compared_each_deal_once_in_each(meeting):
    food = make_account_in("Food", "industry", "Food")
    both = make_account_in("Both", "industry", "Retail", "Food")
    close_many(1, 14, account=food)
    close_many(0, 15, account=both)
    close_many(30, 10, account="Elsewhere")
    rows = {row["name"]: row["own"]["counts"] for row in shown(meeting, "landing")["behind"]}
    assert rows == {"Food": "1 of 30"}


def test_one_value_of_two_dimensions_is_two_groups(meeting):
    close_many(0, 20, account=make_account_in("Trade", "industry", "Other"))
    close_many(20, 0, account=make_account_in("Islands", "region", "Other"))
    [row] = shown(meeting, "landing")["behind"]
    assert (row["kind"], row["name"], row["own"]["counts"]) == ("Industry", "Other", "0 of 20")


def test_nothing_is_compared_with_a_rest_that_is_too_small(meeting):
    close_many(10, 30, lead_source="Fair")
    close_many(3, 0, lead_source="Referral")
    data = shown(meeting, "landing")
    assert (data["compared"], data["behind"]) == (0, [])


def test_nothing_is_behind_where_the_interval_reaches_nought(meeting):
    close_many(8, 16, lead_source="Fair")
    close_many(12, 14, lead_source="Referral")
    assert shown(meeting, "landing")["behind"] == []


def test_whom_deals_went_to_counts_submitted_reviews_of_twelve_months(meeting, rep):
    rival = make_competitor("Norrhall")
    for amount, day, submitted in ((1000, DAY, True), (500, DAY, False), (700, date(2024, 1, 1), True)):
        deal = make_lost(amount=amount, closed_on=day, owner=rep)
        make_review(deal, author=rep, competitor=rival, submitted=submitted)
    make_review(
        make_lost(amount=300, closed_on=DAY),
        author=rep,
        destination=Destination.objects.filter(code="competitor").last(),
    )
    row, unnamed = shown(meeting, "landing")["lost_to"]
    assert (unnamed["name"], unnamed["lost"]["total"]) == ("", 300)
    assert (row["name"], row["lost"]["total"], row["lost"]["deals"]) == ("Norrhall", 1000, 1)


def test_what_stops_deals_at_the_end_asks_for_the_first_without_an_answer(meeting, rep, leader, sign_in):
    deal = make_opportunity(created_on=date(2026, 1, 1), owner=rep, stage="Negotiation")
    fields = {"heard_on": date(2026, 3, 20), "stage": "Negotiation", "outcome_when_heard": "open"}
    hear("no reference", deal, make_theme("No reference"), by=rep, **fields)
    data = shown(meeting, "final_stage")
    assert [(row["name"], row["deals"]) for row in data["themes"]] == [("No reference", 1)]
    assert data["unanswered"] == "No reference"
    page = sign_in(leader).get(meeting.get_absolute_url()).content.decode()
    assert "who owns it, and by when?" in page
