"""The reason of a review is questioned once, when what was heard on the deal says otherwise; both answers are kept."""

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.models import Opportunity, Review
from objections.metrics import reason_agreement
from objections.models import ReasonCheck, Theme
from objections.reason_checks import question_of
from tests.factories import make_lost, make_objection, make_review, make_theme, make_won, place, reason

PRICE, TRUST = "price", "trust"


@pytest.fixture
def deal(rep):
    return make_lost(owner=rep)


def hear(deal, rep, category, **fields):
    name = f"About {category}"
    theme = Theme.objects.filter(name=name).first() or make_theme(name, category=category)
    return place(make_objection("said so", author=rep, opportunity=deal, **fields), theme)


def ask(client, review, **data):
    question = question_of(Review.objects.get(pk=review.pk))
    data |= {"chosen": review.reason_id, "heard": question.heard.pk} if question else {}
    return client.post(reverse("objections:reason_check_answer", args=[review.pk]), data)


def draft(deal, rep, code="TRUST"):
    return make_review(deal, author=rep, code=code, submitted=False)


def test_it_asks_when_they_disagree(deal, rep, sign_in):
    hear(deal, rep, PRICE)
    review = draft(deal, rep)
    question = question_of(review)
    assert (question.heard.code, question.voices) == ("PRICE", 1)
    page = sign_in(rep).get(reverse("feedback:review_edit", args=[deal.pk])).content.decode()
    assert "You chose <b>Trust</b>" in page
    assert "speaks of <b>price</b> (1 objection)" in page


@pytest.mark.parametrize(("code", "category"), [("TRUST", "trust"), ("BUDGET", "price"), ("PRICE", "budget")])
def test_it_does_not_ask_when_they_agree(deal, rep, code, category):
    hear(deal, rep, category)
    assert question_of(draft(deal, rep, code)) is None


@pytest.mark.parametrize("category", ["competitor", "change", "other"])
def test_some_objections_say_nothing_of_the_reason(deal, rep, category):
    hear(deal, rep, category)
    assert question_of(draft(deal, rep)) is None


def test_a_contributing_reason_agrees_as_well(deal, rep):
    hear(deal, rep, PRICE)
    review = draft(deal, rep)
    review.contributing.add(reason("PRICE"))
    assert question_of(review) is None


def test_withdrawn_objections_and_those_taken_out_of_their_theme_do_not_count(deal, rep):
    placement = hear(deal, rep, PRICE)
    placement.undone_at = timezone.now()
    placement.save()
    hear(deal, rep, "terms", withdrawn_at=timezone.now(), withdrawn_by=rep)
    assert question_of(draft(deal, rep)) is None


def test_it_asks_about_what_was_heard_most(deal, rep):
    hear(deal, rep, "terms")
    theme = make_theme("Dear", category=PRICE)
    for words in ("dear", "dearer"):
        place(make_objection(words, author=rep, opportunity=deal), theme)
    assert question_of(draft(deal, rep)).heard.code == "PRICE"


def test_won_deals_and_reviews_without_a_reason_are_not_asked(deal, rep):
    hear(deal, rep, PRICE)
    assert question_of(draft(deal, rep, code=None)) is None
    won = make_won(owner=rep)
    hear(won, rep, TRUST)
    assert question_of(make_review(won, author=rep, submitted=False)) is None


def test_the_reason_may_stay_and_both_are_kept(deal, rep, sign_in):
    hear(deal, rep, PRICE)
    review = draft(deal, rep)
    ask(sign_in(rep), review, answer="kept")
    check = ReasonCheck.objects.get()
    assert (check.chosen.code, check.heard.code, check.answer, check.by) == ("TRUST", "PRICE", "kept", rep)
    assert Review.objects.get().reason.code == "TRUST"
    assert question_of(Review.objects.get()) is None


def test_the_reason_may_change_and_the_first_is_kept(deal, rep, sign_in):
    hear(deal, rep, PRICE)
    review = draft(deal, rep)
    review.detail = review.taxonomy.reasons.get(code="TRUST/references")
    review.save()
    ask(sign_in(rep), review, answer="changed")
    assert (Review.objects.get().reason.code, Review.objects.get().detail) == ("PRICE", None)
    assert ReasonCheck.objects.get().chosen.code == "TRUST"
    assert [version.reason.code for version in review.history.all()[:2]] == ["PRICE", "TRUST"]
    assert review.history.first().history_user == rep


def test_it_may_have_mattered_too(deal, rep, sign_in):
    hear(deal, rep, PRICE)
    review = draft(deal, rep)
    ask(sign_in(rep), review, answer="added")
    assert Review.objects.get().reason.code == "TRUST"
    assert [row.code for row in Review.objects.get().contributing.all()] == ["PRICE"]


def test_a_third_reason_that_mattered_is_refused_in_words(deal, rep, sign_in):
    hear(deal, rep, PRICE)
    review = draft(deal, rep)
    review.contributing.add(reason("TERMS"), reason("VALUE"))
    page = ask(sign_in(rep), review, answer="added")
    assert page.status_code == 422
    assert b"Take one of them out first" in page.content
    assert not ReasonCheck.objects.exists()


def test_it_is_asked_once(deal, rep, sign_in):
    hear(deal, rep, PRICE)
    review, client = draft(deal, rep), sign_in(rep)
    ask(client, review, answer="kept")
    ask(client, review, answer="changed")
    assert ReasonCheck.objects.get().answer == "kept"
    assert Review.objects.get().reason.code == "TRUST"


def test_a_strange_answer_is_refused_in_words(deal, rep, sign_in):
    hear(deal, rep, PRICE)
    page = ask(sign_in(rep), draft(deal, rep), answer="maybe")
    assert page.status_code == 422
    assert b"Choose one of the answers" in page.content


def test_it_never_stands_in_the_way_of_handing_in(deal, rep, sign_in):
    hear(deal, rep, PRICE)
    review = draft(deal, rep)
    Review.objects.filter(pk=review.pk).update(destination=review.taxonomy.destinations.first())
    sign_in(rep).post(reverse("feedback:review_submit", args=[deal.pk]))
    assert Review.objects.get().is_submitted


def test_a_saved_answer_tells_the_page_to_look_again(deal, rep, sign_in):
    url = reverse("feedback:review_answer", args=[deal.pk, "reason"])
    answer = sign_in(rep).post(url, {"reason": reason("TRUST").pk}, headers={"HX-Request": "true"})
    assert "review-saved" in answer["HX-Trigger"]


def test_leaders_see_agreement_as_one_figure(rep, leader, sign_in):
    for category, code in ((PRICE, "PRICE"), (TRUST, "PRICE"), (PRICE, "UNKNOWN"), ("other", "PRICE")):
        lost = make_lost(owner=rep)
        hear(lost, rep, category)
        make_review(lost, author=rep, code=code)
    make_review(make_lost(owner=rep), author=rep)
    assert reason_agreement(Opportunity.objects.all()).counts == "1 of 2"
    page = sign_in(leader).get("/").content.decode()
    assert "1 of 2" in page
    assert "Reasons and objections" in page
    assert "Reasons and objections" not in sign_in(rep).get("/").content.decode()


def test_a_deal_that_heard_it_twice_counts_once_and_three_queries_do(rep, django_assert_num_queries):
    for _ in range(3):
        lost = make_lost(owner=rep)
        hear(lost, rep, PRICE)
        hear(lost, rep, "terms")
        make_review(lost, author=rep).contributing.add(reason("TERMS"))
    with django_assert_num_queries(3):
        assert reason_agreement(Opportunity.objects.all()).counts == "3 of 3"


def test_the_page_is_told_when_there_is_nothing_to_ask(deal, rep, sign_in):
    review = draft(deal, rep)
    page = sign_in(rep).get(reverse("objections:reason_check", args=[deal.pk]))
    assert page.status_code == 200
    assert b"You chose" not in page.content
    assert ask(sign_in(rep), review, answer="kept").url == reverse("feedback:review_edit", args=[deal.pk])
    assert b"nothing to ask" in ask(sign_in(rep), review, answer="maybe").content


def test_an_answer_to_another_question_than_was_shown_is_not_taken(deal, rep, sign_in):
    hear(deal, rep, PRICE)
    review = draft(deal, rep)
    seen = {"answer": "changed", "chosen": review.reason_id, "heard": question_of(review).heard.pk}
    for _ in range(2):
        hear(deal, rep, "terms")
    page = sign_in(rep).post(reverse("objections:reason_check_answer", args=[review.pk]), seen, follow=True)
    assert b"The question is another one now" in page.content
    assert not ReasonCheck.objects.exists()
    assert Review.objects.get().reason.code == "TRUST"
