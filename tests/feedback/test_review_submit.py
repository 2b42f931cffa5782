import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.actions.reviews import NotReady, review_submitted, submit_review, withdraw_review
from feedback.models import Opportunity, Review, Submission, Taxonomy
from tests.factories import make_lost, make_review, make_won, reason


def url(deal):
    return reverse("feedback:review_submit", args=[deal.pk])


def answered(deal, author, **fields):
    destination = Taxonomy.objects.current().destinations.get(code="unknown")
    return make_review(deal, author=author, submitted=False, destination=destination, **fields)


def test_it_hands_the_review_in_and_offers_the_next_one(rep, sign_in):
    deal, following = make_lost(owner=rep), make_lost("Next", owner=rep)
    answered(deal, rep)

    answer = sign_in(rep).post(url(deal), {"next": ""})

    assert answer.url == reverse("feedback:review_edit", args=[following.pk])
    assert list(Opportunity.objects.owing_review()) == [following]


def test_it_refuses_while_a_question_is_open_and_says_which(rep, sign_in):
    deal = make_lost(owner=rep)
    make_review(deal, author=rep, submitted=False, would_have_changed="Nothing")

    page = sign_in(rep).post(url(deal))

    assert page.status_code == 422
    assert b"Choose where the money went" in page.content
    assert b"Nothing" in page.content
    assert Submission.objects.count() == 0


def test_it_asks_for_words_when_the_reason_is_other(rep, sign_in):
    deal = make_lost(owner=rep)
    answered(deal, rep, code="OTHER")
    page = sign_in(rep).post(url(deal))
    assert page.status_code == 422
    assert b"Say in a few words" in page.content


def test_it_accepts_unknown(rep, sign_in):
    deal = make_lost(owner=rep)
    review = answered(deal, rep, code="UNKNOWN")
    sign_in(rep).post(url(deal))
    review = type(review).objects.get(pk=review.pk)
    assert review.is_submitted
    assert not review.is_known


def test_handing_it_in_twice_makes_one_submission_and_one_signal(rep):
    review, heard = answered(make_lost(owner=rep), rep), []
    review_submitted.connect(lambda **kwargs: heard.append(kwargs["review"].pk), weak=False, dispatch_uid="test")
    try:
        first = submit_review(review=review, by=rep)
        assert submit_review(review=review, by=rep) == first
    finally:
        review_submitted.disconnect(dispatch_uid="test", sender=None)
    assert heard == [review.pk]


def test_withdrawing_makes_it_a_draft_again_and_keeps_the_row(rep):
    deal = make_lost(owner=rep)
    review = answered(deal, rep)
    submit_review(review=review, by=rep)

    withdraw_review(review=review, by=rep)

    assert list(Opportunity.objects.owing_review()) == [deal]
    assert Submission.objects.get().withdrawn_by == rep


def answer_url(deal, question):
    return reverse("feedback:review_answer", args=[deal.pk, question])


def test_a_review_handed_in_cannot_lose_its_reason(rep, sign_in):
    deal = make_lost(owner=rep)
    submit_review(review=answered(deal, rep, would_have_changed="Time"), by=rep)

    page = sign_in(rep).post(
        answer_url(deal, "reason"), {"reason": reason("OTHER").pk, "other_reason": " ", "evidence": "said"}
    )

    assert page.status_code == 422
    assert b"Say in a few words" in page.content
    assert Review.objects.get().reason.code == "PRICE"


def test_a_win_review_handed_in_cannot_lose_its_words(rep, sign_in):
    deal = make_won(owner=rep)
    make_review(deal, author=rep, code=None, won_because="Fast answers")
    page = sign_in(rep).post(answer_url(deal, "won"), {"won_because": ""})
    assert page.status_code == 422
    assert b"Say in a line why we won." in page.content
    assert Review.objects.get().won_because == "Fast answers"


def test_a_review_handed_in_can_be_corrected(rep, sign_in):
    deal = make_lost(owner=rep)
    submit_review(review=answered(deal, rep), by=rep)
    sign_in(rep).post(answer_url(deal, "reason"), {"reason": reason("OTHER").pk, "other_reason": "The weather"})
    assert Review.objects.get().other_reason == "The weather"


def test_it_looks_again_at_what_was_blanked_meanwhile(rep):
    review = answered(make_lost(owner=rep), rep)
    Review.objects.update(destination=None)
    with pytest.raises(NotReady):
        submit_review(review=review, by=rep)
    assert not Submission.objects.exists()


def test_it_does_not_hand_in_history(rep):
    review = answered(make_lost(owner=rep), rep)
    Review.objects.update(archived_at=timezone.now())
    with pytest.raises(NotReady):
        submit_review(review=review, by=rep)
    assert not Submission.objects.exists()


def test_handing_in_what_was_handed_in_elsewhere_offers_no_way_back(rep, sign_in):
    deal = make_lost(owner=rep)
    make_review(deal, author=rep)
    page = sign_in(rep).post(url(deal), {"would_have_changed": "A pilot"}, follow=True)
    told = next(iter(page.context["messages"]))
    assert told.message.startswith("This review was handed in before.")
    assert "undo" not in told.extra_tags
    assert Review.objects.get().would_have_changed == "A pilot"
