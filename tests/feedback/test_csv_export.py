import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from feedback.csv_export import CHUNK, stream_csv


def read(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


@pytest.mark.parametrize("word", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", '=HYPERLINK("http://x")'])
def test_it_defuses_what_a_spreadsheet_would_calculate(word):
    assert read(stream_csv("x.csv", ["words"], [[word]])) == [["words"], [f"'{word}"]]


@pytest.mark.parametrize("number", [-5, -0.5, Decimal("-12.30")])
def test_it_leaves_numbers_as_they_are(number):
    assert read(stream_csv("x.csv", ["amount"], [[number]]))[1] == [str(number)]


@pytest.mark.parametrize(
    ("value", "cell"),
    [(None, ""), (True, "yes"), (False, "no"), (date(2026, 1, 2), "2026-01-02"), ('a "b", c\nd', 'a "b", c\nd')],
)
def test_it_writes_values_plainly(value, cell):
    assert read(stream_csv("x.csv", ["value"], [[value]]))[1] == [cell]


def test_it_writes_moments_in_the_zone_of_the_person_who_asked():
    with timezone.override(ZoneInfo("Europe/Berlin")):
        response = stream_csv("x.csv", ["at"], [[datetime(2026, 7, 1, 22, 30, tzinfo=UTC)]])
    assert read(response)[1] == ["2026-07-02 00:30:00"]


def test_it_reads_no_more_rows_than_it_sends():
    read_so_far = []
    rows = ([read_so_far.append(number) or number] for number in range(3 * CHUNK))
    parts = iter(stream_csv("x.csv", ["number"], rows))
    assert next(parts).decode("utf-8-sig") == "number\r\n"
    assert read_so_far == []
    next(parts)
    assert len(read_so_far) == CHUNK
    assert sum(part.count(b"\r\n") for part in parts) == 2 * CHUNK


def test_it_is_a_download_that_no_cache_keeps():
    response = stream_csv("Übersicht.csv", ["x"], [])
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%C3%9Cbersicht.csv"
    assert response["Cache-Control"] == "private, no-store"
    assert read(response) == [["x"]]
