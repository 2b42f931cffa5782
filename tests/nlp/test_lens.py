import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from objections.nlp import corpus, encode
from objections.nlp.lens import (
    PATH,
    TEXT,
    LensMismatch,
    fit,
    get_lens,
    load,
    oddness,
    of_text,
    save,
    seen,
    share_of,
    through,
    tried,
)
from objections.nlp.settings import read_section
from tests.nlp.sentences import texts_and_labels

NOTES = [
    "they want 30% off before they even look at the offer",
    "legal will not take our liability cap",
    "works in a cellar without any signal",
    "the champion left for another job",
] * 5
QUESTIONS = ["what is the weather in rome", "play some jazz", "set an alarm for six", "how tall is that mountain"] * 5


def levels_of(themes, notes, *, noise=3.0, seed=0):
    """Three levels of 12 numbers: the theme on its own axis, far louder noise on others."""
    chance = np.random.default_rng(seed)
    labels = np.repeat(np.arange(themes), notes)
    levels = chance.standard_normal((len(labels), 3, 12)) * np.where(np.arange(12) < 6, 0.3, noise)
    levels[np.arange(len(labels)), :, labels] += 1.5
    return levels.astype(np.float32), [f"theme {label}" for label in labels]


def likeness(vectors, labels):
    """Mean cosine within themes, less that between them."""
    cosines, same = vectors @ vectors.T, np.equal.outer(labels, labels)
    return cosines[same].mean() - cosines[~same].mean()


def test_it_sees_the_theme_through_noise_it_was_not_fitted_on():
    levels, labels = levels_of(6, 20)
    others, theirs = levels_of(6, 20, seed=1)
    lens = fit(levels, labels, shrinkage=0.1, directions=5, looseness=1)
    plain = others.reshape(len(others), -1)
    plain = plain / np.linalg.norm(plain, axis=1, keepdims=True)
    assert likeness(lens(others)[:, :-1], theirs) > 0.5 > 0.2 > likeness(plain, theirs)


def test_it_gives_unit_vectors_and_a_centre_for_each_theme():
    levels, labels = levels_of(4, 8)
    lens = fit(levels, labels, shrinkage=0.1, directions=3, looseness=1)
    assert lens(levels).shape == (32, 4)
    assert np.linalg.norm(lens(levels)[:, :-1], axis=1) == pytest.approx(np.ones(32), abs=1e-5)
    assert (lens.centres.shape, lens.keys) == ((4, 3), ("theme 0", "theme 1", "theme 2", "theme 3"))


def test_it_refuses_labels_that_do_not_fit():
    levels, labels = levels_of(2, 3)
    for wrong in (labels[1:], ["one"] * 6):
        with pytest.raises(ValueError, match="labels"):
            fit(levels, wrong, shrinkage=1, directions=1, looseness=1)
    with pytest.raises(ValueError, match="1 themes"):
        fit(levels, ["one"] * 3 + ["outlier"] * 3, shrinkage=1, directions=1, looseness=1)


def test_it_tells_what_is_one_of_a_kind_and_learns_no_theme_from_it():
    levels, labels = levels_of(5, 20)
    of_a_theme = np.array(labels) != "theme 4"
    labels = ["outlier" if label == "theme 4" else label for label in labels]
    settings = {"shrinkage": 0.1, "directions": 3, "looseness": 1}
    lens = fit(levels, labels, **settings)
    odd = lens(levels)[:, -1]
    assert roc_auc_score(~of_a_theme, odd) > 0.9
    assert lens.keys == ("theme 0", "theme 1", "theme 2", "theme 3")
    without = fit(levels[of_a_theme], [label for label in labels if label != "outlier"], **settings)
    assert np.array_equal(without.turn, lens.turn)
    assert not without(levels)[:, -1].any(), "nothing is odd where no note shows it"


def test_the_themes_of_the_exemplars_share_a_note_among_them():
    levels, labels = levels_of(4, 8)
    lens = fit(levels, labels, shrinkage=0.1, directions=3, looseness=1)
    shares = lens.shares(lens(levels)[:, :-1])
    assert shares.sum(axis=1) == pytest.approx(np.ones(32))
    assert [lens.keys[at] for at in shares.argmax(axis=1)] == labels


def test_another_lens_is_tried_for_a_while():
    shipped = get_lens()
    other = replace(shipped, keys=("other",))
    with pytest.raises(ZeroDivisionError), tried(other):
        1 / (get_lens() is not other)
    assert get_lens() is shipped
    with tried(other), ThreadPoolExecutor(1) as pool:
        assert pool.submit(get_lens).result() is shipped, "whoever works beside it keeps the shipped one"


def test_a_lens_of_other_vectors_is_not_tried():
    levels, labels = levels_of(4, 8)
    lens = fit(levels, labels, shrinkage=0.1, directions=3, looseness=1)
    with pytest.raises(ValueError, match="3 directions"), tried(lens):
        pass


def test_it_is_written_and_read_as_it_was(tmp_path):
    levels, labels = levels_of(4, 8)
    lens, path = fit(levels, labels, shrinkage=0.1, directions=3, looseness=1), tmp_path / "lens.safetensors"
    sha256 = save(lens, path, recipe={"shrinkage": 0.1})
    assert np.array_equal(load(path, sha256=sha256)(levels), lens(levels))
    assert save(lens, path, recipe={"shrinkage": 0.1}) == sha256


def test_it_refuses_another_lens(tmp_path):
    with pytest.raises(LensMismatch, match="fit_lens"):
        load(tmp_path / "none.safetensors", sha256="0" * 64)
    (tmp_path / "lens.safetensors").write_bytes(b"something else")
    with pytest.raises(LensMismatch, match="expects 00"):
        load(tmp_path / "lens.safetensors", sha256="0" * 64)


def test_the_shipped_one_is_the_one_of_the_config_and_of_these_exemplars():
    from safetensors import safe_open

    assert hashlib.sha256(PATH.read_bytes()).hexdigest() == read_section("lens")["sha256"]
    with safe_open(PATH, framework="numpy") as file:
        assert corpus.digest() in file.metadata()["about"], "the exemplars changed: manage.py fit_lens"
    assert set(get_lens().keys) == set(corpus.themes())


def test_it_applies_to_objections_and_not_to_questions():
    assert share_of(encode(NOTES)) == read_section("lens")["share"]
    assert share_of(encode(QUESTIONS)) == 0


def test_vectors_of_another_encoder_are_left_alone():
    vectors = np.eye(5, dtype=np.float32)
    assert share_of(vectors) == 0
    assert np.array_equal(seen(vectors, 0), vectors)
    assert np.array_equal(of_text(vectors), vectors)


def test_a_cosine_is_made_of_three_parts():
    one, two = vectors = encode(NOTES[:2])
    shown, recognised = seen(vectors, 0.85), read_section("lens")["recognised"]
    first, second = get_lens().shares(through(vectors))
    rest = 0.15 * one[:TEXT] @ two[:TEXT] + 0.85 * one[TEXT:-1] @ two[TEXT:-1]
    expected = recognised * np.sqrt(first * second).sum() + (1 - recognised) * rest
    assert shown[0] @ shown[1] == pytest.approx(expected, abs=1e-5)
    assert np.linalg.norm(shown, axis=1) == pytest.approx(np.ones(2), abs=1e-5)


def test_what_nobody_else_says_is_odd():
    odd = [
        "their lighthouse keeper wants every screen to be painted by hand",
        "asks us to sponsor the village brass band",
    ]
    assert oddness(encode(odd)).min() > max(oddness(encode(NOTES[:4])))


def test_no_texts_are_taken_for_objections():
    assert share_of(encode([])) == read_section("lens")["share"]


def test_plain_sentences_still_find_their_like():
    texts, labels = texts_and_labels()
    kept = [at for at, label in enumerate(labels) if label != "outlier"]
    found = through(encode([texts[at] for at in kept]))
    assert likeness(found, [labels[at] for at in kept]) > 0.25
