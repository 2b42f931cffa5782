from datetime import date

import pytest
from django.core.management import CommandError, call_command

from feedback.models import Import, Opportunity, Source
from tests.feedback.exports import LOST, OPEN, PRODUCTS, WON, deals

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(company, tmp_path):
    (tmp_path / "deals.csv").write_text(deals(WON, LOST, OPEN))
    (tmp_path / "products.csv").write_text(PRODUCTS)
    (tmp_path / "notes.md").write_text("not an export")
    return tmp_path


def run(capsys, *arguments, **options):
    call_command("import_opportunities", *map(str, arguments), **options)
    return capsys.readouterr().out.splitlines()


def test_it_imports_a_folder_and_ends_with_the_counts(folder, capsys):
    assert run(capsys, folder)[-1] == "created=3 updated=0 unchanged=0 refused=0"
    assert run(capsys, folder)[-1] == "created=0 updated=0 unchanged=3 refused=0"


def test_it_takes_single_files_a_source_and_a_cut_off(folder, capsys):
    run(capsys, folder / "deals.csv", source="other", reviews_from=date(2026, 2, 2))
    assert Source.objects.get(name="other").reviews_from == date(2026, 2, 2)


def test_it_exits_with_1_when_rows_were_refused_and_names_them(folder, capsys):
    (folder / "deals.csv").write_text(deals(WON, LOST.replace("2026-03-11", "2026-13-11")))
    with pytest.raises(SystemExit) as ending:
        call_command("import_opportunities", str(folder))
    lines = capsys.readouterr().out.splitlines()
    assert ending.value.code == 1
    assert lines[0] == "refused  deals.csv:3, close_date: “2026-13-11” is not a date."
    assert lines[-1] == "created=1 updated=0 unchanged=0 refused=1"


def test_it_reports_on_a_dry_run_and_takes_nothing_in(folder, capsys):
    assert run(capsys, folder, dry_run=True)[-2:] == [
        "Dry run: nothing was taken in.",
        "created=3 updated=0 unchanged=0 refused=0",
    ]
    assert not Opportunity.objects.exists()
    assert not Source.objects.filter(name="crm").exists()


def test_it_reports_the_same_on_a_dry_run_as_for_real(folder, capsys):
    (folder / "deals.csv").write_text(deals(WON, LOST, "bad"))
    for dry_run in (True, False):
        with pytest.raises(SystemExit):
            call_command("import_opportunities", str(folder), dry_run=dry_run)
    fields = ("level", "file", "line", "column", "text", "rows")
    tried, real = Import.objects.order_by("id")
    assert list(tried.remarks.values(*fields)) == list(real.remarks.values(*fields))
    assert (tried.counts, tried.reviews_from) == (real.counts, real.reviews_from)


def test_it_follows_a_map(folder, capsys):
    (folder / "deals.csv").write_text(deals(OPEN.replace("Engaging", "Scoping")))
    (folder / "map.toml").write_text('[outcomes]\nopen = ["Scoping"]')
    assert run(capsys, folder, map=folder / "map.toml")[-1] == "created=1 updated=0 unchanged=0 refused=0"


@pytest.mark.parametrize(
    ("name", "content", "options"),
    [
        ("absent.csv", None, {}),
        ("empty.csv", "", {}),
        ("foreign.csv", "a,b\n1,2\n", {}),
        ("deals.csv", deals(WON), {"map": "absent.toml"}),
        ("deals.csv", deals(WON), {"source": "Portal"}),
        ("deals.csv", deals(WON), {"source": " "}),
    ],
)
def test_it_exits_with_2_when_nothing_can_be_read(company, tmp_path, name, content, options):
    if content is not None:
        (tmp_path / name).write_text(content)
    options = {key: tmp_path / value if key == "map" else value for key, value in options.items()}
    with pytest.raises(CommandError) as refusal:
        call_command("import_opportunities", str(tmp_path / name), **options)
    assert refusal.value.returncode == 2
    assert not Import.objects.exists()


def test_it_exits_with_2_for_a_folder_without_exports(company, tmp_path):
    with pytest.raises(CommandError) as refusal:
        call_command("import_opportunities", str(tmp_path))
    assert refusal.value.returncode == 2
