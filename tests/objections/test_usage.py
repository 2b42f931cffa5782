from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from objections.actions.collateral import record_usage, undo_usage
from objections.models import Usage
from tests.factories import (
    make_collateral,
    make_lost,
    make_objection,
    make_opportunity,
    make_theme,
    make_won,
    place,
)


def use(piece):
    return reverse("objections:collateral_use", args=[piece.pk])


def test_using_it_again_on_a_deal_only_says_whether_it_helped(rep, marketer):
    piece, deal = make_collateral(owner=marketer), make_opportunity(owner=rep)
    for helped in ("", "partly", ""):
        record_usage(collateral=piece, opportunity=deal, by=rep, helped=helped)
    assert Usage.objects.get().helped == "partly"


def test_one_takes_back_ones_own_note_only_and_twice_is_harmless(rep, other_rep, marketer):
    piece = make_collateral(owner=marketer)
    usage = record_usage(collateral=piece, opportunity=make_opportunity(), by=rep)
    undo_usage(collateral=piece, usage=usage.pk, by=other_rep)
    assert Usage.objects.exists()
    for _ in range(2):
        undo_usage(collateral=piece, usage=usage.pk, by=rep)
    assert not Usage.objects.exists()


def test_the_form_offers_own_open_and_lately_closed_deals(rep, other_rep, marketer, sign_in):
    piece = make_collateral(owner=marketer)
    today = timezone.localdate()
    mine = make_opportunity("Mine", owner=rep)
    lately = make_lost("Lately", owner=rep, closed_on=today - timedelta(days=90))
    make_lost("Long ago", owner=rep, closed_on=today - timedelta(days=91))
    make_opportunity("Theirs", owner=other_rep)

    form = sign_in(rep).get(piece.get_absolute_url()).context["form"]

    assert set(form.fields["opportunity"].queryset) == {mine, lately}


def test_a_rep_notes_a_use_and_takes_it_back(rep, marketer, sign_in):
    piece, deal, client = make_collateral(owner=marketer), make_opportunity(owner=rep), sign_in(rep)
    page = client.post(use(piece), {"opportunity": deal.pk, "helped": "yes"}, follow=True)
    assert Usage.objects.get().helped == "yes"
    undo = next(iter(page.context["messages"])).extra_tags.removeprefix("undo:")
    for _ in range(2):
        assert client.post(undo).status_code == 302
    assert not Usage.objects.exists()


def test_open_deals_come_first(rep, marketer, sign_in):
    piece = make_collateral(owner=marketer)
    lately = make_lost("Lately", owner=rep, closed_on=timezone.localdate())
    mine = make_opportunity("Mine", owner=rep)
    form = sign_in(rep).get(piece.get_absolute_url()).context["form"]
    assert list(form.fields["opportunity"].queryset) == [mine, lately]


@pytest.mark.parametrize(
    "data", [{}, {"opportunity": "x"}, {"opportunity": "theirs"}, {"opportunity": "mine", "helped": "very"}]
)
def test_bad_input_is_refused_on_the_page_itself(rep, other_rep, marketer, sign_in, data):
    deals = {"mine": make_opportunity(owner=rep).pk, "theirs": make_opportunity(owner=other_rep).pk}
    data = {k: deals.get(v, v) for k, v in data.items()}
    piece = make_collateral(owner=marketer)
    page = sign_in(rep).post(use(piece), data)
    assert (page.status_code, Usage.objects.count()) == (422, 0)
    assert page.context["piece"] == piece


@pytest.mark.parametrize(
    ("role", "status"), [("rep", 422), ("manager", 422), ("marketer", 403), ("leader", 422), ("admin", 422)]
)
def test_who_may_note_a_use(request, marketer, sign_in, role, status):
    piece = make_collateral(owner=marketer)
    assert sign_in(request.getfixturevalue(role)).post(use(piece), {}).status_code == status


def test_a_draft_cannot_have_been_used(rep, leader, marketer, sign_in):
    piece = make_collateral(owner=marketer, published=False)
    deal = make_opportunity(owner=leader)
    assert sign_in(rep).post(use(piece), {"opportunity": deal.pk}).status_code == 404
    page = sign_in(leader).post(use(piece), {"opportunity": deal.pk})
    assert page.status_code == 422
    assert "never published" in page.content.decode()


def test_the_review_of_a_won_deal_asks_what_was_used(rep, marketer, sign_in):
    deal, theme = make_won(owner=rep), make_theme("No SOC 2")
    place(make_objection("no soc 2", author=rep, opportunity=deal), theme)
    piece = make_collateral("Security pack", owner=marketer, themes=[theme, make_theme("Too dear")])
    make_collateral("Of another theme", owner=marketer, themes=[make_theme("Too slow")])
    make_collateral("Not published", owner=marketer, themes=[theme], published=False)
    client, url = sign_in(rep), reverse("feedback:review_edit", args=[deal.pk])
    page = client.get(url).content.decode()
    assert "Which collateral was used?" in page
    assert page.count("Security pack") == 1
    assert "Of another theme" not in page
    assert "Not published" not in page
    answer = client.post(use(piece), {"opportunity": deal.pk, "next": f"{url}#used"})
    assert answer.url == f"{url}#used"
    page = client.get(url).content.decode().split('id="used"')[1]
    assert "Security pack</a>" in page
    assert "Security pack</button>" not in page


def test_what_was_used_is_not_asked_of_a_lost_deal(rep, sign_in):
    page = sign_in(rep).get(reverse("feedback:review_edit", args=[make_lost(owner=rep).pk]))
    assert b"Which collateral was used?" not in page.content


def test_saying_it_again_offers_no_undo_of_what_was_noted_before(rep, marketer, sign_in):
    piece, deal = make_collateral(owner=marketer), make_opportunity(owner=rep)
    record_usage(collateral=piece, opportunity=deal, by=rep, helped="yes")
    page = sign_in(rep).post(use(piece), {"opportunity": deal.pk}, follow=True)
    told = next(iter(page.context["messages"]))
    assert told.message.startswith("You noted on ")
    assert "undo" not in told.extra_tags
    assert Usage.objects.get().helped == "yes"
