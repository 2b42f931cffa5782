import numpy as np
import pytest

from objections.nlp import build_index, propose
from objections.nlp.pipeline import resolve
from objections.nlp.proposals import State
from tests.nlp.sentences import texts_and_labels

WIDTH = 12


def around(axis, count, seed=0):
    """`count` unit vectors close to one axis: what one theme looks like."""
    points = np.eye(WIDTH)[[axis] * count] + 0.1 * np.random.default_rng([seed, axis]).standard_normal((count, WIDTH))
    return (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)


def proposals(vectors, themes, *groups, people=(), all_themes=(), names=None):
    placed = [at for at, theme in enumerate(themes) if theme is not None]
    index = build_index(vectors[placed], [themes[at] for at in placed])
    by_person = [at in people for at in range(len(themes))]
    beside = [[at for at in group if themes[at] is None] for group in groups]
    state = State(vectors, themes, by_person, beside=beside, loose=groups, index=index)
    return resolve("proposer")(state, all_themes=all_themes, names=names)


def three_themes(count=8):
    vectors = np.vstack([around(axis, count) for axis in range(3)])
    return vectors, [name for name in ("price", "trust", "timing") for _ in range(count)]


def test_it_proposes_nothing_where_all_is_well():
    vectors, themes = three_themes()
    assert proposals(vectors, themes, range(8), range(8, 16), range(16, 24)) == ()


def test_it_proposes_nothing_of_nothing():
    assert propose([], [], [], index=build_index(np.empty((0, WIDTH)), [])) == ()


def test_it_proposes_a_theme_for_a_group_without_one():
    vectors, themes = three_themes()
    vectors, themes = np.vstack([vectors, around(5, 6)]), themes + [None] * 6
    (new,) = proposals(vectors, themes, range(8), range(8, 16), range(16, 24), range(24, 30))
    assert (new.kind, new.members) == ("new", tuple(range(24, 30)))


def test_it_proposes_a_theme_for_the_unthemed_part_of_a_group_once():
    vectors, themes = three_themes()
    vectors, themes = np.vstack([vectors, around(5, 12)]), themes + ["price"] + [None] * 11
    first, *others = proposals(vectors, themes, range(8), range(8, 16), range(16, 24), range(24, 36))
    assert (first.kind, first.members) == ("new", tuple(range(25, 36)))
    assert not [other for other in others if other.kind == "new"]


def test_it_makes_no_theme_of_four():
    vectors, themes = three_themes()
    vectors, themes = np.vstack([vectors, around(5, 4)]), themes + [None] * 4
    assert proposals(vectors, themes, range(8), range(8, 16), range(16, 24), range(24, 28)) == ()


def test_it_assigns_what_reads_like_a_theme():
    vectors, themes = three_themes()
    themes[7] = themes[6] = None
    (assign,) = proposals(vectors, themes, range(8), range(8, 16), range(16, 24))
    assert (assign.kind, assign.members, assign.theme, assign.other) == ("assign", (6, 7), "price", None)


def test_it_moves_what_the_model_put_in_the_wrong_theme():
    vectors, themes = three_themes(12)
    themes[0] = "trust"
    (move,) = proposals(vectors, themes, range(12), range(12, 24), range(24, 36))
    assert (move.kind, move.members, move.other, move.theme) == ("move", (0,), "trust", "price")


def test_it_never_moves_what_a_person_placed():
    vectors, themes = three_themes(12)
    themes[0] = "trust"
    assert proposals(vectors, themes, range(12), range(12, 24), range(24, 36), people={0}) == ()


def test_it_merges_two_themes_that_say_the_same_into_the_larger():
    vectors = np.vstack([around(0, 18), around(1, 8)])
    themes = ["dear"] * 7 + ["price"] * 11 + ["trust"] * 8
    (merge,) = proposals(vectors, themes, range(18), range(18, 26))
    assert (merge.kind, merge.other, merge.theme, merge.members) == ("merge", "dear", "price", tuple(range(7)))


def test_it_does_not_merge_themes_that_share_no_group():
    vectors = np.vstack([around(0, 18), around(1, 8)])
    themes = ["dear"] * 7 + ["price"] * 11 + ["trust"] * 8
    assert proposals(vectors, themes, range(7), range(7, 18), range(18, 26)) == ()


def split_case():
    vectors = np.vstack([around(0, 12), around(1, 7), around(2, 8)])
    return vectors, ["mixed"] * 19 + ["trust"] * 8, range(12), range(12, 19), range(19, 27)


def test_it_splits_a_theme_that_says_two_things():
    (split,) = proposals(*split_case())
    assert (split.kind, split.theme, split.members) == ("split", "mixed", tuple(range(12, 19)))


def test_it_leaves_a_split_to_people_where_people_placed():
    assert proposals(*split_case(), people=set(range(12, 19))) == ()


def misnamed():
    """Two themes that each bear the other's name, and one that bears its own."""
    vectors, themes = three_themes(12)
    middles = [vectors[start : start + 12].mean(axis=0) for start in (0, 12, 24)]
    groups = [range(12), range(12, 24), range(24, 36)]
    return vectors, themes, groups, dict(zip(("trust", "price", "timing"), middles, strict=True))


def test_it_renames_a_theme_whose_name_says_what_another_says():
    vectors, themes, groups, names = misnamed()
    first, second = proposals(vectors, themes, *groups, names=names)
    assert (first.kind, first.theme, first.members) == ("rename", "price", tuple(range(12)))
    assert second.theme == "trust"


def test_it_doubts_no_name_that_is_not_given():
    vectors, themes, groups, names = misnamed()
    assert [one.theme for one in proposals(vectors, themes, *groups, names={"price": names["price"]})] == ["price"]
    assert proposals(vectors, themes, *groups) == ()


def test_it_renames_no_theme_of_few_voices():
    vectors, themes = three_themes(7)
    names = {"price": vectors[7:14].mean(axis=0)}
    assert proposals(vectors, themes, range(7), range(7, 14), range(14, 21), names=names) == ()


def test_it_proposes_to_retire_a_theme_without_members():
    vectors, themes = three_themes()
    groups = range(8), range(8, 16), range(16, 24)
    (retire,) = proposals(vectors, themes, *groups, all_themes=["price", "weather"])
    assert (retire.kind, retire.theme, retire.members, retire.confidence) == ("retire", "weather", (), None)


def test_it_touches_an_objection_once_at_most():
    vectors, themes, *groups = split_case()
    themes = [None if at % 5 == 0 else theme for at, theme in enumerate(themes)]
    members = [member for proposal in proposals(vectors, themes, *groups) for member in proposal.members]
    assert members
    assert len(members) == len(set(members))


def test_it_proposes_the_same_twice():
    assert proposals(*split_case()) == proposals(*split_case())


def test_it_says_how_sure_it_is_and_keeps_guesses_to_itself():
    vectors, themes = three_themes()
    scattered = np.vstack([around(axis, 1, seed=3) for axis in range(5, 11)])
    vectors, themes = np.vstack([vectors, around(4, 8), scattered]), themes + [None] * 14
    (new,) = proposals(vectors, themes, range(8), range(8, 16), range(16, 24), range(24, 32), range(32, 38))
    assert new.members == tuple(range(24, 32))
    assert 0.5 < new.confidence <= 1


def test_it_refuses_lists_that_do_not_fit():
    with pytest.raises(ValueError, match="1 texts, 2 themes and 1 placements differ"):
        propose(["a"], ["a", "b"], [False], index=build_index(around(0, 1), ["a"]))


def of_sentences(themes_of):
    """The proposals for the sentences of these tests, each in the theme that `themes_of(label)` says."""
    from objections.nlp import encode

    texts, labels = texts_and_labels()
    themes = [themes_of(label) if label else None for label in labels]
    vectors = encode(texts)
    placed = [at for at, theme in enumerate(themes) if theme is not None]
    index = build_index(vectors[placed], [themes[at] for at in placed])
    return texts, propose(texts, themes, [False] * len(texts), index=index, known_vectors=vectors)


def test_it_says_why_in_words_with_phrases_of_the_voices():
    texts, found = of_sentences(lambda label: None if label == "security" else label)
    new = next(one for one in found if one.kind == "new")
    assert {label for text, label in zip(*texts_and_labels(), strict=True) if texts.index(text) in new.members} == {
        "security"
    }
    assert new.reason.startswith(f"{len(new.members)} objections without a theme say much the same: “")
    assert "security" in new.reason
    assert new.quote_index in new.members


def test_a_move_shows_the_voice_of_the_other_theme_that_is_nearest():
    texts, labels = texts_and_labels()
    at = labels.index("contract")
    _, found = of_sentences(lambda label: label)
    assert not [one for one in found if one.kind == "assign"]
    themes = [label or None for label in labels]
    themes[at] = None
    index = build_index(*_known(texts, themes))
    (assign,) = [p for p in propose(texts, themes, [False] * len(texts), index=index) if p.kind == "assign"]
    assert assign.members == (at,)
    assert labels[assign.nearest_index] == "contract"
    assert assign.reason.startswith("1 objection without a theme reads like the others here: “")


def _known(texts, themes):
    from objections.nlp import encode

    placed = [at for at, theme in enumerate(themes) if theme is not None]
    return encode([texts[at] for at in placed]), [themes[at] for at in placed]
