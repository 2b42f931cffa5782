"""A tenth of a meeting's reviews is coded a second time by somebody who does not see the first code."""

import importlib
from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from feedback import meetings
from feedback.actions.definition_proposals import propose_definition, take_proposal
from feedback.actions.meetings import MeetingClosed, close_meeting
from feedback.actions.reviews import change_reason, withdraw_review
from feedback.actions.second_codings import CodedAlready, code_again
from feedback.metrics import SMALL
from feedback.models import Definition, Destination, Review, SecondCoding
from feedback.samples import drawn, waiting_for
from feedback.views import invites
from tests.factories import make_lost, make_meeting, make_objection, make_review, reason

MONTH, DAY = date(2026, 3, 1), date(2026, 3, 10)


@pytest.fixture
def meeting(leader):
    return make_meeting(MONTH, by=leader)


def destination(code="competitor"):
    return Destination.objects.in_force().get(code=code)


def lose(rep, number=1, **fields):
    made = []
    for at in range(number):
        deal = make_lost(f"Deal {at}", account=f"Account {at}", closed_on=DAY, owner=rep)
        made.append(make_review(deal, author=rep, **{"destination": destination(), **fields}))
    return made


def again(meeting, review, by, *, why="PRICE", where="competitor"):
    return code_again(meeting=meeting, review=review, destination=destination(where), reason=reason(why), by=by)


def page(meeting, review=None):
    name = "second_coding_create" if review else "second_coding_list"
    return reverse(f"feedback:{name}", args=[meeting.pk] + ([review.pk] if review else []))


def shown(meeting):
    return meetings.preview(meeting, [meetings.sections["agreement"]])[0].data


def chosen(html):
    """How many choices of the form are ticked."""
    return sum(radio.has_attr("checked") for radio in BeautifulSoup(html, "html.parser").select("main [type=radio]"))


def test_it_draws_a_tenth_and_at_least_as_many_as_a_kappa_takes(meeting, rep):
    reviews = {review.pk for review in lose(rep, 18)}
    assert set(drawn(meeting)) == reviews
    lose(rep, 12)
    assert len(drawn(meeting)) == SMALL
    lose(rep, 180)
    assert len(drawn(meeting)) == 21


def test_the_draw_is_the_same_again_and_another_for_another_meeting(meeting, leader, rep):
    lose(rep, 40)
    first = drawn(meeting)
    assert drawn(meeting) == first
    other = make_meeting(date(2026, 4, 1), by=leader)
    other.first_day, other.last_day = meeting.period  # the same reviews
    assert drawn(other) != first


def test_a_review_handed_in_late_takes_one_place_at_most(meeting, rep):
    lose(rep, 60)
    before = set(drawn(meeting))
    lose(rep, 1)
    assert len(before - set(drawn(meeting))) <= 1


def test_drafts_and_losses_of_other_days_are_not_in_it(meeting, rep):
    lose(rep, 1, submitted=False)
    make_review(make_lost(closed_on=date(2026, 2, 28)), author=rep, destination=destination())
    assert drawn(meeting) == []


def test_nobody_codes_their_own_again(meeting, leader, rep):
    theirs, own = lose(rep)[0], lose(leader)[0]
    assert waiting_for(meeting, leader) == [theirs.pk]
    assert set(waiting_for(meeting, rep)) == {own.pk}


def test_who_handed_it_in_for_somebody_else_does_not_code_it_again(meeting, leader, rep):
    (review,) = lose(rep)
    review.submissions.update(by=leader)
    assert waiting_for(meeting, leader) == []


def test_the_page_shows_the_note_and_what_was_heard_but_no_code(meeting, marketer, rep, sign_in):
    (review,) = lose(rep, code="TIMING", would_have_changed="A start in spring", evidence="said")
    review.other_reason = "Their own words for it"
    review.save(update_fields=["other_reason"])
    make_objection("not before spring", author=rep, opportunity=review.opportunity, heard_on=DAY)
    html = sign_in(marketer).get(page(meeting, review)).content.decode()
    assert "not before spring" in html
    assert "Their own words for it" not in html
    assert chosen(html) == 0
    assert "Buyer said it" not in html
    assert "Rita" not in html


def test_marketers_read_the_note_masked(meeting, marketer, leader, rep, sign_in):
    (review,) = lose(rep, would_have_changed="Had Anna Meier seen it", masked="Had [name] seen it")
    assert "Anna Meier" not in sign_in(marketer).get(page(meeting, review)).content.decode()
    assert "Anna Meier" in sign_in(leader).get(page(meeting, review)).content.decode()


def test_an_answer_is_kept_and_the_review_stays_as_it_is(meeting, marketer, rep, sign_in):
    (review,) = lose(rep, code="PRICE")
    history = review.history.count()
    answer = {"destination": destination("status quo").pk, "reason": reason("VALUE").pk}
    response = sign_in(marketer).post(page(meeting, review), answer)
    assert response.url == page(meeting)
    coding = SecondCoding.objects.get()
    assert (coding.destination.code, coding.reason.code, coding.by) == ("status quo", "VALUE", marketer)
    assert (coding.first_destination.code, coding.first_reason.code) == ("competitor", "PRICE")
    review.refresh_from_db()
    assert (review.reason.code, review.destination.code, review.history.count()) == ("PRICE", "competitor", history)


def test_it_leads_from_one_to_the_next_and_then_to_both_codes(meeting, marketer, rep, sign_in):
    lose(rep, 2)
    first, second = (Review.objects.get(pk=pk) for pk in drawn(meeting))
    client, answer = sign_in(marketer), {"destination": destination().pk, "reason": reason("VALUE").pk}
    assert client.post(page(meeting, first), answer).url == page(meeting, second)
    assert client.post(page(meeting, second), answer).url == page(meeting)
    html = client.get(page(meeting)).content.decode()
    assert html.count("second: Value") == 2
    assert "Mara" not in html.split("<main")[1]


def test_what_is_missing_is_asked_for_and_what_was_chosen_is_kept(meeting, marketer, rep, sign_in):
    (review,) = lose(rep)
    response = sign_in(marketer).post(page(meeting, review), {"reason": reason("VALUE").pk})
    html = response.content.decode()
    assert response.status_code == 422
    assert "Choose where the money went" in html
    assert chosen(html) == 1


def test_one_that_is_not_of_the_sample_is_not_shown(meeting, marketer, rep, sign_in):
    outside = make_review(make_lost(closed_on=date(2026, 2, 1)), author=rep, destination=destination())
    assert sign_in(marketer).get(page(meeting, outside)).url == page(meeting)


def test_of_two_coders_the_first_stands_and_twice_is_harmless(meeting, marketer, leader, rep):
    (review,) = lose(rep)
    first = again(meeting, review, marketer, why="VALUE")
    assert again(meeting, review, marketer, why="TRUST") == first
    with pytest.raises(CodedAlready):
        again(meeting, review, leader)
    assert SecondCoding.objects.get().reason.code == "VALUE"


def test_a_closed_meeting_takes_no_more_and_shows_what_it_has(meeting, leader, marketer, rep, sign_in):
    one, other = lose(rep, 2)
    again(meeting, one, marketer)
    close_meeting(meeting=meeting, by=leader)
    with pytest.raises(MeetingClosed):
        again(meeting, other, marketer)
    client = sign_in(marketer)
    assert client.get(page(meeting, other)).status_code == 409
    assert "On both" in client.get(page(meeting)).content.decode()


def test_the_section_says_how_far_two_coders_agree(meeting, marketer, rep):
    for at, review in enumerate(lose(rep, 10) + lose(rep, 10, code="TRUST")):
        again(meeting, review, marketer, why="VALUE" if at < 8 else review.reason.code)
    found = shown(meeting)
    where, why = found["axes"]
    assert (where["share"]["counts"], where["words"]) == ("20 of 20", "no kappa: only one code was used")
    assert (why["share"]["counts"], why["kappa"]) == ("12 of 20", pytest.approx(0.3 / 0.7, abs=1e-4))
    assert found["mistaken"] == [{"one": "Price", "other": "Value", "n": 8}]
    assert found["asks"]
    assert (found["coded"], found["sample"]) == (20, 20)


def test_under_twenty_it_shows_counts_and_asks_nothing(meeting, marketer, rep):
    for review in lose(rep, 3):
        again(meeting, review, marketer, why="VALUE")
    found = shown(meeting)
    assert found["axes"][1]["words"] == "too few for a kappa: it takes 20"
    assert (found["axes"][1]["share"]["shown"], found["asks"]) == ("0 of 3", False)


def test_a_review_corrected_afterwards_makes_them_agree_no_more(meeting, marketer, rep):
    (review,) = lose(rep, code="PRICE")
    again(meeting, review, marketer, why="VALUE")
    change_reason(review=review, by=rep, to=reason("VALUE"))
    assert shown(meeting)["axes"][1]["share"]["counts"] == "0 of 1"


def test_what_left_the_sample_counts_no_more(meeting, marketer, leader, rep, sign_in):
    lose(rep, 25)
    for pk in drawn(meeting):
        again(meeting, Review.objects.get(pk=pk), marketer)
    gone = Review.objects.get(pk=drawn(meeting)[0])
    withdraw_review(review=gone, by=rep)
    found = shown(meeting)
    assert (found["coded"], found["sample"]) == (19, 20)
    assert "19 of 20 sampled" in sign_in(leader).get(page(meeting)).content.decode()


def test_the_pages_cost_the_same_however_many_were_coded(
    meeting, marketer, leader, rep, sign_in, django_assert_max_num_queries
):
    for review in lose(rep, 10):
        again(meeting, review, marketer)
    client = sign_in(leader)
    with django_assert_max_num_queries(18):
        client.get(page(meeting))


def test_going_back_takes_away_only_the_definitions_that_came_with_it(leader):
    from django.apps import apps

    migration = importlib.import_module("feedback.migrations.0026_second_codings")
    proposed = propose_definition(
        definition=Definition.objects.get(slug="evidence"), text="Anew", formula="", why="Clearer", by=leader
    )
    take_proposal(proposal=proposed, by=leader)
    Definition.objects.create(slug="destination", version=2, title="Destination", text="Where it went")
    before = Definition.objects.count()
    migration.undefine(apps, None)
    assert Definition.objects.filter(slug__in=["evidence", "destination"]).count() == 4
    assert Definition.objects.count() == before - (len(migration.ADDED) - 2)


def test_a_meeting_for_which_a_review_was_coded_again_is_not_taken_away(meeting, rep, leader, marketer, sign_in):
    [review] = lose(rep)
    again(meeting, review, marketer)
    client, address = sign_in(leader), reverse("feedback:meeting_delete", args=[meeting.pk])
    assert client.post(address).status_code == 403
    assert address not in client.get(meeting.get_absolute_url()).content.decode()


def test_who_takes_a_meeting_away_while_somebody_codes_is_told(meeting, rep, leader, marketer, sign_in, monkeypatch):
    [review] = lose(rep)
    again(meeting, review, marketer)
    monkeypatch.setattr(invites, "can_delete_meeting", lambda *_: True)  # as it was a moment ago
    answer = sign_in(leader).post(reverse("feedback:meeting_delete", args=[meeting.pk]))
    assert answer.status_code == 409
    assert "It is still there" in answer.content.decode()
    assert SecondCoding.objects.exists()
