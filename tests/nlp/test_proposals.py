import numpy as np
import pytest

from objections.nlp import build_index, propose
from objections.nlp.types import Cluster, Themes

WIDTH = 12


def around(axis, count, seed=0):
    """`count` unit vectors close to one axis: what one theme looks like."""
    points = np.eye(WIDTH)[[axis] * count] + 0.1 * np.random.default_rng([seed, axis]).standard_normal((count, WIDTH))
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)


def found_in(*groups):
    """The clusters a run would have found, and no text left over."""
    return Themes(
        tuple(Cluster(tuple(group), f"Name {n}", ("a",), group[0], 0.9) for n, group in enumerate(groups)), ()
    )


def proposals(vectors, themes, found, *, people=(), all_themes=()):
    placed = [at for at, theme in enumerate(themes) if theme is not None]
    index = build_index(vectors[placed], [themes[at] for at in placed])
    by_person = [at in people for at in range(len(themes))]
    return propose(vectors, themes, by_person, found, index, all_themes=all_themes)


def three_themes(count=8):
    vectors = np.vstack([around(axis, count) for axis in range(3)])
    return vectors, [name for name in ("price", "trust", "timing") for _ in range(count)]


def test_it_proposes_nothing_where_all_is_well():
    vectors, themes = three_themes()
    assert proposals(vectors, themes, found_in(range(8), range(8, 16), range(16, 24))) == ()


def test_it_proposes_nothing_of_nothing():
    assert propose(np.empty((0, WIDTH)), [], [], Themes((), ()), build_index(np.empty((0, WIDTH)), [])) == ()


def test_it_proposes_a_theme_for_a_cluster_without_one():
    vectors, themes = three_themes()
    vectors, themes = np.vstack([vectors, around(5, 6)]), themes + [None] * 6
    (new,) = proposals(vectors, themes, found_in(range(8), range(8, 16), range(16, 24), range(24, 30)))
    assert (new.kind, new.members, new.name, new.quote_index) == ("new", tuple(range(24, 30)), "Name 3", 24)
    assert new.reason == "6 objections without a theme say much the same."


def test_it_makes_no_theme_of_four():
    vectors, themes = three_themes()
    vectors, themes = np.vstack([vectors, around(5, 4)]), themes + [None] * 4
    assert proposals(vectors, themes, found_in(range(8), range(8, 16), range(16, 24), range(24, 28))) == ()


def test_it_assigns_what_reads_like_a_theme():
    vectors, themes = three_themes()
    themes[7] = themes[6] = None
    (assign,) = proposals(vectors, themes, found_in(range(8), range(8, 16), range(16, 24)))
    assert (assign.kind, assign.members, assign.theme, assign.other) == ("assign", (6, 7), "price", None)
    assert assign.reason == "2 objections without a theme read like the others here."


def test_it_moves_what_the_model_put_in_the_wrong_theme():
    vectors, themes = three_themes(12)
    themes[0] = "trust"
    (move,) = proposals(vectors, themes, found_in(range(12), range(12, 24), range(24, 36)))
    assert (move.kind, move.members, move.other, move.theme) == ("move", (0,), "trust", "price")


def test_it_never_moves_what_a_person_placed():
    vectors, themes = three_themes(12)
    themes[0] = "trust"
    assert proposals(vectors, themes, found_in(range(12), range(12, 24), range(24, 36)), people={0}) == ()


def test_it_merges_two_themes_that_say_the_same_into_the_larger():
    vectors = np.vstack([around(0, 18), around(1, 8)])
    themes = ["dear"] * 7 + ["price"] * 11 + ["trust"] * 8
    (merge,) = proposals(vectors, themes, found_in(range(18), range(18, 26)))
    assert (merge.kind, merge.other, merge.theme, merge.members) == ("merge", "dear", "price", tuple(range(7)))


def test_it_does_not_merge_themes_that_share_no_cluster():
    vectors = np.vstack([around(0, 18), around(1, 8)])
    themes = ["dear"] * 7 + ["price"] * 11 + ["trust"] * 8
    assert proposals(vectors, themes, found_in(range(7), range(7, 18), range(18, 26))) == ()


def split_case():
    vectors = np.vstack([around(0, 12), around(1, 7), around(2, 8)])
    return vectors, ["mixed"] * 19 + ["trust"] * 8, found_in(range(12), range(12, 19), range(19, 27))


def test_it_splits_a_theme_that_says_two_things():
    (split,) = proposals(*split_case())
    assert (split.kind, split.theme, split.members, split.name) == ("split", "mixed", tuple(range(12, 19)), "Name 1")


def test_it_leaves_a_split_to_people_where_people_placed():
    assert proposals(*split_case(), people=set(range(12, 19))) == ()


def test_it_proposes_to_retire_a_theme_without_members():
    vectors, themes = three_themes()
    found = found_in(range(8), range(8, 16), range(16, 24))
    (retire,) = proposals(vectors, themes, found, all_themes=["price", "weather"])
    assert (retire.kind, retire.theme, retire.members) == ("retire", "weather", ())


def test_it_touches_an_objection_once_at_most():
    vectors, themes, found = split_case()
    themes = [None if at % 5 == 0 else theme for at, theme in enumerate(themes)]
    members = [member for proposal in proposals(vectors, themes, found) for member in proposal.members]
    assert members
    assert len(members) == len(set(members))


def test_it_proposes_the_same_twice():
    assert proposals(*split_case()) == proposals(*split_case())


def test_it_refuses_lists_that_do_not_fit():
    with pytest.raises(ValueError, match="1 vectors, 2 themes and 1 placements differ"):
        propose(around(0, 1), ["a", "b"], [False], Themes((), ()), build_index(around(0, 1), ["a"]))
