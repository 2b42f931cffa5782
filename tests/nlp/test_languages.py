"""English unless there is reason to believe otherwise."""

import csv
from pathlib import Path

import pytest

from objections.nlp import make_reader
from objections.nlp.corpus import notes

READER = make_reader()
DEV = Path(__file__).parents[3] / "shared/data/objections_dev.csv"


def language(text):
    return next(READER([text])).language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Das ist uns zu teuer, das Budget ist für dieses Jahr schon verplant", "de"),
        ("wir brauchen erst die Freigabe vom Betriebsrat", "de"),
        ("C'est trop cher pour nous cette année", "fr"),
        ("Es demasiado caro y no tenemos presupuesto", "es"),
        ("Costa troppo rispetto alla concorrenza", "it"),
        ("De inkoop wil eerst referenties zien", "nl"),
        ("É muito caro e não temos orçamento este ano", "pt"),
        ("To jest za drogie, nie mamy budżetu w tym roku", "pl"),
        ("Det är för dyrt för oss just nu", "sv"),
        ("Je to příliš drahé a nemáme rozpočet", "cs"),
        ("Слишком дорого для нас", "ru"),
        ("価格が高すぎます", "ja"),
        ("对我们来说太贵了", "zh"),
        ("우리에게는 너무 비쌉니다", "ko"),
    ],
)
def test_it_tells_another_language(text, expected):
    assert language(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no",
        "ok",
        "pricey",
        "SSO",
        "too dear",
        "CFO nein",
        "llwyd",
        "gwybodaeth",
        "SAP S/4HANA",
        "ROI unklar",
        "polish, romanian & tigrinya voices?",
        "n/a",
        "???",
        "\U0001f9e8",
    ],
)
def test_short_texts_are_english(text):
    assert language(text) == "en"


def test_notes_as_reps_type_them_are_english():
    assert {reading.language for reading in READER([note.text for note in notes()])} == {"en"}


@pytest.mark.skipif(not DEV.exists(), reason="the trial data are not on this machine")
def test_notes_it_has_not_seen_are_english_but_for_one_in_three_hundred():
    texts = [row["text"] for row in csv.DictReader(DEV.read_text().splitlines())]
    assert sum(reading.language != "en" for reading in READER(texts)) <= len(texts) / 300


def test_spacys_own_examples_are_told_apart():
    """Sentences that spaCy ships for fifteen languages, most of them short: the language is right for 85 %."""
    from importlib import import_module

    codes = ["de", "fr", "es", "it", "nl", "pt", "pl", "sv", "da", "fi", "cs", "ro", "hu", "tr", "el"]
    said = [(code, text) for code in codes for text in import_module(f"spacy.lang.{code}.examples").sentences]
    right = sum(reading.language == code for (code, _), reading in zip(said, READER([t for _, t in said]), strict=True))
    assert right / len(said) >= 0.85
