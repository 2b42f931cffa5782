import io

import pytest
import tablib

from feedback.importing.column_map import BadMap, ColumnMap, read_map
from feedback.importing.reading import read_exports
from feedback.importing.unreadable import UnreadableFile
from feedback.models import Opportunity
from tests.feedback.exports import HEADER, LOST, OPEN, WON, bring_in, deal, deals, refused, remark

pytestmark = pytest.mark.django_db


def workbook(*rows):
    data = io.BytesIO()
    data.write(tablib.Dataset(*rows[1:], headers=rows[0]).export("xlsx"))
    return data.getvalue()


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_it_finds_out_the_delimiter(company, delimiter):
    assert bring_in(deals(WON, OPEN).replace(",", delimiter)).created == 2


def test_it_reads_a_file_from_windows_and_says_so(company):
    parent = bring_in(deals(WON.replace("Cancity", "Café")).encode("cp1252"))
    assert deal("W1").account.name == "Café"
    assert remark(parent, "Windows-1252").file == "1.csv"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_it_reads_other_kinds_of_unicode(company, encoding):
    bring_in(deals(WON.replace("Cancity", "Čapek")).encode(encoding))
    assert deal("W1").account.name == "Čapek"


def test_it_reads_the_line_ends_of_any_system_and_skips_blank_lines(company):
    parent = bring_in(deals(WON, "", ",,,,,,,", "bad").replace("\n", "\r\n"))
    assert (parent.created, [line for _, line, _, _ in refused(parent)]) == (1, [5])


def test_it_reads_quoted_commas_quotes_and_line_breaks_and_counts_lines_of_the_file(company):
    parent = bring_in(deals('W1,"Frase, ""Mo""","GTX\nBasic",Cancity,Won,,2026-03-01,5', "bad"))
    assert deal("W1").owner.name == 'Frase, "Mo"'
    assert refused(parent)[0][1] == 4


def test_it_loses_one_row_to_a_quote_that_never_closes(company):
    others = [f'D{n},"Ann",GTX,Acc,Open,,,' for n in range(300)]
    parent = bring_in(deals(others[0], 'X1,"Ann,GTX,Acc,Open,,,', *others[1:]))
    assert (parent.created, [line for _, line, _, _ in refused(parent)]) == (300, [3])


def test_it_reads_an_excel_workbook(company):
    bring_in(
        ("d.xlsx", workbook(HEADER.split(","), [17, "Ann", "GTX", "Acc", "Lost", "2026-02-01", "2026-03-01", 9.5]))
    )
    assert (deal("17").amount, str(deal("17").closed_on)) == (9.5, "2026-03-01")


def test_it_counts_the_lines_of_a_workbook(company):
    row = ["L1", "Ann", "GTX", "Acc", "Lost", "2026-02-01", "never", 9]
    parent = bring_in(("d.xlsx", workbook(HEADER.split(","), WON.split(","), row)))
    assert refused(parent) == [("d.xlsx", 3, "close_date", "“never” is not a date.")]


UNREADABLE = {
    "empty": (b"", "The file is empty."),
    "blank": (b" \n\n", "The file is empty."),
    "old Excel": (bytes.fromhex("d0cf11e0a1b11ae1"), "old Excel format"),
    "broken Excel": (b"PK\x03\x04broken", "This Excel file cannot be read"),
    "no text": (b"a\0b,c\n1,2\n", "This is not a text file"),
    "foreign": (b"colour,shape\nred,round\n", "headers are those of no export we know"),
    "no ids": (b"Deal name,Deal stage,Amount\nx,Won,1\n", "No column holds the id of a deal"),
}


@pytest.mark.parametrize(("data", "reason"), UNREADABLE.values(), ids=UNREADABLE)
def test_it_says_why_nothing_can_be_read(company, data, reason):
    with pytest.raises(UnreadableFile, match=reason):
        read_exports([("x.csv", data)], ColumnMap())


def test_it_refuses_a_broken_file_and_takes_the_others(company):
    parent = bring_in(("a.xlsx", b"PK\x03\x04broken"), ("b.csv", deals(WON)))
    assert (parent.created, parent.refused, refused(parent)[0][:2]) == (1, 1, ("a.xlsx", None))


def test_it_only_notes_a_file_that_is_no_export(company):
    parent = bring_in(("a.csv", deals(WON)), ("about.csv", "table,field,meaning\na,b,c\n"))
    assert (parent.refused, remark(parent, "no export we know").level) == (0, "noted")


CRMS = {
    "Salesforce": (
        "Opportunity ID,Opportunity Name,Account Name,Opportunity Owner,Stage,Close Date,Created Date,Amount,"
        "Lead Source\n"
        '006A,Shelves,Acme,Rita Rep,Closed Lost,3/31/2026,1/2/2026,"1,200.50",Web\n'
    ),
    "HubSpot": (
        "Record ID,Deal Name,Deal Stage,Close Date,Create Date,Amount,Deal owner,Associated Company,Original source\n"
        "006A,Shelves,Closed lost,2026-03-31 14:05,2026-01-02 09:00,1200.50,Rita Rep,Acme,Web\n"
    ),
    "Pipedrive": (
        "Deal - ID;Deal - Title;Deal - Organization;Deal - Owner;Deal - Stage;Deal - Status;Deal - Deal closed on;"
        "Deal - Deal created;Deal - Value;Deal - Currency of Value;Source\n"
        "006A;Shelves;Acme;Rita Rep;Demo Scheduled;Lost;31.03.2026;02.01.2026;1.200,50;EUR;Web\n"
    ),
}


@pytest.mark.parametrize("text", CRMS.values(), ids=CRMS)
def test_it_knows_the_headers_of_common_crms(company, text):
    parent = bring_in(text)
    assert refused(parent) == []
    lost = deal("006A")
    assert (lost.name, lost.account.name, lost.owner.name, lost.outcome) == ("Shelves", "Acme", "Rita Rep", "lost")
    assert (str(lost.created_on), str(lost.closed_on)) == ("2026-01-02", "2026-03-31")
    assert (lost.amount, lost.lead_source, lost.currency) == (1200.50, "Web", "EUR")


@pytest.mark.parametrize(
    ("typed", "amount", "currency"),
    [
        ("€ 1,054", 1054, "EUR"),
        ("USD 1054.5", 1054.5, "USD"),
        ("1 054", 1054, "EUR"),
        ("1'054.00", 1054, "EUR"),
        ("12.345.678,90", 12345678.90, "EUR"),
        ("1.234.567", 1234567, "EUR"),
        ("0.125", 0.13, "EUR"),
    ],
)
def test_it_reads_unmistakable_amounts(company, typed, amount, currency):
    bring_in(deals(f'W1,,,,Won,,2026-01-01,"{typed}"'))
    assert (float(deal("W1").amount), deal("W1").currency) == (amount, currency)


def test_it_learns_the_order_of_day_and_month_from_the_whole_column(company):
    parent = bring_in(deals("L1,,,,Lost,,03/04/2026,1", "L2,,,,Lost,,31/03/2026,1"))
    assert str(deal("L1").closed_on) == "2026-04-03"
    assert remark(parent, "Dates are read day first")


MAP = """
date_format = "%m/%d/%Y"
decimal = ","

[columns]
external_id = "Opp Id"

[outcomes]
lost = ["Gone quiet"]
"""


def test_it_follows_a_map(company):
    bring_in("Opp Id;stage;close date;amount\nX1;gone  quiet;03/04/2026;1.234\n", map=MAP)
    assert (deal("X1").outcome, str(deal("X1").closed_on), deal("X1").amount) == ("lost", "2026-03-04", 1234)


def test_it_says_when_no_file_has_a_column_of_the_map(company):
    parent = bring_in(deals(WON), map='[columns]\nlead_source = "Where from"')
    assert remark(parent, "no file has it").column == "Where from"
    assert Opportunity.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("columns = 1", "write \\[columns\\] on a line of its own"),
        ("[columns]\nid = 'x'", "unknown name under \\[columns\\]: id"),
        ("[columns]\nname = 3", "given a header in quotes"),
        ("[outcomes]\nlost = 'x'", "given a list of stages"),
        ("[outcomes]\nlost = [1]", "every stage"),
        ("colums = 1", "unknown setting: colums"),
        ("decimal = 'x'", 'decimal is "," or "."'),
        ("date_format = '%d/%m'", "names day, month and year"),
        ("date_format = 3", "names day, month and year"),
        ("not toml", "not a TOML file"),
    ],
)
def test_it_refuses_a_map_it_does_not_understand(text, reason):
    with pytest.raises(BadMap, match=reason):
        read_map(text.encode())


def test_it_names_the_headers_of_a_file_of_deals_without_ids(company):
    with pytest.raises(UnreadableFile, match="Found: “stage”, “close date”, “amount”"):
        read_exports([("x.csv", b"stage,close date,amount\n" + LOST.encode())], ColumnMap())
