import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from feedback.actions.meetings import close_meeting
from feedback.models import Pack
from feedback.packs import canonical, checksum
from tests.factories import make_lost, make_meeting


@pytest.fixture
def pack(leader):
    make_lost(amount=1000, closed_on=date(2026, 3, 10))
    return close_meeting(meeting=make_meeting(date(2026, 3, 1), by=leader), by=leader)


def verify():
    """(what was printed, whether it failed)"""
    out = StringIO()
    try:
        call_command("verify_meetings", stdout=out)
    except CommandError:  # manage.py makes exit code 1 of it
        return out.getvalue(), True
    return out.getvalue(), False


def test_it_counts_what_it_verified(pack):
    assert verify() == ("1 pack verified\n", False)


def test_it_is_content_without_packs(db):
    assert verify() == ("0 packs verified\n", False)


def alter_section(content):
    content["sections"][0]["data"]["lost"] = 7


def drop_section(content):
    del content["sections"][1]


def alter_month(content):
    content["meeting"]["month"] = "2026-04-01"


def alter_currency(content):
    content["basis"]["currency"] = "USD"


@pytest.mark.parametrize(
    ("alter", "named"),
    [
        (alter_section, "section coverage"),
        (drop_section, "section quality"),
        (alter_month, "meeting"),
        (alter_currency, "basis"),
    ],
)
def test_it_names_the_part_that_was_altered(pack, alter, named):
    content = json.loads(pack.content)
    alter(content)
    Pack.objects.update(content=canonical(content))
    assert verify() == (f"March 2026, version 1: {named} altered\n", True)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"html": "<p>All is well</p>"}, "html"),
        ({"checksum": "0" * 64}, "checksum"),
        ({"content": "{"}, "content (it cannot be read)"),
        ({"content": "[]"}, "content (it cannot be read)"),
        ({"version": 3}, "version"),
    ],
)
def test_it_names_the_column_that_was_altered(pack, fields, named):
    Pack.objects.update(**fields)
    printed, failed = verify()
    assert failed
    assert printed.endswith(f": {named} altered\n")


def test_it_finds_a_changed_amount_even_where_the_checksum_was_made_anew(pack):
    content = json.loads(pack.content)
    alter_section(content)
    text = canonical(content)
    Pack.objects.update(content=text, checksum=checksum(text, pack.html))
    assert verify() == ("March 2026, version 1: section coverage altered\n", True)


def test_it_says_when_only_the_writing_was_altered(pack):
    Pack.objects.update(content=pack.content.replace(":", ": ", 1))
    assert verify() == ("March 2026, version 1: content (it is not canonical) altered\n", True)


def test_it_names_every_altered_version(pack, leader):
    other = close_meeting(meeting=make_meeting(date(2026, 4, 1), by=leader), by=leader)
    Pack.objects.filter(pk__in=[pack.pk, other.pk]).update(html="")
    printed, _ = verify()
    assert printed == "March 2026, version 1: html altered\nApril 2026, version 1: html altered\n"
