import numpy as np
import pytest

from objections.nlp.evaluation import Placing, agreement, placing


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


def test_it_counts_what_is_placed_and_what_is_right():
    """Five themes on their own axes, one held back: its texts and the outlier should stay where they are."""
    vectors = np.repeat(np.eye(6, dtype=np.float32), [6, 6, 6, 6, 6, 1], axis=0)
    labels = [*np.repeat(list("abcde"), 6).tolist(), "outlier"]
    done = placing(vectors, labels, examples=3)
    assert done == Placing(asked=31 - 12, placed=12, right=12)


def test_it_places_nothing_without_themes():
    assert placing(np.eye(3, dtype=np.float32), ["a", "b", "outlier"], examples=3) == Placing(3, 0, 0)
