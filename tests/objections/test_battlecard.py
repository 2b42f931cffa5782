"""What a rep should know before a call in which a competitor is met."""

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.home import search
from feedback.metrics import Share
from objections.battlecards import battlecard_of
from objections.models import Answer
from tests.factories import (
    make_collateral,
    make_competitor,
    make_lost,
    make_objection,
    make_opportunity,
    make_review,
    make_theme,
    make_won,
    place,
)


@pytest.fixture
def rival(company):
    return make_competitor("Ferrum")


def url_of(rival):
    return reverse("objections:battlecard", args=[rival.pk])


def card_of(rival, user):
    return battlecard_of(rival, user, timezone.localdate())


def name_it(rival, author, **fields):
    return make_objection(f"{rival} is cheaper", author=author, competitor=rival, **fields)


def test_win_rate_is_of_deals_won_where_they_were_met_and_lost_to_them(rival, rep, leader):
    won = make_won(owner=rep)
    name_it(rival, rep, opportunity=won)
    name_it(rival, rep, opportunity=won)
    make_review(make_lost(owner=rep), author=rep, competitor=rival)
    elsewhere = make_lost(owner=rep)
    name_it(rival, rep, opportunity=elsewhere)
    draft = make_lost(owner=rep)
    make_review(draft, author=rep, competitor=rival, submitted=False)
    name_it(rival, rep, opportunity=make_opportunity(owner=rep))
    make_won("Without them", owner=rep)

    card = card_of(rival, leader)

    assert card.record.wins == Share(1, 2)
    assert (card.record.elsewhere, card.record.still_open) == (1, 1)
    assert (card.wins, card.wins_note) == ("1 of 2", "deals won; 1 other deal lost, no review says to them")


def test_themes_come_with_what_to_say_and_send_those_on_most_deals_first(rival, rep, marketer):
    dear, slow, apart = make_theme("Too dear"), make_theme("Too slow"), make_theme("Heard elsewhere")
    for number in range(2):
        place(name_it(rival, rep, opportunity=make_opportunity(f"Deal {number}", owner=rep)), dear)
    with_them = make_opportunity("Third", owner=rep)
    place(name_it(rival, rep, opportunity=with_them), dear)
    place(make_objection("slow", author=rep, opportunity=with_them), slow)  # names nobody, but they are met there
    place(make_objection("other", author=rep, opportunity=make_opportunity(owner=rep)), apart)
    Answer.objects.create(theme=dear, text="It pays back", approved_by=marketer, approved_at=timezone.now())
    sheet = make_collateral("Price sheet", owner=marketer, themes=[dear])

    raised = card_of(rival, rep).raised

    assert [(row.theme, row.voices, row.deals) for row in raised] == [(dear, 3, 3), (slow, 1, 1)]
    assert (raised[0].answer.text, raised[0].piece, raised[1].answer) == ("It pays back", sheet, None)


def test_claims_we_cannot_counter_and_pieces_against_them_stand_apart(rival, rep, marketer, sign_in):
    name_it(rival, rep, kind="claim")
    name_it(rival, rep, is_quote=True)
    used = make_collateral("Comparison", owner=marketer, competitor=rival)
    used.usages.create(opportunity=make_won(owner=rep), by=rep)
    make_collateral("Newer", owner=marketer, competitor=rival)
    make_collateral("Draft", owner=marketer, competitor=rival, published=False)
    make_collateral("Against nobody", owner=marketer)

    card = card_of(rival, rep)

    assert (len(card.claims), len(card.quotes)) == (1, 1)
    assert [str(piece) for piece, _ in card.pieces] == ["Comparison", "Newer"]
    page = sign_in(rep).get(url_of(rival)).content.decode()
    assert "used on 1 deal, won 1 of 1 closed" in page


def test_marketers_read_buyers_masked(rival, rep, marketer, sign_in):
    make_objection("Anna Meier likes them", author=rep, competitor=rival, is_quote=True, masked="[name] likes them")
    page = sign_in(marketer).get(url_of(rival)).content.decode()
    assert "[name] likes them" in page
    assert "Anna Meier" not in page
    assert "Anna Meier" in sign_in(rep).get(url_of(rival)).content.decode()


def test_the_address_of_an_alias_leads_to_whose_it_is(rival, rep, leader, sign_in):
    from feedback.actions.competitors import add_alias

    alias = add_alias(competitor=rival, name="Ferrum AG", by=leader)
    assert sign_in(rep).get(url_of(alias)).url == url_of(rival)


def test_it_says_so_where_nothing_was_heard(rival, rep, sign_in):
    assert "Nothing was heard of them yet" in sign_in(rep).get(url_of(rival)).content.decode()


def test_it_is_reached_from_the_deal_the_palette_the_library_and_the_competitor(rival, rep, marketer, sign_in):
    deal = make_opportunity(owner=rep)
    name_it(rival, rep, opportunity=deal)
    make_collateral("Comparison", owner=marketer, competitor=rival)
    client = sign_in(rep)
    pages = [deal, rival]
    addresses = [page.get_absolute_url() for page in pages] + [reverse("objections:collateral_list")]
    for address in addresses:
        assert url_of(rival) in client.get(address).content.decode(), address
    found = dict(search(rep, "ferr", 6))
    assert url_of(rival) in [hit.url for hit in found["Battlecards"]]


def test_it_costs_the_same_for_many(rival, rep, marketer, sign_in, django_assert_max_num_queries):
    for number in range(15):
        theme = make_theme(f"Theme {number}")
        deal = make_won(f"Deal {number}", account=f"A{number}", owner=rep)
        place(name_it(rival, rep, opportunity=deal, is_quote=True, kind="claim" if number % 2 else "objection"), theme)
        make_collateral(f"Piece {number}", owner=marketer, competitor=rival, themes=[theme])
    client = sign_in(rep)
    with django_assert_max_num_queries(24):
        client.get(url_of(rival))
