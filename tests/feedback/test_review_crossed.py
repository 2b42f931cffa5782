"""Answers from two devices, or from one that was away: the newer stand, the other is offered."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.actions.reviews import save_answers
from feedback.forms.reviews import ChangeForm, ReasonForm
from feedback.models import Review
from tests.factories import make_lost, make_opportunity, make_review, make_won, reason

HTMX = {"HX-Request": "true"}
MINUTE = 60


@pytest.fixture
def deal(rep):
    return make_lost(owner=rep)


@pytest.fixture
def client(rep, sign_in):
    return sign_in(rep)


def seen_on(page, question):
    """The version of the answers that the page shows."""
    part = page.content.decode().split(f'id="{question}"')[1]
    return re.search(r'name="seen" value="([^"]+)"', part)[1]


def opened(client, deal, question="change"):
    return seen_on(client.get(reverse("feedback:review_edit", args=[deal.pk])), question)


def answer(client, deal, question="change", *, htmx=True, **data):
    url = reverse("feedback:review_answer", args=[deal.pk, question])
    return client.post(url, data, headers=HTMX if htmx else {})


def age_history(review, **by):
    """As if all that was done with it so far had been done that much earlier."""
    for version in review.history.all():
        version.history_date -= timedelta(**by)
        version.save()


def said(deal):
    return Review.objects.get(opportunity=deal).would_have_changed


def test_it_says_nothing_where_nothing_crossed(client, deal):
    seen = opened(client, deal)
    page = answer(client, deal, would_have_changed="A fixed price", seen=seen)
    again = answer(client, deal, would_have_changed="A fixed price, and sooner", seen=seen_on(page, "change"))
    assert b"elsewhere" not in page.content + again.content
    assert said(deal) == "A fixed price, and sooner"


def test_it_keeps_the_newer_and_offers_the_one_that_was_there(client, deal):
    seen = opened(client, deal)
    answer(client, deal, would_have_changed="From the phone", seen=seen)
    page = answer(client, deal, would_have_changed="From the desk", seen=seen)
    assert said(deal) == "From the desk"
    assert b"Yours came later and is saved" in page.content
    assert b'name="would_have_changed" value="From the phone"' in page.content


def test_it_keeps_what_was_typed_later_though_it_was_sent_first(client, deal):
    """A browser that was away sends what was typed an hour ago; the phone answered half an hour ago."""
    seen = opened(client, deal)
    answer(client, deal, would_have_changed="From the phone", seen=seen)
    age_history(Review.objects.get(), minutes=30)
    page = answer(client, deal, would_have_changed="Typed in the train", seen=seen, age=60 * MINUTE)
    assert said(deal) == "From the phone"
    assert b"answered later elsewhere" in page.content
    assert b"Not saved" in page.content
    assert b'value="Typed in the train"' in page.content


def test_what_is_offered_can_be_taken(client, deal):
    seen = opened(client, deal)
    answer(client, deal, would_have_changed="From the phone", seen=seen)
    page = answer(client, deal, would_have_changed="From the desk", seen=seen)
    offered = page.content.decode().split('id="change-other"')[1]
    back = re.search(r'name="seen" value="([^"]+)"', offered)[1]
    page = answer(client, deal, would_have_changed="From the phone", seen=back)
    assert said(deal) == "From the phone"
    assert b"elsewhere" not in page.content


def test_it_compares_all_of_a_question(client, deal):
    """Contributing reasons and flags are answers, too."""
    seen = opened(client, deal, "reason")
    price, trust, terms = (reason(code).pk for code in ("PRICE", "TRUST", "TERMS"))
    answer(client, deal, "reason", reason=price, contributing=[trust, terms], outside_icp="on", seen=seen)
    page = answer(client, deal, "reason", reason=price, contributing=[terms], seen=seen)
    assert [str(row) for row in Review.objects.get().contributing.all()] == ["Terms"]
    offered = page.content.decode().split('id="reason-other"')[1]
    assert f'name="contributing" value="{trust}"' in offered
    assert 'name="outside_icp" value="on"' in offered
    assert "Price · Trust · Terms" in offered or "Price · Terms · Trust" in offered


def test_the_same_answer_twice_is_no_conflict_and_no_history(client, deal):
    seen = opened(client, deal)
    answer(client, deal, would_have_changed="A fixed price", seen=seen)
    kept = Review.history.count()
    page = answer(client, deal, would_have_changed="A fixed price", seen=seen)
    assert b"elsewhere" not in page.content
    assert Review.history.count() == kept


def test_another_question_saved_meanwhile_is_no_conflict(client, deal):
    seen = opened(client, deal)
    answer(client, deal, "reason", reason=reason("PRICE").pk)
    page = answer(client, deal, would_have_changed="A fixed price", seen=seen, age=10 * MINUTE)
    assert b"elsewhere" not in page.content
    assert said(deal) == "A fixed price"


def test_what_was_typed_before_the_deal_was_reopened_is_offered_only(rep, client):
    deal = make_lost(owner=rep)
    old = make_review(deal, author=rep, submitted=False)
    seen = opened(client, deal)
    Review.objects.filter(pk=old.pk).update(archived_at=timezone.now())
    page = answer(client, deal, would_have_changed="Of the first time", seen=seen)
    assert Review.objects.live().get().would_have_changed == ""
    assert b"Of the first time" in page.content


def test_without_javascript_the_page_offers_it(client, deal):
    seen = opened(client, deal)
    answer(client, deal, would_have_changed="From the phone", seen=seen)
    page = answer(client, deal, would_have_changed="From the desk", seen=seen, htmx=False)
    assert page.status_code == 200
    assert b"<h1>" in page.content
    assert b"From the phone" in page.content


@pytest.mark.parametrize("age", ["-1", "soon", "9" * 30, ""])
def test_an_age_that_is_none_does_no_harm(client, deal, age):
    assert answer(client, deal, would_have_changed="x", seen="nonsense", age=age).status_code == 200


def test_what_is_offered_is_escaped(client, deal):
    seen = opened(client, deal)
    answer(client, deal, would_have_changed="<script>alert(1)</script>", seen=seen)
    page = answer(client, deal, would_have_changed="harmless", seen=seen)
    assert b"<script>alert(1)" not in page.content
    assert b"&lt;script&gt;alert(1)" in page.content


def submit(client, deal, **data):
    return client.post(reverse("feedback:review_submit", args=[deal.pk]), data)


def test_handing_in_takes_along_what_was_typed_last(rep, client, deal):
    answer(client, deal, "reason", reason=reason("PRICE").pk)
    make = {"destination": Review.objects.get().taxonomy.destinations.get(code="competitor").pk}
    answer(client, deal, "destination", **make)
    submit(client, deal, would_have_changed="Said at the last moment")
    review = Review.objects.get()
    assert (review.is_submitted, review.would_have_changed) == (True, "Said at the last moment")


def test_handing_in_a_won_deal_needs_no_second_button(rep, client):
    deal = make_won(owner=rep)
    submit(client, deal, won_because="They trust us")
    assert (Review.objects.get().is_submitted, Review.objects.get().won_because) == (True, "They trust us")


def test_handing_in_too_early_keeps_what_was_typed(client, deal):
    page = submit(client, deal, would_have_changed="A fixed price")
    assert page.status_code == 422
    assert b"Choose where the money went" in page.content
    assert said(deal) == "A fixed price"


def test_handing_in_shows_first_what_another_device_had_said(client, deal):
    answer(client, deal, "reason", reason=reason("PRICE").pk)
    answer(client, deal, "destination", destination=Review.objects.get().taxonomy.destinations.first().pk)
    seen = opened(client, deal)
    answer(client, deal, would_have_changed="From the phone", seen=seen)
    page = submit(client, deal, would_have_changed="From the desk", seen=seen)
    assert b"From the phone" in page.content
    assert not Review.objects.get().is_submitted
    assert submit(client, deal, would_have_changed="From the desk", seen=opened(client, deal)).status_code == 302


def test_words_too_long_are_refused_and_kept_on_the_page(client, deal):
    page = submit(client, deal, would_have_changed="x" * 2001)
    assert page.status_code == 422
    assert b"x" * 2001 in page.content


def test_a_browser_learns_who_is_signed_in_before_it_sends_what_it_kept(rep, client):
    answer = client.get(reverse("feedback:unsent_person"))
    assert answer.json()["person"] == rep.pk
    assert answer.json()["token"]
    assert "no-store" in answer["Cache-Control"]


def test_open_deals_have_no_review_to_cross(rep, client):
    assert answer(client, make_opportunity(owner=rep), would_have_changed="x").status_code == 404


def test_what_the_same_page_saved_a_moment_ago_is_nobody_elses(client, deal):
    """The page sends on before it has heard of its last save, whose version it cannot know then."""
    seen = opened(client, deal)
    answer(client, deal, would_have_changed="A fixed", seen=seen, tab="one")
    page = answer(client, deal, would_have_changed="A fixed price", seen=seen, tab="one")
    assert b"elsewhere" not in page.content
    page = answer(client, deal, would_have_changed="Another", seen=seen, tab="two")
    assert b"A fixed price" in page.content


def test_a_browser_that_shows_nothing_is_told_that_a_newer_answer_stands(client, deal):
    seen = opened(client, deal)
    first = answer(client, deal, would_have_changed="From the phone", seen=seen)
    age_history(Review.objects.get(), minutes=30)
    late = answer(client, deal, would_have_changed="Typed in the train", seen=seen, age=60 * MINUTE)
    assert "X-Newer-Stands" not in first
    assert late["X-Newer-Stands"] == "yes"


def test_history_says_of_other_questions_what_stands_there_by_then(rep):
    """Two questions saved at once: the second must not write down that the first was blank."""
    review = make_review(make_lost(owner=rep), author=rep, code=None, submitted=False)
    first = ReasonForm({"reason": reason("PRICE").pk}, instance=Review.objects.get(pk=review.pk))
    second = ChangeForm({"would_have_changed": "More time"}, instance=Review.objects.get(pk=review.pk))
    assert first.is_valid()
    assert second.is_valid()
    save_answers(form=first)
    save_answers(form=second)
    last = review.history.first()
    assert (last.reason.code, last.would_have_changed) == ("PRICE", "More time")
