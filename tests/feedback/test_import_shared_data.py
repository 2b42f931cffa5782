"""The import of a real export, where one lies beside the repository; it is no part of it."""

import contextlib
import shutil
import time
from pathlib import Path

import pytest
from django.core.management import call_command

from feedback.models import Account, Import, Opportunity, Product, Source, Team, User
from tests.feedback.exports import refused, remark

CRM = Path(__file__).resolve().parents[3] / "shared" / "data" / "crm"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not CRM.is_dir(), reason="no ../shared/data/crm beside the repository: real export not tried"),
]
LONGEST = 60  # seconds


def bring_in(path, capsys):
    began = time.monotonic()
    with contextlib.suppress(SystemExit):
        call_command("import_opportunities", str(path))
    assert time.monotonic() - began < LONGEST
    return capsys.readouterr().out.splitlines()[-1]


def test_it_takes_the_whole_export_and_nothing_the_second_time(company, capsys):
    assert bring_in(CRM, capsys) == "created=8800 updated=0 unchanged=0 refused=0"
    outcomes = [Opportunity.objects.won().count(), Opportunity.objects.lost().count()]
    assert outcomes == [4238, 2473]
    assert (Account.objects.count(), Product.objects.count(), Team.objects.count()) == (85, 7, 6)
    assert User.objects.filter(is_active=False).count() == 41
    parent = Import.objects.get()
    assert remark(parent, "“GTXPro” read as the product “GTX Pro”").rows == 1480
    assert remark(parent, "without an account").rows == 1425
    assert remark(parent, "is 0: taken as unknown").rows == 2473
    assert not Opportunity.objects.lost().filter(amount__isnull=False).exists()
    assert not Opportunity.objects.lost().filter(amount_estimate=None).exists()
    assert str(Source.objects.get(name="crm").reviews_from) == "2017-10-02"
    assert bring_in(CRM, capsys) == "created=0 updated=0 unchanged=8800 refused=0"


def test_it_reports_five_spoilt_rows_by_line_and_takes_the_rest(company, capsys, tmp_path):
    for file in CRM.glob("*.csv"):
        shutil.copyfile(file, tmp_path / file.name)
    pipeline = tmp_path / "sales_pipeline.csv"
    lines = pipeline.read_text().split("\n")
    _spoil(lines, 11, "close_date", "2017-02-30")
    _spoil(lines, 101, "close_value", "-5")
    _spoil(lines, 201, "deal_stage", "Vanished")
    _spoil(lines, 301, "opportunity_id", lines[1].split(",")[0])
    lines[400] = '"' + lines[400]
    pipeline.write_text("\n".join(lines))

    assert bring_in(tmp_path, capsys) == "created=8795 updated=0 unchanged=0 refused=5"
    assert [(line, column) for _, line, column, _ in refused(Import.objects.get())] == [
        (11, "close_date"),
        (101, "close_value"),
        (201, "deal_stage"),
        (301, "opportunity_id"),
        (401, ""),
    ]


def _spoil(lines, number, column, text):
    """Puts `text` into a column of the line of that number, counted from 1."""
    cells = lines[number - 1].split(",")
    cells[lines[0].split(",").index(column)] = text
    lines[number - 1] = ",".join(cells)
