import numpy as np
import pytest

from objections.nlp import encode, find_themes
from objections.nlp.evaluation import agreement
from objections.nlp.settings import CONFIG
from tests.nlp.sentences import ODD, texts_and_labels

TEXTS, LABELS = texts_and_labels()


@pytest.fixture(scope="module")
def themes():
    return find_themes(TEXTS)


def test_it_finds_the_themes_people_see(themes):
    assert agreement(LABELS, themes.labels) > 0.6


def test_it_accounts_for_every_text_once(themes):
    members = [member for cluster in themes.clusters for member in cluster.members]
    assert sorted([*members, *themes.unthemed]) == list(range(len(TEXTS)))


def test_it_leaves_odd_texts_unthemed(themes):
    assert set(themes.unthemed) >= {TEXTS.index(text) for text in ODD}


def test_it_names_a_theme_by_words_of_its_members(themes):
    for cluster in themes.clusters:
        said = " ".join(TEXTS[member] for member in cluster.members).lower()
        assert all(word in said for phrase in cluster.phrases for word in phrase.lower().split())
        assert cluster.name[0] == cluster.name[0].upper()


def test_it_gives_no_two_themes_the_same_name(themes):
    names = [cluster.name.lower() for cluster in themes.clusters]
    assert len(names) == len(set(names))


def test_it_quotes_a_member(themes):
    assert all(cluster.quote_index in cluster.members for cluster in themes.clusters)


def test_it_gives_the_same_themes_twice(themes):
    assert find_themes(TEXTS) == themes


def test_it_gives_the_same_themes_with_vectors_made_before(themes):
    assert find_themes(TEXTS, known_vectors=encode(TEXTS)) == themes


@pytest.mark.parametrize("texts", [[], ["one"], ["one", "two", "three"], [""] * 3])
def test_it_finds_no_theme_in_too_little(texts):
    found = find_themes(texts)
    assert found.clusters == ()
    assert found.unthemed == tuple(range(len(texts)))


@pytest.mark.parametrize("text", ["too expensive", "", "!!!", "the of and"])
def test_it_finds_one_theme_in_twenty_copies(text):
    (cluster,) = find_themes([text] * 20).clusters
    assert cluster.members == tuple(range(20))
    assert cluster.name


def test_it_names_apart_themes_that_share_their_words():
    texts = ["!!!"] * 10 + ["???"] * 10 + ["..."] * 10
    names = [cluster.name for cluster in find_themes(texts).clusters]
    assert len(names) == len(set(names))


def test_it_refuses_vectors_that_do_not_fit():
    with pytest.raises(ValueError, match="1 vectors for 2 texts"):
        find_themes(["a", "b"], known_vectors=np.zeros((1, 384)))


def test_it_reports_progress():
    notes = []
    find_themes(TEXTS, progress=lambda done, total, note: notes.append(note))
    assert list(dict.fromkeys(notes)) == ["reading texts", "looking for themes", "naming themes"]


def test_it_takes_another_config(tmp_path):
    config = tmp_path / "config.cfg"
    config.write_text(CONFIG.read_text().replace("least_members = 4", "least_members = 1000"))
    assert find_themes(TEXTS, config=config).clusters == ()
