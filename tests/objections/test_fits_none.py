"""What likely fits no theme, as the pile says it."""

import pytest
from django.urls import reverse

from objections.models import Placement
from objections.theming.matching import current_index
from objections.theming.pile import Offer
from objections.theming.reading import read_words
from objections.theming.suggested import fits_none
from objections.theming.vectors import store_vector, vectors_of
from tests.factories import make_objection, make_theme, place

PILE = reverse("objections:pile")


@pytest.fixture
def themes(company):
    return [make_theme("Price"), make_theme("Budget", category="budget"), make_theme("Trust", category="trust")]


@pytest.fixture
def heard(rep, themes):
    """`heard(words)`: an objection that was read, beside three themes that are known by one each."""

    def of(words):
        voice = make_objection(words, author=rep)
        read_words([voice])
        store_vector(voice, vectors_of([voice])[0])
        voice.refresh_from_db()
        return voice

    for words, theme in zip(("a rival is a third cheaper", "no budget this year", "no SOC 2"), themes, strict=True):
        place(of(words), theme, by=None)
    current_index()  # or the one at hand would be behind
    return of


ODD = "asks us to sponsor their village brass band, the owner plays the tuba"


def test_it_says_what_likely_fits_no_theme(marketer, sign_in, monkeypatch, themes, heard):
    client = sign_in(marketer)

    def offer(voices, guesses):
        monkeypatch.setattr("objections.pile_page.next_offer", lambda person, skipped: Offer(voices, guesses))

    def hinted():
        return 'id="offer-hint"' in client.get(PILE).content.decode()

    odd, usual = heard(ODD), heard("a rival is a third cheaper than us, again")
    offer([odd], themes)
    assert hinted()
    assert 'aria-describedby="offer-hint"' in client.get(PILE).content.decode()
    offer([usual], themes)
    assert not hinted()
    offer([odd], [])
    assert not hinted(), "where there is nothing to guess from, nothing is known"
    offer([odd, usual], themes[:1])
    assert not hinted(), "a group is offered for a theme"


def test_what_was_not_read_or_is_in_another_language_is_not_said_to_fit_none(heard, rep):
    assert fits_none(heard(ODD))
    assert not fits_none(make_objection(f"{ODD}!", author=rep))
    foreign = heard("Sie möchten, dass wir ihre Blaskapelle im Dorf unterstützen, der Chef spielt Tuba")
    assert foreign.is_foreign
    assert not fits_none(foreign)


def test_beside_two_themes_nothing_is_said_to_fit_none(heard, themes):
    odd = heard(ODD)
    Placement.objects.filter(theme=themes[2]).delete()
    current_index()
    assert not fits_none(odd)
