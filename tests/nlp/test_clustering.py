from dataclasses import replace

import numpy as np
import pytest

from objections.nlp import encode
from objections.nlp.clustering import UNTHEMED, forsaken, merge, shared_neighbours, singular
from objections.nlp.lens import oddness
from objections.nlp.matching import unit
from objections.nlp.pipeline import resolve


@pytest.fixture(scope="module")
def clusterer():
    return resolve("clusterer")


def blobs(count, size, width=64, noise=0.05, seed=0):
    """`count` groups of `size` unit vectors, each close to its own random direction."""
    random = np.random.default_rng(seed)
    centres = unit(random.standard_normal((count, width)))
    points = np.repeat(centres, size, axis=0) + noise * random.standard_normal((count * size, width))
    return unit(points).astype(np.float32), np.repeat(np.arange(count), size)


@pytest.mark.parametrize(("count", "size"), [(3, 10), (12, 25), (40, 30)])
def test_it_finds_groups_that_are_there(clusterer, count, size):
    vectors, given = blobs(count, size)
    found = clusterer(vectors)
    assert len(set(found)) == count
    assert all(len(set(found[given == group])) == 1 for group in range(count))


def test_it_numbers_groups_from_large_to_small(clusterer):
    large, _ = blobs(1, 40, seed=1)
    middle, _ = blobs(1, 25, seed=2)
    small, _ = blobs(1, 12, seed=3)
    found = clusterer(np.vstack([small, large, middle]))
    assert found.tolist() == [2] * 12 + [0] * 40 + [1] * 25


def test_it_leaves_out_what_has_no_company(clusterer):
    vectors, _ = blobs(5, 20)
    stray = unit(np.random.default_rng(9).standard_normal((3, 64))).astype(np.float32)
    found = clusterer(np.vstack([vectors, stray]))
    assert found[-3:].tolist() == [UNTHEMED] * 3
    assert UNTHEMED not in found[:-3]


def test_it_leaves_out_a_loose_group(clusterer):
    vectors, _ = blobs(12, 25)
    loose, _ = blobs(1, 24, noise=0.2, seed=5)
    assert set(clusterer(np.vstack([vectors, loose]))[-24:]) == {UNTHEMED}


def test_what_is_left_of_a_group_goes_with_most_of_it():
    labels, lonely = np.array([0, 0, 0, 1, 1]), np.array([True, True, False, True, False])
    assert forsaken(labels, lonely, 0.5).tolist() == [True, True, True, True, False]
    assert forsaken(labels, lonely, 1.0).tolist() == lonely.tolist()


def test_what_is_odd_leaves_the_others_unless_most_of_them_are():
    labels = np.array([0, 0, 0, 1, 1, 1, UNTHEMED])
    odd = np.array([True, False, False, True, True, False, True])
    assert singular(labels, odd)[:6].tolist() == [True, False, False, False, False, False]


def test_it_tells_small_sister_groups_apart_among_many(clusterer):
    """Modularity at the same resolution finds 124 of the 200. What is joined afterwards is left out of it."""
    centres, _ = blobs(100, 1)
    sisters = unit(0.6 * centres + 0.4 * blobs(100, 1, seed=1)[0])
    noise = np.random.default_rng(2).standard_normal((200 * 15, 64))
    vectors = unit(np.repeat(np.vstack([centres, sisters]), 15, axis=0) + 0.05 * noise).astype(np.float32)
    assert len(set(replace(clusterer, merge_at=0.9)(vectors))) >= 195


def test_it_keeps_a_group_of_a_thousand_whole(clusterer):
    vectors, given = blobs(4, 1000, noise=0.1)
    found = clusterer(vectors)
    assert len(set(found)) == 4
    assert all(len(set(found[given == group])) == 1 for group in range(4))


def test_it_holds_back_neighbours_amid_a_crowd(clusterer):
    """Of angles in degrees: 40 is nearer to the crowd at 79 to 82 than to 0, which has nobody else."""
    angles = np.radians([0, 40, 79, 80, 81, 82])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    nearest = {scaled: clusterer.nearest(vectors, scaled=scaled)[1].tolist() for scaled in (False, True)}
    assert nearest == {False: [2, 3], True: [0, 2]}


def test_it_compares_a_sample_and_lets_the_others_join(clusterer):
    vectors, given = blobs(8, 50)
    stray = unit(np.random.default_rng(9).standard_normal((40, 64))).astype(np.float32)
    found = replace(clusterer, most_compared=200)(np.vstack([vectors, stray]))
    ours = found[: len(given)]
    groups = [np.bincount(ours[given == group] + 1, minlength=9)[1:] for group in range(8)]
    assert len({group.argmax() for group in groups}) == 8
    assert all(group.max() >= 45 and np.count_nonzero(group) == 1 for group in groups)
    assert (found[len(given) :] == UNTHEMED).sum() >= 36


@pytest.mark.parametrize("count", range(16))
def test_it_takes_few_texts(clusterer, count):
    found = clusterer(blobs(1, 16, noise=0.5)[0][:count])
    assert found.shape == (count,)


@pytest.mark.parametrize("count", [4, 15, 16, 200])
def test_it_puts_the_same_text_into_one_group(clusterer, count):
    same = np.repeat(blobs(1, 1)[0], count, axis=0)
    assert clusterer(same).tolist() == [0] * count


def test_it_makes_no_theme_of_three(clusterer):
    same = np.repeat(blobs(1, 1)[0], 3, axis=0)
    assert clusterer(same).tolist() == [UNTHEMED] * 3


def test_it_keeps_copies_of_a_text_together(clusterer):
    vectors, _ = blobs(4, 1)
    found = clusterer(np.repeat(vectors, [30, 20, 10, 6], axis=0))
    assert found.tolist() == [0] * 30 + [1] * 20 + [2] * 10 + [3] * 6


def test_it_gives_the_same_twice(clusterer):
    vectors, _ = blobs(20, 30, noise=0.15)
    assert np.array_equal(clusterer(vectors), clusterer(vectors))


def test_it_heeds_its_settings(clusterer):
    vectors, _ = blobs(6, 10)
    assert set(replace(clusterer, least_members=11)(vectors)) == {UNTHEMED}
    assert set(replace(clusterer, merge_at=-1.0)(vectors)) == {0}


def test_it_weights_edges_by_the_neighbours_shared():
    """By hand: 0 and 1 name each other and 2; with themselves they share {0, 1, 2} wholly: overlap 3 of 3."""
    graph = shared_neighbours(np.array([[1, 2], [0, 2], [0, 3], [2, 0]])).toarray()
    assert graph[0, 1] == pytest.approx(1)
    assert graph[0, 2] == pytest.approx(2 / 4)
    assert np.array_equal(graph, graph.T)


def test_it_merges_what_is_alike_and_no_more():
    vectors = np.array([[1, 0, 0], [0.99, 0.141, 0], [0, 0, 1]])
    assert merge(vectors, np.array([0, 1, 2]), 0.9).tolist() == [0, 0, 1]
    assert merge(vectors, np.array([0, 1, 2]), 0.999).tolist() == [0, 1, 2]


def test_what_joins_from_outside_the_sample_is_not_odd_either(clusterer):
    """Three phrasings of one objection twenty times: the oddest of those not compared joins the others, or does not."""
    words = ["a rival is a third cheaper than us", "the other quote is a third lower", "we are 30% dearer than theirs"]
    vectors = encode([f"{text}, deal {number}" for number in range(20) for text in words])
    sampled = np.random.default_rng(clusterer.seed).choice(len(vectors), 30, replace=False)
    odd = oddness(vectors)
    outside = max(set(range(len(vectors))) - set(sampled.tolist()), key=lambda at: odd[at])
    small = replace(clusterer, most_compared=30, odd_from=float(odd[outside]) + 0.01)
    assert small(vectors)[outside] != UNTHEMED
    assert replace(small, odd_from=float(odd[outside]) - 0.01)(vectors)[outside] == UNTHEMED
