import numpy as np
import pytest

from objections import nlp
from objections.nlp import build_index, encode, match
from objections.nlp.matching import Matcher

EXEMPLARS = {
    "price": [
        "the other offer is a third cheaper",
        "they say we are too expensive",
        "a rival quoted half our price",
        "came in as the dearest of four bidders",
    ],
    "security": [
        "security team wants a penetration test report",
        "asks for our ISO 27001 certificate",
        "the CISO will not approve without an audit",
        "questionnaire about data protection is still open",
    ],
    "timing": [
        "not before the next fiscal year",
        "call me again in spring",
        "another project has to finish first",
        "too early, maybe in six months",
    ],
}


@pytest.fixture(scope="module")
def index():
    texts = [text for texts in EXEMPLARS.values() for text in texts]
    themes = [theme for theme, texts in EXEMPLARS.items() for _ in texts]
    return build_index(encode(texts), themes)


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("your competitor charges much less, we are too expensive", "price"),
        ("wants the penetration test and the ISO certificate", "security"),
        ("come back next year when the other project is done", "timing"),
    ],
)
def test_it_finds_the_theme_of_a_new_note(index, text, theme):
    best = match([text], index)[0][0]
    assert best.theme == theme
    assert best.is_sure


def test_it_is_not_sure_about_something_else(index):
    assert not any(found.is_sure for found in match(["the parking lot was full of geese"], index)[0])


def test_it_ranks_by_falling_confidence(index):
    matches = match(["too expensive this year"], index)[0]
    assert len(matches) == 3
    confidences = [found.confidence for found in matches]
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 <= confidence <= 1 for confidence in confidences)


def test_it_is_sure_of_one_theme_at_most(index):
    for matches in match([text for texts in EXEMPLARS.values() for text in texts], index):
        assert [found.is_sure for found in matches[1:]] == [False, False]


def test_it_gives_as_many_themes_as_asked_for(index):
    assert [len(found) for found in match(["anything", "at all"], index, limit=1)] == [1, 1]


def test_it_matches_nothing_without_themes():
    assert match(["too dear"], build_index(np.empty((0, 384), np.float32), [])) == [()]


def test_it_matches_no_texts(index):
    assert match([], index) == []


def test_it_works_with_a_single_example():
    index = build_index(encode(["they say we are too expensive"]), ["price"])
    assert match(["they say we are too expensive"], index)[0][0].theme == "price"


def test_it_matches_many_texts_as_it_matches_one(index):
    vectors = encode(["too expensive", "audit first", "next year"] * 100)
    together = index.match(vectors)
    alone = [index.match(vectors[row : row + 1])[0] for row in range(3)]
    for row in range(300):
        assert [found.theme for found in together[row]] == [found.theme for found in alone[row % 3]]
        assert together[row][0].confidence == pytest.approx(alone[row % 3][0].confidence, abs=1e-5)


def test_it_refuses_labels_that_do_not_fit():
    with pytest.raises(ValueError, match="2 vectors for 1 theme labels"):
        build_index(encode(["a", "b"]), ["only one"])


def test_it_scores_centre_plus_half_the_vote():
    """By hand: mean is (0, 0), so centred examples are themselves; one of the two neighbours asked votes for 'east'."""
    curves = {"curve": (0, 0, 1, 0), "curve_through_lens": (0, 0, 0, 0)}
    curves |= {"novelty": (0, -1, 0), "novelty_through_lens": (0, 0, 0)}
    matcher = Matcher(2, vote_weight=0.5, threshold=0.5, **curves)
    index = matcher.build(np.array([[1, 0], [-1, 0]], np.float32), ["east", "west"])
    east, west = index.match(np.array([[1, 0]], np.float32))[0]
    assert (east.theme, east.score) == ("east", pytest.approx(1 + 0.5 * 1 / 2))
    assert (west.theme, west.score) == ("west", pytest.approx(-1))
    assert east.confidence == pytest.approx(1 / (1 + np.exp(-2.25)), abs=1e-5)
    assert index.novelty(np.array([[1, 0]], np.float32)) == pytest.approx(1 / (1 + np.exp(1.25)))


def test_what_fits_no_theme_is_told_by_the_themes_and_by_how_odd_it_is():
    rival, haggler = "a rival is a third cheaper than us", "they want 30% off before they look at the offer"
    matcher = nlp.Matcher({"price": [rival, haggler], "terms": ["legal said no to our liability cap"]})
    asked = [
        "a rival is a third cheaper",
        "works in a cellar without signal",
        "asks us to sponsor their village brass band",
    ]
    near, other, odd = (found.novel for found in matcher.match(asked))
    assert near < 0.5 < other < odd


def test_an_empty_index_knows_nothing_and_no_text_is_asked_about():
    assert build_index(np.empty((0, 3), np.float32), []).novelty(np.eye(3)).tolist() == [1, 1, 1]
    assert build_index(encode(["a", "b"]), ["one", "two"]).novelty(encode([])).tolist() == []
