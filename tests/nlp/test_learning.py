import numpy as np
import pytest

from objections import nlp
from objections.nlp import corpus
from objections.nlp.geometry import unit
from objections.nlp.learning import learn
from objections.nlp.matching import build_index

WIDTH = 48


def placements(*, themes=12, each=15, nuisance=0.0, noise=0.35, seed=0):
    """Vectors (themes × each, WIDTH) about a direction for each theme, and the theme of each. `nuisance` is how much
    they differ along three directions that have nothing to do with their themes."""
    random = np.random.default_rng(seed)
    labels = np.repeat(np.arange(themes), each)
    centres = np.eye(WIDTH)[3 : 3 + themes]
    vectors = centres[labels] + noise * random.standard_normal((len(labels), WIDTH)) / np.sqrt(WIDTH) * 3
    vectors[:, :3] += nuisance * random.standard_normal((len(labels), 3))
    order = random.permutation(len(labels))
    return unit(vectors)[order].astype(np.float32), [f"theme {at}" for at in labels[order]]


def loss(index, vectors, themes):
    """Mean log loss of what the index says of its first guesses."""
    found = [row[0] for row in index.match(vectors, limit=1)]
    sure = np.array([match.confidence for match in found])
    right = np.array([match.theme == theme for match, theme in zip(found, themes, strict=True)])
    return -np.log(np.where(right, sure, 1 - sure)).mean()


def test_it_learns_how_sure_to_be():
    learned = learn(*placements())
    asked, theirs = placements(seed=1)
    shown = placements()
    assert learned.held_out.is_better
    assert loss(build_index(*shown, curve=learned.curve), asked, theirs) < 0.7 * loss(
        build_index(*shown), asked, theirs
    )


def test_it_learns_to_look_away_from_what_tells_nothing():
    shown, asked = placements(nuisance=1.5), placements(nuisance=1.5, seed=1)
    learned = learn(*shown)
    assert learned.turn.shape == (WIDTH, WIDTH)
    assert learned.held_out.right_learned > learned.held_out.right_shipped
    plain, turned = (
        np.mean([row[0].theme == theme for row, theme in zip(index.match(asked[0]), asked[1], strict=True)])
        for index in (build_index(*shown), build_index(*shown, turn=learned.turn, curve=learned.curve))
    )
    assert turned > plain


def test_it_keeps_the_shipped_view_where_another_is_no_better():
    assert learn(*placements()).turn is None


@pytest.mark.parametrize("few", [{"themes": 12, "each": 8}, {"themes": 4, "each": 40}, {"themes": 40, "each": 4}])
def test_it_learns_nothing_from_too_little(few):
    assert learn(*placements(**few)) is None


def test_the_only_note_of_a_theme_counts_against_being_sure():
    vectors, themes = placements()
    strays, _ = placements(themes=30, each=1, seed=2)
    alone = [f"stray {at}" for at in range(30)]
    with_strays = learn(np.concatenate([strays, vectors]), alone + themes)
    assert with_strays.held_out.asked == len(themes) + 30
    assert with_strays.held_out.right_shipped <= len(themes)


def test_it_reads_the_newest():
    vectors, themes = placements(each=150)
    assert learn(vectors, themes).held_out.asked == 1500


def test_it_gives_the_same_for_the_same():
    first, second = (learn(*placements(nuisance=1.5)) for _ in range(2))
    assert first.turn.tobytes() == second.turn.tobytes()
    assert (first.curve, first.held_out) == (second.curve, second.held_out)


def test_what_was_learned_in_another_width_is_left_aside():
    vectors, themes = placements()
    index = build_index(vectors, themes, turn=np.eye(7, dtype=np.float32), curve=[0, 0, 0, 0])
    assert index.match(vectors[:3]) == build_index(vectors, themes).match(vectors[:3])


def test_it_refuses_vectors_without_themes():
    with pytest.raises(ValueError, match="2 vectors for 1 themes"):
        learn(np.ones((2, 4)), ["price"])


def test_what_was_learned_in_one_view_is_not_used_in_another():
    """Through the lens and without it the figures of a curve are of other things."""
    vectors = nlp.encode(["a rival is a third cheaper", "no SOC 2 report", "they want 30% off", "security said no"])
    themes, curve = ["price", "trust", "price", "trust"], [1.0, 2.0, 3.0, 4.0]
    for through_lens in (True, False):
        index = build_index(vectors, themes, curve=curve, learned_through_lens=through_lens, through_lens=True)
        assert bool(index.share)
        assert (index.curve == curve) is through_lens
        assert not build_index(vectors, themes, through_lens=False).share


def test_it_says_in_which_view_it_learned():
    notes = [note for note in corpus.notes() if note.hand == "a"]
    themes = sorted({note.theme for note in notes})[:8]
    chosen = [note for note in notes if note.theme in themes][:130]
    through = nlp.learn(nlp.encode([note.text for note in chosen]), [note.theme for note in chosen])
    assert through.through_lens
