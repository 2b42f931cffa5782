import numpy as np
import pytest

from objections.nlp import encode
from objections.nlp.evaluation import after_placing, agreement, categories_right, novelty, outliers
from objections.nlp.lens import get_lens, through


def test_it_is_one_for_the_same_grouping():
    assert agreement(["a", "a", "b", "b"], [1, 1, 0, 0]) == pytest.approx(1)


def test_it_agrees_with_a_sum_by_hand():
    """Pairs: 1 together in both, 2 in the labels, 3 in what was found, 6 in all; expected 1: (1 - 1) / (2.5 - 1)."""
    assert agreement(["a", "a", "b", "b"], [0, 0, 0, 1]) == pytest.approx(0)


def test_it_counts_each_outlier_as_a_group_of_its_own():
    assert agreement(["a", "a", "outlier", "outlier"], [0, 0, None, None]) == pytest.approx(1)
    assert agreement(["a", "a", "outlier", "outlier"], [0, 0, 1, 1]) < 1


def test_it_does_not_reward_hiding_a_theme():
    assert agreement(["a", "a", "b", "b"], [0, 0, None, None]) < 1


def test_it_refuses_lists_that_do_not_fit():
    with pytest.raises(ValueError):
        agreement(["a"], [0, 1])


def test_it_says_how_well_outliers_are_left_alone():
    assert outliers(["a", "a", "outlier", "oos"], [0, None, None, 1]) == (0.5, 0.5)
    assert outliers(["a"], [0]) == (None, None)


def on_axes(count, axes):
    return np.repeat(np.eye(axes, dtype=np.float32), count, axis=0)


def test_it_asks_about_every_note_that_is_not_shown():
    """Two themes whose notes are alike: half of the guesses are right first, all among three."""
    vectors = np.concatenate([on_axes(8, 2), on_axes(8, 2)[::-1]])
    labels = ["a"] * 8 + ["b"] * 8 + ["c"] * 8 + ["d"] * 8
    first, in_three = after_placing(vectors, labels, placed=4)
    assert first == pytest.approx(0.5)
    assert in_three > first


def test_it_is_always_right_where_themes_are_far_apart():
    assert after_placing(on_axes(6, 5), np.repeat(list("abcde"), 6), placed=3) == (1.0, 1.0)


def test_it_tells_what_is_new_from_what_is_known():
    vectors = np.concatenate([on_axes(8, 6)[:40], np.eye(6, dtype=np.float32)[[5] * 4]])
    labels = [*np.repeat(list("abcde"), 8), *["outlier"] * 4]
    assert novelty(vectors, labels) == 1.0
    assert novelty(vectors[:40], labels[:40]) is None


def test_it_finds_the_category_without_a_placement():
    texts = ["they are a third cheaper than we are", "the CISO wants our SOC 2 report first"]
    found = through(encode(texts))
    assert categories_right(get_lens(), found, ["price", "trust"]) == 1.0
    assert categories_right(get_lens(), found, ["other", ""]) is None
