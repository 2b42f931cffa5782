"""Words that identify somebody leave texts, plain data and HTML, and nothing else changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.models import Opportunity
from feedback.redaction import REMOVED, Redaction
from tests.factories import make_opportunity


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("Anna Meier said no", f"{REMOVED} said no"),
        ("ANNA  MEIER", REMOVED),
        ("asked anna\nmeier twice: Anna Meier.", f"asked {REMOVED} twice: {REMOVED}."),
        ("Anna Meiersdorf is a town", "Anna Meiersdorf is a town"),
        ("Meier Anna", "Meier Anna"),
        ("Anna Meier's boss", f"{REMOVED}'s boss"),
    ],
)
def test_it_removes_whole_words_in_any_case_and_spacing(text, cleaned):
    assert Redaction(["Anna  Meier"]).clean(text) == cleaned


def test_it_removes_the_longer_term_first():
    assert Redaction(["Anna", "Anna Meier"]).clean("Anna Meier and Anna") == f"{REMOVED} and {REMOVED}"


def test_it_keeps_to_the_length_of_the_column():
    assert Redaction(["abc"]).clean("abc def", 7) == "[remove"


def test_it_cleans_plain_data_and_leaves_numbers():
    data = {"Anna Meier": [{"said": "by Anna Meier", "n": 3, "on": None}]}
    assert Redaction(["anna meier"]).clean(data) == {REMOVED: [{"said": f"by {REMOVED}", "n": 3, "on": None}]}


def test_it_cleans_html_where_it_is_shown_or_read_out_and_leaves_tags():
    html = '<p class="note" aria-label="Note by O&#x27;Note">O&#x27;Note met note</p>'
    assert (
        Redaction(["O'Note"]).clean_html(html)
        == f'<p class="note" aria-label="Note by {REMOVED}">{REMOVED} met note</p>'
    )
    assert 'class="note"' in Redaction(["note"]).clean_html(html)


def test_nothing_to_remove_is_refused():
    with pytest.raises(ValueError, match="nothing"):
        Redaction(["  ", "ab"])


@given(st.text(), st.text(min_size=3, max_size=20).filter(lambda term: len(term.strip()) >= 3))
def test_what_is_cleaned_is_clean(text, term):
    redaction = Redaction([term])
    cleaned = redaction.clean(text)
    assert redaction.count(text) == 0 or cleaned != text
    assert redaction.count(text) > 0 or cleaned == text


@pytest.mark.parametrize("written", ["Müller", "müller", "MÜLLER", "Herr  Jörg\nMüller"])
def test_the_database_finds_every_row_the_pattern_would(db, written):
    deal = make_opportunity(f"For {written}")
    redaction = Redaction(["jörg müller" if "\n" in written else "müller"])
    assert list(Opportunity.objects.filter(redaction.may_match(["name"]))) == [deal]
    assert redaction.count(deal.name) == 1
