"""Competitors, products, prices, dates and certifications are marked where they stand."""

import pytest

from objections.nlp import make_reader
from objections.nlp.types import Lists

READER = make_reader(
    Lists(
        competitors={
            1: ["Rivalry GmbH", "The Rivals"],
            2: ["Salesforce"],
            3: ["Monday"],
            4: ["HAL"],
            5: ["Stackmaster"],
        },
        products={1: ["Palletry One"], 2: ["Scan"]},
        accounts=["Weber GmbH"],
    )
)


def marked(text, kind):
    return [text[m.start : m.end] for m in next(READER([text])).mentions if m.kind == kind]


def keys(text, kind="competitor"):
    return [m.key for m in next(READER([text])).mentions if m.kind == kind]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Rivalry GmbH is cheaper", 1),
        ("rivalry is cheaper", 1),
        ("RIVALRY'S offer", 1),
        ("Rivarly is cheaper", 1),
        ("Rivalri is cheaper", 1),
        ("the Rivals are cheaper", 1),
        ("they use sales force", 2),
        ("they use Sales-Force", 2),
        ("salesfroce does it", 2),
        ("monday.com would be Monday", 3),
        ("HAL does it for half", 4),
        ("stakmasterr does it", 5),
    ],
)
def test_it_finds_a_competitor_by_name_alias_and_slip(text, key):
    assert set(keys(text)) == {key}


@pytest.mark.parametrize(
    "text",
    [
        "on a monday morning",
        "hal of fame",
        "their rival is cheap",
        "rivalries among departments",
        "sales, force them",
        "scan the form",
    ],
)
def test_it_takes_no_other_word_for_a_competitor_or_product(text):
    assert keys(text) == keys(text, "product") == []


def test_products_are_marked_as_they_are_written():
    assert keys("Palletry One lacks it, and Scan does too", "product") == [1, 2]


def test_accounts_are_not_marked():
    assert not next(READER(["Weber GmbH said no"])).mentions


@pytest.mark.parametrize(
    ("text", "prices"),
    [
        ("we pay €80k a year", ["€80k a year"]),
        ("1,200,000 EUR is too much", ["1,200,000 EUR"]),
        ("12.50 per seat per month", ["12.50 per seat per month"]),
        ("80.000 € oder 79k", ["80.000 €", "79k"]),
        ("$1.2m over three years", ["$1.2m"]),
        ("they are 20% cheaper", ["20% cheaper"]),
        ("wants 15 percent off", ["15 percent off"]),
        ("300 users and 12 sites", []),
        ("uptime is 99.9 %", []),
        ("version 10.2 of it", []),
    ],
)
def test_it_finds_prices(text, prices):
    assert marked(text, "price") == prices


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("not before March 2027", ["March 2027"]),
        ("ask again in May", ["May"]),
        ("by Q3 or next quarter", ["Q3", "next quarter"]),
        ("on 12 March or 2026-11-22 or 22.11.2026", ["12 March", "2026-11-22", "22.11.2026"]),
        ("until the end of the year", ["end of the year"]),
        ("FY27 budget", ["FY27"]),
        ("since 2019", ["2019"]),
        ("next year in June", ["next year", "June"]),
        ("they may march on", []),
        ("may be later", []),
        ("decide it", []),
    ],
)
def test_it_finds_dates(text, dates):
    assert marked(text, "date") == dates


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("no iso27001, no deal", ["ISO 27001"]),
        ("ISO/IEC 27001:2022 and SOC2 type II", ["ISO 27001", "SOC 2"]),
        ("is it GDPR or DSGVO safe", ["GDPR", "GDPR"]),
        ("PCI-DSS, HIPAA and Tisax", ["PCI DSS", "HIPAA", "TISAX"]),
        ("iatf 16949 for the plant", ["IATF 16949"]),
        ("isolation of tenants, social proof, spice", []),
    ],
)
def test_it_finds_certifications_by_their_usual_name(text, values):
    assert [m.value for m in next(READER([text])).mentions if m.kind == "certification"] == values


def test_what_tells_who_somebody_is_is_no_mention():
    reading = next(READER(["mail rivalry@rivalry.com or April Jones in May"]))
    assert [m.kind for m in reading.mentions] == ["date"]
    assert reading.masked == "mail [e-mail] or [name] in May"


def test_without_lists_it_names_nobody():
    assert not next(make_reader()(["Rivalry is cheaper"])).mentions
