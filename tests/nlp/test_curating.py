import json

import numpy as np
import pytest

from objections.nlp.__main__ import main
from objections.nlp.curating import (
    ACCEPT,
    CHOOSE,
    CONFIRM,
    MAKE,
    NOWHERE,
    OPEN,
    SEND_AWAY,
    TAKE_OUT,
    Curation,
    Offer,
    _answer,
    _figures,
    _right,
    curate,
)
from objections.nlp.geometry import unit
from objections.nlp.settings import read_section


def on_axes(count, axes, noise=0.05):
    chance = np.random.default_rng(1)
    points = np.repeat(np.eye(axes, dtype=np.float32), count, axis=0)
    return points + noise * chance.standard_normal(points.shape).astype(np.float32)


@pytest.fixture
def state():
    """Two themes of one note each; the other notes are open."""
    state = Curation(on_axes(4, 3), ["a", "b"])
    state.placed[[0, 4]] = [0, 1]
    return state


LABELS = [*"aaaabbbbcccc"]


def test_it_makes_a_theme_for_the_first_note():
    state = Curation(on_axes(4, 3))
    offer = state.next_offer()
    assert (len(offer.notes), offer.themes) == (1, ())
    assert _answer(state, offer, LABELS) == MAKE
    assert len(state.themes) == 1


@pytest.mark.parametrize(
    ("offer", "cost", "placed"),
    [(Offer((1,), (0, 1)), CONFIRM, 0), (Offer((1,), (1,)), CHOOSE, 0), (Offer((8,), (0, 1)), MAKE, 2)],
)
def test_one_note_costs_what_its_answer_takes(state, offer, cost, placed):
    assert _answer(state, offer, LABELS) == cost
    assert state.placed[offer.notes[0]] == placed


def test_a_note_of_no_theme_is_set_aside(state):
    assert _answer(state, Offer((1,), (0,)), ["outlier"] * 12) == CONFIRM
    assert state.placed[1] == -2


def test_a_group_costs_one_and_one_for_each_wrong_note(state):
    assert _answer(state, Offer((1, 2, 5), (0,)), LABELS) == ACCEPT + TAKE_OUT
    assert list(state.placed[[1, 2, 5]]) == [0, 0, -1]
    assert state.refused == {(5, 0)}


def test_a_group_without_a_right_note_is_sent_away_and_does_not_come_back(state):
    assert _answer(state, Offer((5, 6), (0,)), LABELS) == SEND_AWAY
    scores = state._scores(np.array([5, 6]))
    assert (scores[:, 0] == -1).all()


@pytest.fixture
def learned(monkeypatch):
    """Two of twelve notes of each of four themes wait, the others were placed by people."""
    monkeypatch.setattr("objections.nlp.curating.read_section", with_least(30))
    state = Curation(on_axes(12, 4), list("abcd"))
    state.placed[:] = np.repeat(np.arange(4), 12)
    state.placed[[0, 1, 12, 13, 24, 25, 36, 37]] = OPEN
    return state


def with_least(least):
    return lambda name: read_section(name) | ({"least": least} if name == "curator" else {})


def test_nothing_is_presumed_before_enough_was_placed(state):
    state.presume()
    assert not state.is_calibrated
    assert (state.presumed == NOWHERE).all()


def test_what_likely_belongs_somewhere_is_put_there_and_what_is_left_is_asked_first(learned):
    learned.vectors[37] = -learned.vectors.mean(axis=0)
    learned.presume()
    assert learned.presumed[[0, 1, 12, 13, 24, 25, 36]].tolist() == [0, 0, 1, 1, 2, 2, 3]
    assert learned.presumed[37] == NOWHERE
    assert learned.next_offer().notes == (37,)


def test_once_nothing_waits_the_least_sure_is_shown_with_the_theme_it_stands_in_first(learned):
    learned.vectors[13] = unit(learned.vectors[13] + 0.6 * learned.vectors[30])[None][0]
    learned.presume()
    assert (learned.presumed[learned.placed == OPEN] != NOWHERE).all()
    offer = learned.next_offer()
    assert (offer.notes, offer.themes[0]) == ((13,), 1)


@pytest.mark.parametrize(("sureness", "goes"), [(0.45, True), (0.9999, False)])
def test_what_stands_somewhere_stays_until_it_is_surer_of_another_theme(learned, sureness, goes):
    learned.presumed[0], learned.sureness[0] = 1, sureness
    learned.presume()
    assert learned.presumed[0] == (0 if goes else 1)


def test_a_theme_that_nothing_shows_and_one_that_was_refused_are_never_presumed(learned):
    learned.themes.append("e")
    learned.refused = {(0, 0)}
    learned.presume()
    assert learned.presumed[0] != 0
    assert 4 not in learned.presumed


def test_what_only_shows_a_theme_does_not_tell_how_sure_to_be(learned):
    learned.by_people[:] = False
    learned.presume()
    assert not learned.is_calibrated


def test_what_the_machine_put_right_counts_as_right_and_what_it_put_wrong_does_not(learned):
    labels = [*np.repeat(list("abcd"), 12)]
    learned.presumed[[0, 12]] = [0, 2]
    assert _right(learned, labels) == 40 + 1


def test_figures_are_of_what_stands_when_the_actions_are_spent_and_of_a_share_reached_for_good():
    figures = _figures([(0, 0), (1, 9), (2, 8), (3, 9), (4, 10)], 10)
    assert figures["actions_per_note_at_80"] == 0.1
    assert _figures([(0, 0), (1, 10), (2, 9), (3, 10)], 10)["actions_per_note_at_95"] == 0.3
    assert _figures([(0, 0), (2, 8), (5, 4), (9, 10)], 10)["right_at"]["0.5"] == 0.4


def test_it_ends_with_every_note_right_and_cheaper_than_one_by_one_where_themes_are_clear():
    figures = curate(on_axes(24, 5), [label for label in "abcde" for _ in range(24)])
    assert figures["n"] == 120
    assert figures["actions_per_note_at_95"] < 0.7
    assert figures["right_at"]["1.0"] == 1.0
    assert figures["right_at"]["0.25"] <= figures["right_at"]["0.5"] <= figures["right_at"]["1.0"]


def test_it_gives_the_same_figures_twice():
    vectors, labels = on_axes(6, 4, noise=0.5), [label for label in "abcd" for _ in range(6)]
    assert curate(vectors, labels) == curate(vectors, labels)


def test_the_command_prints_them(tmp_path, capsys):
    path = tmp_path / "notes.csv"
    rows = [
        "they are a third cheaper,a",
        "far too dear,a",
        "no news for weeks,b",
        "went silent,b",
        "nice lunch,outlier",
    ]
    path.write_text("\n".join(["note,theme", *rows]))
    assert main(["curate", str(path), "--text", "note", "--label", "theme", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert set(figures) == {"n", "right_at", "actions_per_note_at_80", "actions_per_note_at_95"}
    assert figures["n"] == 5
