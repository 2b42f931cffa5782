import numpy as np
import pytest

from objections import nlp
from objections.nlp.noted import may_hold_objections

THEMES = {
    "security": ["they want a SOC 2 report before signing", "no ISO 27001 certificate, no deal"],
    "price": ["the rival quote is half our price", "competitor is 30 % cheaper"],
    "erp": ["the link to their ERP looks fragile", "integration with SAP is missing"],
}
TWO = "They wanted a SOC 2 report before signing. And the rival quote was half our price."


@pytest.fixture(scope="module")
def index():
    pairs = [(theme, text) for theme, texts in THEMES.items() for text in texts]
    return nlp.build_index(nlp.encode([text for _, text in pairs]), [theme for theme, _ in pairs])


def test_it_finds_each_objection_where_it_stands(index):
    found = nlp.find_objections(TWO, index)
    assert [TWO[start:end] for start, end in found] == [
        "They wanted a SOC 2 report before signing.",
        "And the rival quote was half our price.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "They wanted a SOC 2 report before signing.",
        "They wanted a SOC 2 report before signing. No SOC 2 certificate, no signature from them.",
        "We had a good lunch at the fair. The weather was lovely on the way.",
        "They wanted a SOC 2 report before signing. The weather was lovely on the way.",
    ],
)
def test_it_finds_none_where_there_are_not_two_of_different_themes(text, index):
    assert nlp.find_objections(text, index) == []


def test_an_index_without_themes_finds_none():
    assert nlp.find_objections(TWO, nlp.build_index(np.empty((0, 1), np.float32), [])) == []


def test_most_notes_are_not_even_looked_at():
    assert not may_hold_objections("An offer a month earlier")
    assert may_hold_objections(TWO)
