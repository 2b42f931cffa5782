from datetime import date

from django.urls import reverse

from feedback.models import Review, Taxonomy
from tests.factories import make_lost, make_opportunity, make_review, make_won, reason
from tests.reading import Page


def url(deal, question):
    return reverse("feedback:review_answer", args=[deal.pk, question])


def destination(code):
    return Taxonomy.objects.current().destinations.get(code=code).pk


def test_it_saves_each_question_by_itself(rep, sign_in):
    deal, client = make_lost(owner=rep), sign_in(rep)

    client.post(url(deal, "destination"), {"destination": destination("competitor"), "competitor_name": "Stacklane"})
    client.post(url(deal, "reason"), {"reason": reason("TRUST").pk})
    client.post(url(deal, "change"), {"would_have_changed": "A SOC 2 report"})

    review = Review.objects.get()
    assert (review.destination.code, review.competitor.name) == ("competitor", "Stacklane")
    assert (review.reason.code, review.would_have_changed) == ("TRUST", "A SOC 2 report")
    assert not review.is_submitted


def test_it_does_not_touch_what_another_question_is_saving(rep):
    from feedback.actions.reviews import save_answers
    from feedback.forms.reviews import ChangeForm, ReasonForm

    review = make_review(make_lost(owner=rep), author=rep, code=None, submitted=False)
    first = ReasonForm({"reason": reason("PRICE").pk}, instance=Review.objects.get(pk=review.pk))
    second = ChangeForm({"would_have_changed": "More time"}, instance=Review.objects.get(pk=review.pk))
    assert first.is_valid()
    assert second.is_valid()

    save_answers(form=first)
    save_answers(form=second)

    review.refresh_from_db()
    assert (review.reason.code, review.would_have_changed) == ("PRICE", "More time")


def test_it_forgets_a_second_level_of_another_reason(rep, sign_in):
    deal = make_lost(owner=rep)
    security = Taxonomy.objects.current().reasons.get(code="TRUST/security or compliance")

    sign_in(rep).post(url(deal, "reason"), {"reason": reason("PRICE").pk, "detail": security.pk})

    assert Review.objects.get().detail is None


def test_it_refuses_a_third_contributing_reason_and_keeps_what_was_chosen(rep, sign_in):
    deal = make_lost(owner=rep)
    three = [reason(code).pk for code in ("BUDGET", "TRUST", "TERMS")]

    page = sign_in(rep).post(url(deal, "reason"), {"reason": reason("PRICE").pk, "contributing": three})

    assert page.status_code == 422
    assert b"Two at the most" in page.content
    assert page.content.count(b"checked") >= 4


def test_it_refuses_a_month_that_is_over(rep, sign_in):
    deal = make_lost(owner=rep)
    page = sign_in(rep).post(url(deal, "reason"), {"reason": reason("TIMING").pk, "reengage_on": "2020-01"})
    assert page.status_code == 422
    assert b"This month is over" in page.content
    assert b'value="2020-01"' in page.content


def test_it_keeps_the_month_to_ask_again(rep, sign_in):
    deal = make_lost(owner=rep)
    year = date.today().year + 1
    sign_in(rep).post(url(deal, "reason"), {"reason": reason("BUDGET").pk, "reengage_on": f"{year}-04"})
    assert Review.objects.get().reengage_on == date(year, 4, 1)


def test_it_gives_htmx_the_question_alone(rep, sign_in):
    deal = make_lost(owner=rep)
    answer = sign_in(rep).post(url(deal, "reason"), {"reason": reason("TRUST").pk}, headers={"HX-Request": "true"})
    assert b"<html" not in answer.content
    assert b"Security or compliance" in answer.content


def test_it_refuses_a_reason_that_does_not_exist(rep, sign_in):
    deal = make_lost(owner=rep)
    page = sign_in(rep).post(url(deal, "reason"), {"reason": "99999"})
    assert page.status_code == 422


def test_it_is_not_there_for_open_deals_and_unknown_questions(rep, sign_in):
    client = sign_in(rep)
    assert client.post(url(make_opportunity(owner=rep), "reason")).status_code == 404
    assert client.post(url(make_lost(owner=rep), "weather")).status_code == 404


def test_it_asks_won_deals_why_we_won(rep, sign_in):
    deal = make_won(owner=rep)
    sign_in(rep).post(url(deal, "won"), {"won_because": "Fast answers"})
    assert (Review.objects.get().kind, Review.objects.get().won_because) == ("win", "Fast answers")


def test_it_is_written_only_by_those_who_owe_it(rep, other_rep, manager, marketer, leader, admin, sign_in):
    deal = make_lost(owner=rep)
    answers = {
        user.name: sign_in(user).post(url(deal, "change"), {"would_have_changed": "x"}).status_code
        for user in (rep, manager, admin, other_rep, marketer, leader)
    }
    assert answers == {
        "Rita Rep": 302,
        "Mona Manager": 302,
        "Ada Admin": 302,
        "Otto Other": 403,
        "Mara Marketer": 403,
        "Lena Leader": 403,
    }


def test_who_won_comes_back_after_a_wrong_tile(rep, sign_in):
    deal, client, htmx = make_lost(owner=rep), sign_in(rep), {"HX-Request": "true"}
    path = url(deal, "destination")
    sent = {"destination": destination("status quo"), "competitor_name": "Stacklane"}
    page = client.post(path, sent, headers=htmx).content.decode()
    assert Review.objects.get().competitor is None
    back = Page(path, page).form_to(path).filled(destination=str(destination("competitor")))
    client.post(path, back, headers=htmx)
    assert Review.objects.get().competitor.name == "Stacklane"


def test_words_too_long_are_told_and_kept(rep, sign_in):
    deal = make_lost(owner=rep)
    answer = sign_in(rep).post(url(deal, "change"), {"would_have_changed": "a" * 2001}, headers={"HX-Request": "true"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "it has 2001" in page
    assert "a" * 2001 in page
    assert "maxlength" not in page
