from dataclasses import replace

import numpy as np
import pytest

from objections.nlp.naming import as_written
from objections.nlp.pipeline import resolve

PHRASES = [("price", "too high"), ("price", "rival quote"), ("audit", "pen test"), ("audit", "pen test")]
TEXTS = ["the price is far too high", "price: rival quote", "audit, pen test", "no audit, no pen test"]
DIRECTIONS = {"price": [1, 0, 0], "too high": [0.8, 0, 0.6], "rival quote": [0.6, 0, 0.8], "audit": [0, 1, 0]}


@pytest.fixture(scope="module")
def namer():
    return resolve("namer")


def encode(phrases):
    return np.array([DIRECTIONS.get(phrase, [0, 0.8, 0.6]) for phrase in phrases], dtype=np.float32).reshape(-1, 3)


def named(namer, labels, phrases=PHRASES, texts=TEXTS):
    vectors = np.array([[1, 0, 0]] * 2 + [[0, 1, 0]] * 2, dtype=np.float32)
    said = dict(zip(texts, phrases, strict=True))
    return namer(lambda asked: [said[text] for text in asked], texts, vectors, np.array(labels), encode)


def test_it_names_each_group_by_what_its_texts_share(namer):
    price, audit = named(namer, [0, 0, 1, 1])
    assert price.phrases == ("price",)
    assert set(audit.phrases) == {"audit", "pen test"}


def test_it_quotes_the_shortest_of_the_central_texts(namer):
    assert [naming.quote_index for naming in named(namer, [0, 0, 1, 1])] == [1, 2]


def test_it_measures_how_close_members_are(namer):
    together, _ = named(namer, [0, 0, 1, 1])
    (apart,) = named(namer, [0, 0, 0, 0])
    assert together.cohesion == pytest.approx(1)
    assert apart.cohesion == pytest.approx(np.sqrt(0.5))


def test_it_does_not_say_the_same_word_twice(namer):
    phrases = [("price", "high price", "price too high", "quote")] * 4
    (naming,) = named(namer, [0, 0, 0, 0], phrases)
    words = " ".join(naming.phrases).split()
    assert len(words) == len(set(words))


def test_it_counts_up_where_names_would_be_equal(namer):
    names = [naming.name for naming in named(namer, [0, 0, 1, 1], [("audit",)] * 4)]
    assert names == ["Audit", "Audit 2"]


def test_it_names_what_has_no_phrases(namer):
    assert [naming.name for naming in named(namer, [0, 0, 1, 1], [()] * 4)] == ["Unnamed", "Unnamed 2"]


def test_it_names_nothing_without_groups(namer):
    assert named(namer, [-1, -1, -1, -1]) == []


def test_it_keeps_to_the_phrases_asked_for(namer):
    _, audit = named(replace(namer, phrases=1, in_name=1), [0, 0, 1, 1])
    assert len(audit.phrases) == 1


@pytest.mark.parametrize(
    ("word", "texts", "expected"),
    [
        ("sap", ["no link to SAP", "SAP first"], "SAP"),
        ("monday", ["call on Monday"], "Monday"),
        ("price", ["Price is high", "the price"], "price"),
        ("budget", ["NO BUDGET AT ALL", "no budget"], "budget"),
        ("cfo", ["CFO said no"], "CFO"),
        ("years", ["three yrs"], "years"),
        ("c++", ["written in C++"], "C++"),
    ],
)
def test_it_writes_a_word_as_people_do(word, texts, expected):
    assert as_written(word, texts) == expected
