from datetime import date, timedelta

import pytest
from django.urls import reverse

from feedback.models import Job
from objections.models import Objection
from tests.factories import make_lost, make_objection, make_opportunity, make_review, make_theme, place

URL = reverse("objections:objection_create")


def answers(**fields):
    return {"text": "too dear", "weight": "concern", "kind": "objection", "heard_on": date.today(), **fields}


def test_it_logs_an_objection_on_an_open_deal_and_keeps_the_moment(rep, sign_in):
    deal = make_opportunity(owner=rep, stage="Proposal")

    sign_in(rep).post(URL, answers(deal=f"Acme · Widgets #{deal.pk}", weight="blocker"))

    objection = Objection.objects.get()
    assert (objection.opportunity, objection.outcome_when_heard, objection.stage) == (deal, "open", "Proposal")
    assert (objection.author, objection.weight) == (rep, "blocker")


def test_it_logs_one_with_no_deal_at_all(rep, sign_in):
    sign_in(rep).post(URL, answers())
    assert Objection.objects.get().opportunity is None


def test_what_is_told_after_a_deal_closed_was_not_heard_while_open(rep, sign_in):
    deal = make_lost(owner=rep)
    sign_in(rep).post(URL, answers(deal=f"#{deal.pk}", heard_on=date.today() - timedelta(days=30)))
    assert list(Objection.objects.heard_while_open()) == []
    assert Objection.objects.get().outcome_when_heard == "lost"


def test_it_queues_the_placing_with_the_objection(rep, sign_in):
    sign_in(rep).post(URL, answers())
    assert Job.objects.get().payload == {"objection": Objection.objects.get().pk}


def test_the_same_as_a_theme_needs_no_words_and_no_machine(rep, sign_in):
    theme = make_theme("Too dear")
    place(make_objection("dear", author=rep), theme)

    sign_in(rep).post(URL, answers(text="", same_as=theme.pk))

    voice = Objection.objects.get(text="")
    assert (voice.is_same, voice.placement.theme, voice.placement.by) == (True, theme, rep)
    assert Job.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"text": "  "}, "Say what they said"),
        ({"heard_on": date.today() + timedelta(days=2)}, "still to come"),
        ({"heard_on": "soon"}, "Enter a valid date"),
        ({"deal": "No such account"}, "No deal has this name"),
        ({"weight": "heavy"}, "Select a valid choice"),
        ({"text": "x" * 2001}, "at most 2000 characters"),
    ],
)
def test_it_refuses_bad_input_and_keeps_what_was_typed(wrong, words, rep, sign_in):
    page = sign_in(rep).post(URL, answers(answer_used="We said it pays back", **wrong))

    assert page.status_code == 422
    assert words in page.content.decode()
    assert b"We said it pays back" in page.content
    assert Objection.objects.count() == 0


def test_it_asks_again_when_several_deals_fit(rep, sign_in):
    make_opportunity("One", account="Hansa")
    make_opportunity("Two", account="Hansa")
    page = sign_in(rep).post(URL, answers(deal="hansa"))
    assert page.status_code == 422
    assert b"Several deals fit" in page.content


def test_it_escapes_what_reps_type(rep, sign_in):
    page = sign_in(rep).post(URL, answers(text="<script>alert(1)</script>"), follow=True)
    assert b"<script>alert(1)" not in page.content
    assert b"&lt;script&gt;alert(1)" in page.content


def test_the_panel_of_a_deal_logs_and_gives_itself_back(rep, sign_in):
    deal = make_opportunity(owner=rep)
    url = reverse("objections:heard_create", args=[deal.pk])

    answer = sign_in(rep).post(url, {"text": "too slow", "weight": "question"}, headers={"HX-Request": "true"})

    assert b"too slow" in answer.content
    assert b"<html" not in answer.content
    assert Objection.objects.get().opportunity == deal


@pytest.mark.parametrize(("page", "kept"), [("review", True), ("deal", False)])
def test_what_is_logged_while_reviewing_a_deal_knows_its_review(page, kept, rep, sign_in):
    review = make_review(make_lost(owner=rep), author=rep)
    url = reverse("objections:heard_create", args=[review.opportunity_id])

    sign_in(rep).post(url, {"text": "too slow", "weight": "question", "page": page})

    assert Objection.objects.get().review == (review if kept else None)


def test_the_panel_refuses_an_empty_line_and_keeps_the_rest(rep, sign_in):
    deal = make_opportunity(owner=rep)
    page = sign_in(rep).post(
        reverse("objections:heard_create", args=[deal.pk]), {"text": "", "weight": "blocker", "raised_by": "Legal"}
    )
    assert page.status_code == 422
    assert b'value="Legal"' in page.content


def test_the_field_for_the_deal_offers_matching_ones(rep, sign_in):
    deal = make_opportunity("Racks", account="Hansa")
    found = sign_in(rep).get(reverse("objections:objection_deals"), {"deal": "hans"})
    assert f"Hansa · Racks #{deal.pk}" in found.content.decode()
