import pytest

from objections.nlp.evaluation import agreement


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
