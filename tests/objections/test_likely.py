from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.models import Segment
from objections.actions.themes import retire_theme
from objections.likely import expected_on
from objections.metrics import likely_themes
from objections.models import Answer, Collateral, Mention
from tests.factories import (
    make_account,
    make_collateral,
    make_competitor,
    make_lost,
    make_objection,
    make_opportunity,
    make_product,
    make_theme,
    make_won,
    place,
)

TODAY = date.today()


@pytest.fixture
def dear(company):
    return make_theme("Too dear")


@pytest.fixture
def slow(company):
    return make_theme("Too slow", category="timing")


def heard(theme, deal, author, **fields):
    voice = make_objection(f"{theme} on {deal.pk}", author=author, opportunity=deal, **fields)
    place(voice, theme)
    return voice


def found(deal):
    return {likely.theme: likely for likely in likely_themes(deal, TODAY)}


def test_it_counts_deals_that_share_something_and_says_what(rep, dear, slow):
    deal = make_opportunity(lead_source="Fair", product=make_product("Racks"))
    for n in range(3):
        other = make_lost(f"o{n}", account=f"O{n}", lead_source="Fair", product=make_product("Racks" if n else "Carts"))
        heard(dear, other, rep)
    heard(slow, make_lost("p", account="P", lead_source="Web", product=make_product("Racks")), rep)
    heard(slow, make_lost("q", account="Q", lead_source="Web", product=make_product("Carts")), rep)

    likely = found(deal)

    assert str(likely[dear.pk]) == "heard on 3 of 4 deals like this one: mostly the same source and product"
    assert str(likely[slow.pk]) == "heard on 1 of 4 deals like this one: mostly the same product"
    assert list(likely) == [dear.pk, slow.pk]


def test_the_score_is_the_weighted_share_drawn_to_that_of_all_deals(rep, dear):
    deal = make_opportunity(lead_source="Fair", product=make_product("Racks"))
    heard(dear, make_lost("a", account="A", lead_source="Fair", product=make_product("Racks")), rep)
    slow = make_theme("Slow", category="timing")
    heard(slow, make_lost("b", account="B", lead_source="Fair"), rep)
    heard(slow, make_lost("c", account="C", lead_source="Web"), rep)

    assert found(deal)[dear.pk].score == pytest.approx((2 + 20 / 3) / (3 + 20))


def shared_by_segment(deal, other, dimension):
    segment = Segment.objects.create(dimension=dimension, value="one")
    for row in (deal, other):
        row.account.segments.add(segment)


@pytest.mark.parametrize(
    ("name", "dimension"), [("industry", "industry"), ("size band", "size band"), ("region", "region")]
)
def test_deals_are_alike_by_the_segments_of_their_accounts(name, dimension, rep, dear):
    deal, other = make_opportunity(account=make_account("Ours")), make_lost(account=make_account("Theirs"))
    heard(dear, other, rep)
    assert found(deal) == {}
    shared_by_segment(deal, other, dimension)
    assert found(deal)[dear.pk].shared == [name]


def test_deals_are_alike_by_the_stage_something_was_heard_at(rep, dear):
    deal, other = make_opportunity(stage="Proposal"), make_lost(account="B", stage="Closed lost")
    voice = heard(dear, other, rep, stage="Demo")
    assert found(deal) == {}
    type(voice).objects.filter(pk=voice.pk).update(stage="Proposal")
    assert found(deal)[dear.pk].shared == ["stage"]


@pytest.mark.parametrize("is_in_words", [False, True])
def test_deals_are_alike_by_a_competitor_named_on_them(is_in_words, rep, dear, slow):
    rival = make_competitor()
    deal, other = make_opportunity(), make_lost(account="B")
    heard(dear, other, rep, competitor=rival)
    here = heard(slow, deal, rep, competitor=None if is_in_words else rival)
    if is_in_words:
        Mention.objects.create(objection=here, kind="competitor", start=0, end=3, text="Riv", competitor=rival)
    assert found(deal)[dear.pk].shared == ["competitor"]


def test_old_deals_withdrawn_voices_retired_themes_and_the_deal_itself_do_not_count(rep, marketer, dear, slow):
    deal = make_opportunity(lead_source="Fair")
    heard(dear, deal, rep)
    heard(dear, make_lost(account="B", lead_source="Fair", closed_on=TODAY - timedelta(days=780)), rep)
    gone = heard(dear, make_won(account="C", lead_source="Fair"), rep)
    type(gone).objects.filter(pk=gone.pk).update(withdrawn_at=timezone.now(), withdrawn_by=rep)
    heard(slow, make_won(account="D", lead_source="Fair"), rep)
    retire_theme(theme=slow, by=marketer)
    assert found(deal) == {}


def test_a_deal_that_raised_a_theme_twice_counts_once(rep, dear):
    deal, other = make_opportunity(lead_source="Fair"), make_won(account="B", lead_source="Fair")
    heard(dear, other, rep)
    heard(dear, other, rep)
    assert str(found(deal)[dear.pk]) == "heard on 1 of 1 deals like this one: mostly the same source"


def test_what_was_heard_here_and_not_accepted_comes_first_and_what_is_settled_last(rep, dear, slow):
    new = make_theme("No parking")
    deal, other = make_opportunity(lead_source="Fair"), make_lost(account="B", lead_source="Fair")
    heard(new, other, rep)
    heard(dear, other, rep)
    heard(dear, deal, rep, ending="accepted")
    heard(slow, deal, rep, ending="unresolved")

    expected = expected_on(deal, rep)

    assert [row.theme for row in expected] == [slow, new, dear]
    assert expected[0].why == "heard on this deal, not settled"
    assert expected[1].why == "heard on 1 of 1 deals like this one: mostly the same source"
    assert expected[2].why.startswith("the buyer accepted the answer; heard on 1 of 1")


def test_five_are_shown_and_what_was_heard_here_takes_two_places_of_them(rep, company):
    deal, other = make_opportunity(lead_source="Fair"), make_lost(account="B", lead_source="Fair")
    here = [make_theme(f"Here {n}") for n in range(4)]
    elsewhere = [make_theme(f"There {n}") for n in range(4)]
    for theme in here:
        heard(theme, deal, rep)
    for theme in elsewhere:
        heard(theme, other, rep)
    shown = [row.theme for row in expected_on(deal, rep)]
    assert len(shown) == 5
    assert len(set(shown) & set(here)) == 2


@pytest.fixture
def ready(rep, marketer, dear):
    """An open deal of the rep's, with an answer and something to send for what is likely on it."""
    deal, other = make_opportunity(owner=rep, lead_source="Fair"), make_lost(account="B", lead_source="Fair")
    heard(dear, other, rep)
    Answer.objects.create(theme=dear, text="<b>Say</b> this", approved_by=marketer, approved_at=timezone.now())
    make_collateral("Price sheet", owner=marketer, themes=[dear])
    make_collateral("Draft sheet", owner=marketer, themes=[dear], published=False)
    return deal


def test_the_page_of_an_open_deal_shows_answer_collateral_and_one_tap(ready, rep, sign_in):
    client, url = sign_in(rep), reverse("objections:likely", args=[ready.pk])
    page = client.get(ready.get_absolute_url()).content.decode()
    assert f'hx-get="{url}"' in page
    assert f'href="{url}"' in page
    page = client.get(url).content.decode()
    assert "heard on 1 of 1 deals like this one" in page
    assert "&lt;b&gt;Say&lt;/b&gt; this" in page
    assert "Price sheet" in page
    assert "no record yet" in page
    assert "Draft sheet" not in page

    use = reverse("objections:collateral_use", args=[Collateral.objects.get(title="Price sheet").pk])
    back = f"{ready.get_absolute_url()}#likely"
    assert client.post(use, {"opportunity": ready.pk, "next": back}).url == back
    page = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert "You used it on this deal" in page
    assert "I used this" not in page


@pytest.mark.parametrize("who", ["other_rep", "marketer", "leader"])
def test_only_its_owner_says_what_was_used_on_a_deal(who, ready, sign_in, request):
    page = sign_in(request.getfixturevalue(who)).get(reverse("objections:likely", args=[ready.pk])).content.decode()
    assert "Price sheet" in page
    assert "I used this" not in page


def test_a_closed_deal_shows_nothing_and_an_odd_one_says_what_will_come(rep, company, sign_in):
    client = sign_in(rep)
    closed = make_lost()
    assert b"Likely objections" not in client.get(closed.get_absolute_url()).content
    assert client.get(reverse("objections:likely", args=[closed.pk])).status_code == 404
    odd = make_opportunity(account=None, product=None, lead_source="", stage="")
    assert (
        b"Nothing was heard yet on deals like this one"
        in client.get(reverse("objections:likely", args=[odd.pk])).content
    )


def test_the_cost_does_not_grow_with_deals(ready, rep, marketer, dear, slow, django_assert_max_num_queries):
    for n in range(12):
        other = make_lost(f"o{n}", account=f"O{n}", lead_source="Fair")
        heard(slow if n % 2 else dear, other, rep)
        make_collateral(f"Sheet {n}", owner=marketer, themes=[dear, slow])
    with django_assert_max_num_queries(12):
        assert len(expected_on(ready, rep)) == 2
