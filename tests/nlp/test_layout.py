import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from objections import nlp
from objections.nlp.geometry import unit

WIDTH = 24


def groups(*, each=20, count=3, seed=0):
    """Unit vectors (count × each, WIDTH) about as many directions, and which each is about."""
    random = np.random.default_rng(seed)
    labels = np.repeat(np.arange(count), each)
    return unit(np.eye(WIDTH)[labels] + 0.1 * random.standard_normal((len(labels), WIDTH))).astype(np.float32), labels


def nearest_share(places, labels):
    """How many have a neighbour of their own group nearest to them."""
    away = np.linalg.norm(places[:, None] - places[None], axis=-1)
    np.fill_diagonal(away, np.inf)
    return np.mean(labels[away.argmin(axis=1)] == labels)


def test_what_reads_alike_lies_near():
    vectors, labels = groups()
    places = nlp.lay_out(vectors)
    assert places.dtype == np.float32
    assert nearest_share(places, labels) == 1
    assert places.min(axis=0).tolist() == [0, 0]
    assert places.max(axis=0).tolist() == [1, 1]


def test_it_gives_the_same_for_the_same():
    vectors, _ = groups()
    assert nlp.lay_out(vectors).tobytes() == nlp.lay_out(vectors).tobytes()


def test_what_was_on_it_stays_about_where_it_was_and_what_is_new_joins_its_like():
    vectors, labels = groups(each=30, count=4)
    old = np.arange(len(vectors)) % 10 != 0
    start = np.full((len(vectors), 2), np.nan)
    start[old] = nlp.lay_out(vectors[old])
    again = nlp.lay_out(vectors, start)
    cold = nlp.lay_out(vectors)
    moved, moved_cold = (np.median(np.linalg.norm((each - start)[old], axis=1)) for each in (again, cold))
    assert moved < 0.1
    assert moved < moved_cold
    assert nearest_share(again, labels) == 1


@pytest.mark.parametrize("count", range(8))
def test_a_few_have_places_of_their_own(count):
    places = nlp.lay_out(np.eye(WIDTH, dtype=np.float32)[:count])
    assert places.shape == (count, 2)
    assert len(np.unique(places, axis=0)) == count


def test_a_single_one_lies_in_the_middle():
    assert nlp.lay_out(np.ones((1, WIDTH), np.float32)).tolist() == [[0.5, 0.5]]


def test_equal_ones_lie_beside_each_other_not_over_each_other():
    vectors, _ = groups(each=5)
    places = nlp.lay_out(np.concatenate([vectors, np.repeat(vectors[:1], 200, axis=0)]))
    same = np.concatenate([places[:1], places[15:]])
    assert len(np.unique(same, axis=0)) == 201
    assert np.ptp(same, axis=0).max() < 0.25


def test_what_stands_in_one_group_is_drawn_together():
    vectors = unit(np.random.default_rng(0).standard_normal((60, WIDTH))).astype(np.float32)
    labels = np.arange(60) % 3
    alone, together = (nearest_share(nlp.lay_out(vectors, None, groups), labels) for groups in (None, labels.tolist()))
    assert together > alone
    assert nlp.lay_out(vectors, None, [None] * 60).tobytes() == nlp.lay_out(vectors).tobytes()


def test_it_refuses_groups_of_another_number():
    with pytest.raises(ValueError, match="1 groups for 2 vectors"):
        nlp.lay_out(np.eye(2, dtype=np.float32), None, ["a"])


def test_it_refuses_places_of_another_number():
    with pytest.raises(ValueError, match="1 places for 2 vectors"):
        nlp.lay_out(np.eye(2, dtype=np.float32), np.zeros((1, 2)))


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 40),
    st.integers(1, 40),
    st.floats(0, 1),
    st.integers(0, 2**16),
    st.sampled_from([1, 2, 3, WIDTH]),
)
def test_whatever_there_is_lies_on_the_map(count, different, known, seed, width):
    random = np.random.default_rng(seed)
    vectors = random.standard_normal((different, width)).astype(np.float32)[random.integers(0, different, count)]
    start = np.where(random.random((count, 1)) < known, random.random((count, 2)), np.nan)
    places = nlp.lay_out(vectors, start)
    assert places.shape == (count, 2)
    assert np.isfinite(places).all()
    assert places.min(initial=0) >= 0
    assert places.max(initial=0) <= 1
