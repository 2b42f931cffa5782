"""What tells who a buyer is goes, and nothing else."""

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from objections.nlp import make_reader
from objections.nlp.types import Lists

LISTS = Lists(
    competitors={1: ["Rivalry", "The Rivals"], 2: ["Marta Software"]},
    products={1: ["Palletry One"]},
    accounts=["Weber GmbH", "Anna Bakery", "Nightpost"],
)
READER = make_reader(LISTS)
LISTED = [
    row
    for name in ("people", "people_held_back")
    for row in csv.DictReader(Path(__file__).with_name(f"{name}.csv").read_text().splitlines())
]


def masked(text):
    return next(READER([text])).masked


@pytest.mark.parametrize("row", LISTED, ids=lambda row: row["text"][:40])
def test_it_masks_as_the_list_says(row):
    assert masked(row["text"]) == row["masked"]


@pytest.mark.parametrize(
    "text",
    [
        "Rivalry says it is cheaper",
        "the Rivals asked for less",
        "Marta Software wants 20 a seat",
        "Palletry One said no to our file",
        "Weber GmbH thinks we are too dear",
        "Anna Bakery told us to wait",
        "spoke to Nightpost about hosting",
        "asked Nightpost and Weber GmbH",
    ],
)
def test_what_the_lists_of_the_company_name_is_no_person(text):
    assert masked(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CFO Marc Weber of Weber GmbH said no", "CFO [name] of Weber GmbH said no"),
        ("Mr Weber of Weber GmbH said no", "Mr [name] of Weber GmbH said no"),
        ("Marta of Marta Software called", "[name] of Marta Software called"),
    ],
)
def test_a_person_may_be_called_like_an_account(text, expected):
    assert masked(text) == expected


def test_a_name_is_masked_wherever_it_stands_again():
    assert (
        masked("Olumide Adeyemi said no. So Adeyemi it is, olumide decides")
        == "[name] said no. So [name] it is, [name] decides"
    )
    assert masked("ask okafor, her mail is ada.okafor@acme.com") == "ask [name], her mail is [e-mail]"


def test_months_days_and_departments_are_no_people():
    for text in ("asked in March", "April is fine", "told them Monday", "spoke to Finance", "called Legal", "by May"):
        assert masked(text) == text


@pytest.mark.parametrize(
    "text", ["", " ", "\0", "[name]", "@", "+", "Mr", "Mr.", "CFO", "\U0001f9e8" * 50, "שלום", "a" * 10_000]
)
def test_what_is_no_sentence_stays_as_it_is(text):
    assert masked(text) == text


@given(st.text(max_size=200))
def test_no_text_breaks_it_and_its_spans_are_apart(text):
    reading = next(READER([text]))
    ends = [0]
    for each in reading.personal:
        assert ends[-1] <= each.start < each.end <= len(text)
        ends.append(each.end)
    for each in reading.mentions:
        assert 0 <= each.start < each.end <= len(text)


@given(
    st.text(alphabet=st.characters(categories=["L", "N", "P", "Z"]), max_size=60),
    st.from_regex(r"[a-z]{2,8}\.[a-z]{2,8}@[a-z]{3,9}\.(com|de)", fullmatch=True),
)
def test_no_address_is_left(words, address):
    left = masked(f"{words} {address} {words}")
    assert address not in left
    assert not re.search(r"[a-z]@[a-z]", left.replace(words, ""))


def test_it_says_how_many_exemplars_it_leaves_alone():
    """One note in sixty names somebody, or a firm that is in no list and speaks like a person."""
    from objections.nlp.corpus import everything

    texts = [note.text for note in everything()]
    changed = sum(reading.masked != text for text, reading in zip(texts, make_reader()(texts), strict=True))
    assert changed <= len(texts) / 60
