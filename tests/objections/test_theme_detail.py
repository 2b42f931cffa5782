import pytest
from django.urls import reverse

from objections.actions.merges import merge_themes
from objections.actions.splits import split_theme
from objections.actions.themes import change_theme
from tests.factories import (
    make_collateral,
    make_competitor,
    make_lost,
    make_objection,
    make_opportunity,
    make_request,
    make_theme,
    place,
)


@pytest.fixture
def theme(company):
    return make_theme("Too dear")


def heard(theme, author, **fields):
    objection = make_objection(fields.pop("text", "too dear for us"), author=author, **fields)
    place(objection, theme)
    return objection


def page_of(theme, client, **query):
    return client.get(theme.get_absolute_url(), query)


def test_it_says_what_was_lost_and_what_is_exposed(theme, rep, sign_in):
    heard(theme, rep, opportunity=make_lost(amount=4000), outcome_when_heard="open")
    heard(theme, rep, opportunity=make_opportunity(amount=7000))

    figures = page_of(theme, sign_in(rep)).context["figures"]

    assert (figures.lost.total, figures.open.total, figures.heard) == (4000, 7000, 2)
    assert (figures.win, figures.answer.label) == ("0 of 1", "No answer")


def test_it_breaks_down_by_stage_competitor_and_segment(theme, rep, sign_in):
    deal = make_lost(account="Hansa")
    deal.account.segments.create(dimension="region", value="DACH")
    for _ in range(2):
        heard(theme, rep, opportunity=deal, stage="Proposal", competitor=make_competitor())

    tables = dict(page_of(theme, sign_in(rep)).context["breakdowns"])

    assert set(tables) == {"Stage", "Competitor", "Region"}
    line = tables["Region"][0]
    assert (line.label, line.voices, line.deals, line.lost) == ("DACH", 2, 1, 1)


def test_it_shows_quotes_newest_first_with_their_deal_but_not_who_logged_them(theme, rep, other_rep, sign_in):
    heard(theme, rep, text="old words", heard_on="2026-01-02", opportunity=make_lost(account="Hansa"))
    heard(theme, rep, text="new words", heard_on="2026-03-02")
    heard(theme, rep, text="", is_same=True)

    page = page_of(theme, sign_in(other_rep))

    assert [voice.text for voice in page.context["page"]] == ["new words", "old words"]
    assert "and 1 said the same" in page.content.decode()
    assert "Hansa" in page.content.decode()
    assert "Rita Rep" not in page.content.decode()


def test_it_tells_the_loop_with_its_clocks(theme, rep, marketer, sign_in):
    heard(theme, rep, heard_on="2026-01-02")
    make_request(by=marketer, themes=[theme])
    make_collateral(owner=marketer, themes=[theme])

    steps = {step.name: step for step in page_of(theme, sign_in(rep)).context["steps"]}

    assert str(steps["Heard"].on) == "2026-01-02"
    assert steps["Themed"].days > 0
    assert steps["Answer live"].on is not None
    assert [step.name for step in steps.values() if step.is_now] == ["Reps told"]


def test_its_history_tells_deeds_and_offers_their_undo_to_curators(theme, rep, marketer, sign_in):
    voices = [heard(theme, rep) for _ in range(3)]
    merge = merge_themes(into=theme, theme=make_theme("Costly"), by=marketer)
    split = split_theme(theme=theme, objections=voices[:1], name="Discounts", by=marketer)
    theme.name = "Dearer than Acme"
    change_theme(theme=theme, by=marketer)

    history = page_of(theme, sign_in(marketer)).context["history"]

    texts = [entry["text"] for entry in history]
    assert "merged “Costly” into this theme" in texts
    assert "split “Discounts” off" in texts
    assert "renamed it from “Too dear” to “Dearer than Acme”" in texts
    undo = {entry.get("undo_url") for entry in history} - {None}
    assert undo == {
        reverse("objections:merge_undo", args=[merge.pk]),
        reverse("objections:split_undo", args=[split.pk]),
    }
    for_rep = page_of(theme, sign_in(rep)).context["history"]
    assert not any(entry.get("undo_url") for entry in for_rep)


def test_a_merged_theme_says_where_it_went(theme, marketer, sign_in):
    gone = make_theme("Costly")
    merge_themes(into=theme, theme=gone, by=marketer)

    page = page_of(gone, sign_in(marketer)).content.decode()

    assert "was merged into" in page
    assert theme.get_absolute_url() in page


def test_it_costs_the_same_number_of_queries_for_many_voices(
    theme, rep, marketer, sign_in, django_assert_max_num_queries
):
    for number in range(30):
        heard(theme, rep, opportunity=make_lost(f"Deal {number}", account=f"Account {number}"))
        make_collateral(f"Sheet {number}", owner=marketer, themes=[theme])
        make_request(f"Request {number}", by=rep, owner=marketer, themes=[theme])
    client = sign_in(marketer)

    with django_assert_max_num_queries(56):
        client.get(theme.get_absolute_url())
