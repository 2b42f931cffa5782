"""What the machine would have guessed of the demo company's placements: real guesses, from what stood until then."""

import pytest

from objections.actions.placements import place_objection
from objections.demo.guesses import guess_back
from objections.models import Placement
from objections.theming.vectors import encode_exemplars, store_vectors, vectors_of
from tests.factories import make_objection, make_theme, place


@pytest.fixture
def heard(rep):
    def of(words):
        voice = make_objection(words, author=rep)
        store_vectors([(voice.pk, voice.text, vectors_of([voice])[0])])
        return voice

    return of


@pytest.fixture
def themes(company):
    price, trust = make_theme("Price"), make_theme("Trust", category="trust")
    price.exemplars.create(text="a rival is a third cheaper than us")
    trust.exemplars.create(text="their security team wants a SOC 2 report")
    encode_exemplars()
    return price, trust


def test_it_guesses_what_people_placed_and_nothing_else(themes, heard, marketer):
    price, trust = themes
    place(heard("another quote is a third cheaper"), price)
    place_objection(objection=heard("we have no SOC 2 report"), theme=trust, by=marketer)
    place_objection(objection=heard("no SOC 2, says security"), theme=price, by=marketer)
    assert guess_back() == 2
    by_model, right, wrong = Placement.objects.order_by("id")
    assert (by_model.guess, by_model.guess_rank) == (None, None)
    assert (right.guess, right.guess_rank) == (trust, 1)
    assert (wrong.guess, wrong.guess_rank) == (trust, 0)
    assert guess_back() == 0, "what has its guess keeps it"


def test_where_nothing_shows_a_theme_nothing_is_guessed(company, heard, marketer):
    place_objection(objection=heard("too dear"), theme=make_theme("Price"), by=marketer)
    assert guess_back() == 0
