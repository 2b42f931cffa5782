import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from objections.nlp import is_quote
from objections.nlp.components import plain
from objections.nlp.pipeline import load_language


def phrases(text):
    return load_language()(text)._.phrases


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“too  dear”\n", '"too dear"'),
        ("can’t", "can't"),
        ("a\u00a0b", "a b"),
        ("", ""),
    ],
)
def test_it_makes_typing_plain(text, expected):
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('he said "we have no money left"', True),
        ("he said “we have no money left”", True),
        ("« pas de budget cette année »", True),
        ("they have no money left", False),
        ('no "real" need', False),
        ('measured 12" across and 14" deep', False),
        ('opened "and never closed it', False),
    ],
)
def test_it_tells_quote_from_paraphrase(text, expected):
    assert is_quote(text) is expected


def test_it_finds_phrases_of_up_to_three_words():
    assert phrases("penetration test report") == (
        "penetration",
        "penetration test",
        "penetration test report",
        "test",
        "test report",
        "report",
    )


def test_it_drops_stop_words_at_both_ends_only():
    found = phrases("the lack of budget")
    assert "lack of budget" in found
    assert not {"the lack", "of budget", "of"} & set(found)


def test_it_does_not_cross_punctuation():
    assert "price security" not in phrases("price, security")


@pytest.mark.parametrize("text", ["can't don't won't", "we'll it's they've", "12 300 five"])
def test_it_finds_no_phrase_in_contractions_and_numbers(text):
    assert phrases(text) == ()


def test_it_spells_abbreviations_out():
    assert "three yrs" not in phrases("contract two yrs left")
    assert "years left" in phrases("contract two yrs left")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_it_reads_any_text(text):
    for phrase in phrases(text):
        assert phrase == phrase.strip()
        assert phrase
