import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from objections import nlp
from objections.nlp.clauses import bare, load_cutter
from objections.nlp.halves import candidates

PRICE = "a rival quoted us 30% less than that"
SECURITY = "they want a SOC 2 report before signing"
CUT = [
    f"{PRICE}; {SECURITY}",
    f"{PRICE}. {SECURITY}",
    f"{PRICE}\n{SECURITY}",
    f"{PRICE} and also {SECURITY}",
    f"{PRICE}, plus {SECURITY}",
    f"1) {PRICE} 2) {SECURITY}",
    f"- {PRICE}\n- {SECURITY}",
]


@pytest.fixture(scope="module")
def index():
    examples = {
        "price": ["their quote is 20% cheaper than ours", "a competitor undercuts us by 12k", "the rival asks half"],
        "trust": ["no ISO 27001, no deal", "security asked for our SOC 2 report", "their CISO wants a pen test first"],
    }
    texts = [text for rows in examples.values() for text in rows]
    return nlp.build_index(nlp.encode(texts), [theme for theme, rows in examples.items() for _ in rows])


@pytest.mark.parametrize("text", CUT)
def test_it_cuts_where_the_writer_set_two_apart(text):
    assert [(cut.halves.first.rstrip("."), cut.halves.second) for cut in candidates(text, 4)] == [(PRICE, SECURITY)]


@pytest.mark.parametrize("text", CUT)
def test_two_objections_are_found(text, index):
    found = nlp.find_halves(text, index)
    assert (found.first.rstrip("."), found.second) == (PRICE, SECURITY)


@pytest.mark.parametrize(
    "text",
    [
        "too dear for the 20 plus users they have in the yard",
        "250 euro plus VAT a month is more than they pay today",
        "approx. 20 users incl. drivers on the night shift",
        "a rival quoted less (it was 4) but our contact wants it",
        "too dear. no SSO",
        "",
    ],
)
def test_it_does_not_cut_figures_shortened_words_and_what_is_short(text):
    assert candidates(text, 4) == []


@pytest.mark.parametrize(
    "text",
    [
        f"{PRICE}; another vendor is 20% cheaper than our offer",  # twice the same
        f"we had a long and pleasant lunch with them. {SECURITY}",  # one half is none
        PRICE,
    ],
)
def test_one_objection_is_not_offered_as_two(text, index):
    assert nlp.find_halves(text, index) is None


def test_themes_that_nobody_has_yet_do_not_hinder_it():
    nothing = nlp.build_index(np.empty((0, 1), dtype=np.float32), [])
    halves = nlp.find_halves(CUT[0], nothing)
    assert (halves.first, halves.second) == (PRICE, SECURITY)


def test_spacy_is_loaded_only_where_something_may_be_cut():
    code = (
        "import sys; from objections.nlp.halves import candidates;"
        f"assert candidates({PRICE!r}, 4) == []; early = 'spacy' in sys.modules;"
        f"candidates({CUT[0]!r}, 4); sys.exit(early or 'spacy' not in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_clauses_are_the_whole_text_and_bare_ones_add_nothing(text):
    doc = load_cutter()(text)
    assert "".join(clause.text_with_ws for clause in doc._.clauses) == doc.text == text
    for clause in doc._.clauses:
        assert set(bare(clause.text)) <= set(clause.text)
