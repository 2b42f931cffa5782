import csv
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from feedback.actions import imports as actions
from feedback.importing import job as import_job
from feedback.importing.taking import Plan
from feedback.jobs import run_due_jobs
from feedback.models import Import, ImportFile, Job, Opportunity
from tests.factories import make_review
from tests.feedback.exports import LOST, OPEN, PRODUCTS, WON, bring_in, deal, deals, upload

LIST, NEW = reverse("feedback:import_list"), reverse("feedback:import_create")


@pytest.fixture(autouse=True)
def _own_uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def client(admin, sign_in):
    return sign_in(admin)


def send(client, *files, **answers):
    files = files or (upload(deals(WON, LOST, OPEN)), upload(PRODUCTS, "products.csv"))
    return client.post(NEW, {"files": files, "source": "crm"} | answers)


def at(name, parent):
    return reverse(f"feedback:{name}", args=[parent.pk])


ROLES = {
    "rep": (403, 403, 404),
    "marketer": (403, 403, 404),
    "leader": (200, 403, 200),
    "admin": (200, 200, 200),
}


@pytest.mark.parametrize(("role", "answers"), ROLES.items(), ids=ROLES)
def test_it_lets_leaders_read_and_admins_import(role, answers, request, sign_in):
    client = sign_in(request.getfixturevalue(role))
    parent = bring_in(deals(WON))
    pages = [LIST, NEW, at("import_detail", parent)]
    assert tuple(client.get(url).status_code for url in pages) == answers
    assert client.get(at("import_remarks", parent)).status_code == answers[2]


@pytest.mark.parametrize(("role", "status"), [("rep", 404), ("marketer", 404), ("leader", 403)])
@pytest.mark.parametrize("name", ["import_undo", "import_repeat"])
def test_it_lets_nobody_but_admins_undo_or_repeat(role, status, name, request, sign_in):
    user = request.getfixturevalue(role)
    parent = bring_in(deals(WON), dry_run=name == "import_repeat")
    assert sign_in(user).post(at(name, parent)).status_code == status
    parent.refresh_from_db()
    assert parent.undone_at is None


def test_it_shows_no_empty_list_without_saying_what_will_be_there(client):
    assert b"Nothing imported yet" in client.get(LIST).content


def test_it_imports_in_the_background_and_reports(client):
    page = send(client, reviews_from="2026-03-01")
    parent = Import.objects.get()
    assert page.url == parent.get_absolute_url()
    assert b"Waiting for its turn" in client.get(page.url).content
    run_due_jobs()
    page = client.get(page.url)
    assert b"read as the product" in page.content
    parent.refresh_from_db()
    assert (parent.counts, str(parent.reviews_from)) == (
        "created=3 updated=0 unchanged=0 refused=0",
        "2026-03-01",
    )
    assert deal("W1").history.get().history_user == parent.by


def test_it_deletes_the_files_of_a_real_import(client):
    send(client)
    names = list(ImportFile.objects.values_list("file", flat=True))
    assert all(default_storage.exists(name) for name in names)
    run_due_jobs()
    assert not any(default_storage.exists(name) for name in names)
    assert list(ImportFile.objects.values_list("name", "file")) == [("deals.csv", ""), ("products.csv", "")]


def test_it_tries_first_and_then_imports_the_same_files_once(client):
    send(client, dry_run="on", map=upload('[outcomes]\nopen = ["Engaging"]', "map.toml"))
    tried = Import.objects.get()
    run_due_jobs()
    assert not Opportunity.objects.exists()
    assert b"Import for real" in client.get(tried.get_absolute_url()).content
    pages = [client.post(at("import_repeat", tried)).url for _ in range(2)]
    run_due_jobs()
    real = Import.objects.get(dry_run=False)
    assert pages == [real.get_absolute_url()] * 2
    assert (real.created, real.column_map) == (3, tried.column_map)
    assert b"Import for real" not in client.get(tried.get_absolute_url()).content
    assert client.post(at("import_repeat", tried)).url == NEW


def test_it_forgets_the_files_of_an_old_trial(client):
    send(client, dry_run="on")
    run_due_jobs()
    import_job.forget_files()
    assert ImportFile.objects.exclude(file="").count() == 2
    Import.objects.update(ended_at=timezone.now() - timedelta(days=8))
    import_job.forget_files()
    assert not ImportFile.objects.exclude(file="").exists()


def test_it_says_when_the_files_have_gone(client):
    send(client)
    for stored in ImportFile.objects.all():
        default_storage.delete(stored.file.name)
    run_due_jobs()
    assert b"The uploaded files are gone" in client.get(Import.objects.get().get_absolute_url()).content


BAD = {
    "no file": ({"files": []}, "Choose at least one file."),
    "an empty file": ({"files": [upload(b"")]}, "The file is empty."),
    "a foreign file": ({"files": [upload("a,b\n1,2\n")]}, "headers are those of no export we know"),
    "one bad file of two": ({"files": [upload(deals(WON)), upload(b"PK\x03\x04", "x.xlsx")]}, "x.xlsx: This Excel"),
    "the portal's own source": ({"source": "portal"}, "is kept for deals made by hand"),
    "a bad map": ({"map": upload("x = 1", "m.toml")}, "unknown setting: x"),
    "a bad day": ({"reviews_from": "2026-02-30"}, "Enter a valid date."),
}


@pytest.mark.parametrize(("answers", "reason"), BAD.values(), ids=BAD)
def test_it_refuses_a_bad_upload_and_keeps_what_was_typed(client, answers, reason):
    for file in answers.get("files", []):
        file.seek(0)
    page = client.post(NEW, {"files": [upload(deals(WON))], "source": "mine"} | answers)
    assert page.status_code == 422
    assert reason in page.content.decode().replace("&#x27;", "'")
    assert f'value="{answers.get("source", "mine")}"' in page.content.decode()
    assert not Import.objects.exists()


def test_it_gives_htmx_the_part_that_changes(client):
    send(client)
    parent = Import.objects.get()
    part = client.get(parent.get_absolute_url(), headers={"HX-Request": "true"})
    assert b"<html" not in part.content
    assert b'hx-trigger="every 1s"' in part.content
    run_due_jobs()
    assert b"hx-trigger" not in client.get(parent.get_absolute_url(), headers={"HX-Request": "true"}).content


def test_it_undoes_an_import(client):
    parent = bring_in(deals(WON))
    client.post(at("import_undo", parent))
    assert Opportunity.objects.exists()
    assert b"the undo goes on" in client.get(parent.get_absolute_url()).content
    run_due_jobs()
    assert not Opportunity.objects.exists()
    assert b"Undone" in client.get(parent.get_absolute_url()).content
    assert client.post(at("import_undo", parent)).status_code == 302


def test_it_says_what_an_undo_would_pull_from_under(client, admin):
    parent = bring_in(deals(LOST))
    make_review(deal("L1"), author=admin)
    client.post(at("import_undo", parent))
    run_due_jobs()
    page = client.get(parent.get_absolute_url())
    assert b"1 review on deals of this import." in page.content
    assert b"Undo the whole import" in page.content


def test_it_keeps_no_file_of_an_import_that_was_not_stored(client, monkeypatch, tmp_path):
    def fail(**_):
        raise OperationalError

    monkeypatch.setattr(actions, "queue_job", fail)
    with pytest.raises(OperationalError):
        send(client)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert not Import.objects.exists()


@pytest.mark.parametrize("dry_run", [True, False])
def test_it_finds_no_import_to_undo_or_repeat_where_there_is_none(client, dry_run):
    parent = bring_in(deals(WON), dry_run=dry_run)
    assert client.post(at("import_undo" if dry_run else "import_repeat", parent)).status_code == 404


def test_it_gives_remarks_as_csv_that_no_spreadsheet_calculates(client):
    parent = bring_in(("=cmd.csv", deals("@SUM(1),,,,Vanished,,,")))
    rows = list(csv.reader(client.get(at("import_remarks", parent)).getvalue().decode("utf-8-sig").splitlines()))
    assert rows[0] == ["level", "file", "line", "column", "remark", "rows"]
    assert rows[1][:4] == ["refused", "'=cmd.csv", "2", "deal_stage"]


def test_it_pages_through_remarks_and_imports_at_the_same_cost(client, django_assert_max_num_queries):
    parent = bring_in(deals(*["bad"] * 120))
    for _ in range(5):
        bring_in(deals(WON), by=parent.by)
    with django_assert_max_num_queries(18):
        first = client.get(parent.get_absolute_url())
    assert b"1 to 50 of 120" in first.content
    with django_assert_max_num_queries(18):
        second = client.get(parent.get_absolute_url(), {"page": first.context["page"].next})
    assert b"51 to 100 of 120" in second.content
    with django_assert_max_num_queries(18):
        client.get(LIST)


def test_it_takes_everything_once_though_the_worker_dies_in_the_middle(client, monkeypatch):
    send(client)

    write = Plan.write

    def die(plan):
        write(plan)
        raise KeyboardInterrupt

    monkeypatch.setattr(Plan, "write", die)
    with pytest.raises(KeyboardInterrupt):
        run_due_jobs()
    assert not Opportunity.objects.exists()
    monkeypatch.undo()
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    run_due_jobs()
    assert Import.objects.get().counts == "created=3 updated=0 unchanged=0 refused=0"


def test_it_writes_no_customers_words_into_the_log(client, caplog):
    with caplog.at_level("DEBUG", logger="feedback"):
        send(client, upload(deals(WON.replace("Cancity", "Secretive"), "Secretive")))
        run_due_jobs()
    assert "job done" in caplog.text
    assert "Secretive" not in caplog.text + str([vars(record) for record in caplog.records])


def test_it_says_how_many_reviews_are_owed_and_that_nobody_can_write_them(client):
    send(client)
    run_due_jobs()
    page = client.get(Import.objects.get().get_absolute_url())
    assert (page.context["owed"], page.context["owed_by_nobody"]) == (1, 1)
    assert b"to nobody who can sign in" in page.content
