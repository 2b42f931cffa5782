import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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


def test_what_people_placed_stays_and_draws_its_like():
    price = [at for at, label in enumerate(LABELS) if label == "price"]
    placed = dict.fromkeys(price[:4], 17)
    found = find_themes(TEXTS, placed)
    assert all(found.labels[at] == 17 and found.confidences[at] == 1 for at in placed)
    assert sum(found.labels[at] == 17 for at in price) > 4
    assert found.clusters[0].key == 17
    assert {label for label in found.labels if label not in (17, None)} == set(found.names) - {17}


def test_every_theme_has_a_name_exemplars_and_a_category(themes):
    assert set(themes.names) == set(themes.exemplars) == {f"new-{n}" for n in range(1, len(themes.clusters) + 1)}
    for cluster in themes.clusters:
        assert 1 <= len(cluster.exemplars) <= 3
        assert set(cluster.exemplars) <= {TEXTS[member] for member in cluster.members}
    by_text = dict(zip(TEXTS, themes.categories, strict=True))
    assert by_text["price is far above what the competitor charges"] == "price"
    assert len(themes.categories) == len(themes.labels) == len(themes.confidences) == len(TEXTS)


def test_texts_without_a_theme_are_sure_of_nothing(themes):
    assert all(themes.confidences[at] == 0 for at in themes.unthemed)
    assert all(0 <= confidence <= 1 for confidence in themes.confidences)


def test_a_new_theme_never_takes_the_key_of_a_placed_one():
    found = find_themes(TEXTS, {LABELS.index("price"): "new-1"})
    assert len(set(found.names)) == len(found.clusters)


@pytest.mark.parametrize("at", [-1, 2])
def test_it_refuses_a_placement_of_a_text_there_is_not(at):
    with pytest.raises(ValueError, match="there are 2"):
        find_themes(["a", "b"], {at: "x"})


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.text(max_size=40) | st.sampled_from(["🧨🧨", "\u05e9\u05dc\u05d5\u05dd", "\x00", "word"]), max_size=30)
)
def test_it_takes_whatever_people_type(texts):
    found = find_themes(texts, {0: "x"} if texts else None)
    assert len(found.labels) == len(texts)


def test_it_takes_a_text_of_ten_thousand_words_and_a_thousand_copies():
    found = find_themes(["price " * 10_000, *["too expensive for us"] * 1_000])
    assert len(found.clusters) == 1
