"""What the reviews are worth, where the money went, and which definitions the figures follow."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from feedback import meetings
from feedback.actions.meetings import close_meeting
from feedback.actions.reviews import change_reason, submit_review, withdraw_review
from feedback.actions.taxonomy import publish_taxonomy, retire_row, start_draft
from feedback.models import Definition, Destination, Opportunity
from tests.factories import make_lost, make_meeting, make_review, make_won, reason

MONTH, DAY = date(2026, 3, 1), date(2026, 3, 10)


@pytest.fixture
def meeting(leader):
    return make_meeting(MONTH, by=leader)


def shown(meeting, key):
    return meetings.preview(meeting, [meetings.sections[key]])[0].data


def destination(code="competitor"):
    return Destination.objects.in_force().get(code=code)


def lose(rep, note="", *, days_ago=0, number=1, amount=1000, **fields):
    """Reviewed losses of the month; handed in so many days ago."""
    made = []
    for _ in range(number):
        deal = make_lost(closed_on=DAY, amount=amount, owner=rep)
        review = make_review(deal, author=rep, would_have_changed=note, **fields)
        review.submissions.update(at=timezone.now() - timedelta(days=days_ago))
        review.history.update(history_date=timezone.now() - timedelta(days=days_ago, minutes=1))
        made.append(review)
    return made


def test_notes_that_differ_in_case_spaces_and_signs_only_are_one(meeting, rep):
    one, other = lose(rep, "Too dear, they said.")[0], lose(rep, "  too dear – they SAID")[0]
    lose(rep, "A reference of their size")
    lose(rep)
    found = shown(meeting, "quality")
    assert found["notes"]["counts"] == "2 of 3"
    assert found["groups"] == [{"words": "Too dear, they said.", "n": 2, "reviews": [one.pk, other.pk]}]
    assert found["asks"] == ""


def test_signs_alone_are_notes_too(meeting, rep):
    lose(rep, "-", number=2)
    lose(rep, "...")
    assert [(group["words"], group["n"]) for group in shown(meeting, "quality")["groups"]] == [("-", 2)]


def test_a_tenth_of_copied_notes_is_asked_about(meeting, rep, leader, sign_in):
    lose(rep, "n/a", number=3)
    lose(rep, "Another")
    assert shown(meeting, "quality")["asks"] == "notes"
    assert "was the buyer asked" in sign_in(leader).get(meeting.get_absolute_url()).content.decode()


def test_a_note_is_quoted_as_everybody_may_read_it(meeting, rep):
    lose(rep, "Anna Meier left", number=2, masked=None)
    assert shown(meeting, "quality")["groups"][0]["words"] == ""
    lose(rep, "Anna Meier left", masked="[name] left")
    group = shown(meeting, "quality")["groups"][0]
    assert (group["words"], group["n"]) == ("[name] left", 3)


def test_notes_of_other_months_drafts_and_wins_are_left_out(meeting, rep):
    lose(rep, "Same")
    lose(rep, "Same", submitted=False)
    make_review(make_lost(closed_on=date(2026, 2, 1)), author=rep, would_have_changed="Same")
    make_review(make_won(closed_on=DAY), author=rep, code="", won_because="Same")
    assert shown(meeting, "quality")["notes"]["counts"] == "0 of 1"


def test_silent_losses_nobody_asked_again_are_named_the_largest_first(meeting, rep):
    small, large = (lose(rep, code="SILENT", days_ago=40, amount=amount)[0] for amount in (10, 900))
    lose(rep, code="SILENT", days_ago=20)  # not due yet
    lose(rep, code="PRICE", days_ago=40)
    found = shown(meeting, "quality")
    assert (found["silent"]["counts"], found["silent_n"]) == ("2 of 2", 3)
    assert [deal["id"] for deal in found["forgotten"]] == [large.opportunity_id, small.opportunity_id]
    assert "Rita" not in str(found)


def test_an_answer_changed_or_handed_in_anew_is_asking_again(meeting, rep):
    changed, anew, recoded = lose(rep, code="SILENT", days_ago=40, number=3)
    changed.would_have_changed = "They answered: no budget"
    changed.save()
    withdraw_review(review=anew, by=rep)
    anew.destination = destination()
    anew.save(update_fields=["destination"])
    submit_review(review=anew, by=rep)
    change_reason(review=recoded, by=rep, to=reason("BUDGET"))
    found = shown(meeting, "quality")
    assert (found["silent"]["counts"], found["silent_n"]) == ("0 of 2", 2)


def test_half_of_the_silent_never_asked_again_is_asked_about(meeting, rep):
    lose(rep, code="SILENT", days_ago=40, number=4)
    assert shown(meeting, "quality")["asks"] == "silent"


def test_other_and_unknown_have_their_shares(meeting, rep):
    for code in ("OTHER", "UNKNOWN", "UNKNOWN", "PRICE"):
        lose(rep, code=code)
    found = shown(meeting, "quality")
    assert (found["other"]["counts"], found["unknown"]["counts"]) == ("1 of 4", "2 of 4")


def test_few_known_reasons_are_asked_about_from_twenty_deals_on(meeting, rep, company):
    lose(rep, number=11)
    for _ in range(9):
        make_lost(closed_on=DAY)
    assert shown(meeting, "coverage")["thin"]
    Opportunity.objects.lost().filter(reviews=None).first().delete()
    assert not shown(meeting, "coverage")["thin"]


def test_where_the_money_went_counts_each_deal_once_with_its_reason(meeting, rep):
    lose(rep, destination=destination(), code="PRICE", amount=500, number=2)
    lose(rep, destination=destination(), code="TRUST", amount=100)
    lose(rep, destination=destination("status quo"), code="VALUE", amount=400)
    lose(rep, destination=destination("unknown"), code="UNKNOWN", amount=9000)
    make_lost(closed_on=DAY, amount=70)
    found = shown(meeting, "destinations")
    names = [each["label"] for each in found["reasons"]]
    assert names[0] == "Price"
    assert names[-1].startswith("Unknown")
    cells = {each["code"]: dict(zip(names, each["counts"], strict=True)) for each in found["went"]}
    assert list(cells) == ["competitor", "status quo", "unknown"]
    assert (cells["competitor"]["Price"], cells["competitor"]["Trust"], cells["status quo"]["Value"]) == (2, 1, 1)
    assert [each["total"] for each in found["went"]] == [1100, 400, 9000]
    assert (found["reviewed"], found["unreviewed"]["total"]) == (5, 70)
    assert found["finding"].startswith("A competitor took 73")


def test_a_destination_that_was_replaced_is_reported_under_the_one_in_force(meeting, rep, admin):
    lose(rep, destination=destination("indecision"), amount=300)
    draft = start_draft(by=admin)
    rows = {row.code: row for row in draft.destinations.all()}
    retire_row(row=rows["indecision"], replaced_by=rows["status quo"], by=admin)
    publish_taxonomy(draft=draft, by=admin)
    [went] = shown(meeting, "destinations")["went"]
    assert (went["code"], went["total"]) == ("status quo", 300)


@pytest.mark.parametrize(("undecided", "asked"), [(8, 8), (7, 0)])
def test_many_deals_without_a_decision_are_asked_about(meeting, rep, undecided, asked):
    lose(rep, destination=destination("status quo"), number=undecided - 2)
    lose(rep, destination=destination("indecision"), number=2)
    lose(rep, destination=destination(), number=20 - undecided)
    assert shown(meeting, "destinations")["undecided"] == asked


def test_one_reason_that_makes_half_is_asked_about_from_twenty_deals_on(meeting, rep):
    lose(rep, code="PRICE", number=18)
    lose(rep, code="TRUST")
    assert shown(meeting, "reasons")["stands_out"] == ""
    lose(rep, code="TRUST")
    assert shown(meeting, "reasons")["stands_out"] == "Price"


@pytest.mark.parametrize(("won", "asks"), [(18, "The win rate"), (11, "")])
def test_a_win_rate_that_moved_beyond_chance_is_asked_about(meeting, won, asks):
    for day, wins in ((DAY, won), (date(2026, 2, 10), 8)):
        for number in range(24):
            (make_won if number < wins else make_lost)(closed_on=day)
    assert shown(meeting, "headline")["asks"] == asks


def test_definitions_that_changed_since_the_last_meeting_stand_first(meeting, leader):
    found = shown(meeting, "definitions")
    assert not found["compared"]
    assert {row["change"] for row in found["definitions"]} == {""}
    assert {"win-rate", "rising-themes"} <= {row["slug"] for row in found["definitions"]}

    close_meeting(meeting=meeting, by=leader)
    Definition.objects.create(slug="win-rate", version=2, title="Win rate", text="Without no decision.")
    following = shown(make_meeting(date(2026, 4, 1), by=leader), "definitions")
    first, *others = following["definitions"]
    assert (first["slug"], first["version"], first["change"]) == ("win-rate", 2, "changed")
    assert {row["change"] for row in others} == {""}
    assert following["changed"] == 1
