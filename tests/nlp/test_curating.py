import json

import numpy as np
import pytest

from objections.nlp.__main__ import main
from objections.nlp.curating import ACCEPT, CHOOSE, CONFIRM, MAKE, SEND_AWAY, TAKE_OUT, Curation, Offer, _answer, curate


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
    assert _answer(state, offer, LABELS) == (MAKE, 1)
    assert len(state.themes) == 1


@pytest.mark.parametrize(
    ("offer", "answer", "placed"),
    [
        (Offer((1,), (0, 1)), (CONFIRM, 1), 0),
        (Offer((1,), (1,)), (CHOOSE, 1), 0),
        (Offer((8,), (0, 1)), (MAKE, 1), 2),
    ],
)
def test_one_note_costs_what_its_answer_takes(state, offer, answer, placed):
    assert _answer(state, offer, LABELS) == answer
    assert state.placed[offer.notes[0]] == placed


def test_a_note_of_no_theme_is_set_aside(state):
    assert _answer(state, Offer((1,), (0,)), ["outlier"] * 12) == (CONFIRM, 1)
    assert state.placed[1] == -2


def test_a_group_costs_one_and_one_for_each_wrong_note(state):
    assert _answer(state, Offer((1, 2, 5), (0,)), LABELS) == (ACCEPT + TAKE_OUT, 2)
    assert list(state.placed[[1, 2, 5]]) == [0, 0, -1]
    assert state.refused == {(5, 0)}


def test_a_group_without_a_right_note_is_sent_away_and_does_not_come_back(state):
    assert _answer(state, Offer((5, 6), (0,)), LABELS) == (SEND_AWAY, 0)
    scores = state._scores(np.array([5, 6]))
    assert (scores[:, 0] == -1).all()


def test_it_ends_with_every_note_right_and_cheaper_than_one_by_one_where_themes_are_clear():
    figures = curate(on_axes(12, 5), [label for label in "abcde" for _ in range(12)])
    assert figures["n"] == 60
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
