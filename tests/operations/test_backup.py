"""`manage.py backup` while the portal is written to, and `manage.py restore` of what it wrote."""

import json
import subprocess
import sys
import threading
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from config.backup import restoring, tables, unfinished, uploads
from config.backup.taking import take_backup
from config.models import Heartbeat
from config.monitoring import readiness
from feedback.actions.meetings import close_meeting
from feedback.models import Job, Pack, User
from objections.actions.objections import log_objection
from objections.models import Objection, Version
from tests.factories import make_collateral, make_lost, make_meeting, make_objection
from tests.worker import ROOT, environment

pytestmark = pytest.mark.django_db(transaction=True)


def backup(folder):
    out = StringIO()
    call_command("backup", str(folder), stdout=out)
    return out.getvalue()


def restore(folder, **options):
    out = StringIO()
    call_command("restore", str(folder), stdout=out, **options)
    return out.getvalue()


def manifest(folder):
    return json.loads((folder / "manifest.json").read_text())


@pytest.fixture
def portal(marketer, rep):
    """A portal with an upload, an objection and a lost deal."""
    collateral = make_collateral(owner=marketer)
    file = ContentFile(b"%PDF-1.7 the answer", "answer.pdf")
    Version.objects.create(collateral=collateral, number=2, file=file, file_name="answer.pdf", by=marketer)
    make_objection("„zu teuer“ \u2028 \\ \"'", author=rep, opportunity=make_lost(amount="1234.56", owner=rep))
    return collateral


@pytest.fixture
def taken(portal, tmp_path):
    backup(tmp_path / "b")
    return tmp_path / "b"


def write_on(stop, rep, leader, marketer, collateral, done):
    """What the portal does all day: objections with their jobs, meetings closed, files that come and go."""
    try:
        number = 0
        while not stop.is_set() or number < 3:
            number += 1
            log_objection(objection=Objection(text=f"note {number}", heard_on=timezone.localdate()), by=rep)
            file = ContentFile(b"words", f"{number}.txt")
            version = Version.objects.create(
                collateral=collateral, number=number + 10, file=file, file_name="w.txt", by=marketer
            )
            if number % 2:
                version.delete()
                version.file.storage.delete(version.file.name)
            month = timezone.localdate().replace(year=1990 + number % 30, month=1 + number // 30 % 12, day=1)
            close_meeting(meeting=make_meeting(month, by=leader), by=leader)
        done.append(number)
    finally:
        connection.close()


def test_a_backup_taken_during_writes_restores_whole(portal, rep, leader, marketer, tmp_path):
    stop, done = threading.Event(), []
    writer = threading.Thread(target=write_on, args=(stop, rep, leader, marketer, portal, done))
    writer.start()
    try:
        said = backup(tmp_path / "b")
    finally:
        stop.set()
        writer.join()
    assert done[0] >= 3
    assert "uploads in" in said

    folder = tmp_path / "b"
    told = restore(folder, replace=True)
    packs = Pack.objects.count()
    assert f"{packs} pack" in told
    assert "verified" in told
    counts = manifest(folder)["rows"]
    assert {name: tables.count(name) for name in counts} == counts
    # An objection and its job are written together: a half of the pair would be a torn moment.
    assert (
        Job.objects.filter(kind="place_objection").count() == Objection.objects.filter(text__startswith="note").count()
    )
    files = [v.file for v in Version.objects.exclude(file="")]
    assert files
    assert all(file.read() for file in files)
    for file in files:
        file.close()
    kept = {p.relative_to(settings.MEDIA_ROOT).as_posix() for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file()}
    assert kept == {file.name for file in files}


def test_every_row_comes_back_as_it_was(taken, rep):
    before = Objection.objects.values().get()
    user = User.objects.values().get(pk=rep.pk)
    Objection.objects.update(text="spoilt")
    User.objects.filter(pk=rep.pk).update(name="Spoilt", date_joined=timezone.now())
    restore(taken, replace=True)
    assert Objection.objects.values().get() == before
    assert User.objects.values().get(pk=rep.pk) == user
    assert make_objection("next", author=User.objects.get(pk=rep.pk)).pk > before["id"]


def test_it_keeps_what_it_wrote_from_others(taken):
    assert taken.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in taken.rglob("*") if path.is_file()} == {0o600}


def test_it_leaves_out_who_is_signed_in(taken):
    assert not [name for name in manifest(taken)["files"] if "session" in name or "heartbeat" in name]


def test_it_says_when_the_secret_key_is_another(taken, settings):
    assert "SECRET_KEY" not in restore(taken, check=True)
    settings.SECRET_KEY = "another" * 9
    assert "SECRET_KEY was another" in restore(taken, check=True)


def test_it_refuses_to_write_over_a_backup(taken):
    with pytest.raises(CommandError, match="exists already") as refusal:
        backup(taken)
    assert refusal.value.returncode == 1


def test_a_backup_that_fails_leaves_nothing(portal, tmp_path, monkeypatch):
    def full(*args):
        raise OSError("No space left on device")

    monkeypatch.setattr(tables, "dump", full)
    with pytest.raises(CommandError, match="No space left"):
        backup(tmp_path / "b")
    assert list(tmp_path.iterdir()) == []


def test_an_upload_that_is_lost_is_named_and_costs_only_itself(portal, tmp_path):
    lost = portal.versions.get(number=2).file
    lost.storage.delete(lost.name)
    with pytest.raises(CommandError, match=lost.name) as warning:
        backup(tmp_path / "b")
    assert warning.value.returncode == 3
    assert manifest(tmp_path / "b")["missing_uploads"] == [lost.name]
    assert "Whole" in restore(tmp_path / "b", check=True)


def test_a_file_that_goes_between_two_looks_is_looked_for_again(portal, tmp_path, monkeypatch):
    """The second look finds a file that the first did not, and that is gone already: the next snapshot knows better."""
    looks = []
    named = tables.named_uploads

    def with_one_that_comes_and_goes(made):
        looks.append(1)
        yield from named(made)
        if len(looks) == 2:
            yield "collateral/gone.pdf"

    monkeypatch.setattr(tables, "named_uploads", with_one_that_comes_and_goes)
    assert take_backup(tmp_path / "b").missing == []
    assert len(looks) == 4


def spoil_a_row(folder):
    path = folder / "tables/feedback_user.jsonl.gz"
    path.write_bytes(path.read_bytes()[:-9])
    return "tables/feedback_user.jsonl.gz was altered"


def lose_an_upload(folder):
    path = next(path for path in (folder / "uploads").rglob("*") if path.is_file())
    path.unlink()
    return f"{path.relative_to(folder).as_posix()} is missing"


def add_a_file(folder):
    (folder / "uploads/strange.html").write_text("x")
    return "uploads/strange.html does not belong to it"


def alter_the_manifest(folder):
    path = folder / "manifest.json"
    path.write_text(path.read_text().replace('"feedback_user": ', '"feedback_user": 1'))
    return "manifest.json was altered"


def cut_it_short(folder):
    (folder / "manifest.json").unlink()
    return "not a whole one"


@pytest.mark.parametrize("damage", [spoil_a_row, lose_an_upload, add_a_file, alter_the_manifest, cut_it_short])
@pytest.mark.parametrize("options", [{"replace": True}, {"check": True}], ids=["restore", "check"])
def test_it_refuses_a_damaged_backup_and_names_what_differs(taken, damage, options):
    named = damage(taken)
    with pytest.raises(CommandError, match=named) as refusal:
        restore(taken, **options)
    assert refusal.value.returncode == 4
    assert Objection.objects.count() == 1


def test_it_refuses_a_portal_that_is_not_empty(taken):
    Objection.objects.all().delete()
    with pytest.raises(CommandError, match="not empty"):
        restore(taken)
    assert Objection.objects.count() == 0
    assert Version.objects.exclude(file="").get().file.storage.exists(Version.objects.exclude(file="").get().file.name)


def test_it_refuses_while_a_worker_runs(taken):
    Heartbeat.objects.beat("celery@here")
    with pytest.raises(CommandError, match="Stop the portal"):
        restore(taken, replace=True)
    Heartbeat.objects.all().delete()


@pytest.mark.parametrize("what", ["release", "migration"])
def test_it_refuses_a_backup_of_a_newer_release(portal, tmp_path, monkeypatch, what):
    from django.db.migrations.recorder import MigrationRecorder

    with monkeypatch.context() as patch:
        if what == "release":
            patch.setattr("config.backup.taking.VERSION", "99.0.0")
        else:
            applied = MigrationRecorder.applied_migrations
            later = ("feedback", "0999_later")
            patch.setattr(MigrationRecorder, "applied_migrations", lambda self: {**applied(self), later: None})
        backup(tmp_path / "b")
    with pytest.raises(CommandError, match="Install that release") as refusal:
        restore(tmp_path / "b", replace=True)
    assert refusal.value.returncode == 1
    assert Objection.objects.count() == 1


def test_a_restore_that_fails_leaves_the_portal_as_it_was(taken, monkeypatch):
    monkeypatch.setattr(tables, "set_sequences", lambda made: 1 / 0)
    name = Version.objects.exclude(file="").get().file.name
    with pytest.raises(ZeroDivisionError):
        restore(taken, replace=True)
    assert Objection.objects.count() == 1
    assert (Path(settings.MEDIA_ROOT) / name).exists()
    assert not list(Path(settings.MEDIA_ROOT).parent.glob("uploads.*"))


RESTORE_AND_DIE = """
import os, sys, django
django.setup()
from django.core.management import call_command
from config.backup import {module}
{module}.{function} = lambda *given: os._exit(9)
call_command("restore", sys.argv[1], replace=True)
"""


def restore_and_die(folder, module, function):
    """A process of its own that is gone, without a word, when it comes to that function."""
    code = RESTORE_AND_DIE.format(module=module, function=function)
    command = [sys.executable, "-c", code, str(folder)]
    assert subprocess.run(command, cwd=ROOT, env=environment("restore"), check=False).returncode == 9
    connection.close()


@pytest.fixture
def changed_since(taken):
    """A portal whose rows and whose upload are not those of its backup any more."""
    Objection.objects.update(text="later")
    path = Path(Version.objects.exclude(file="").get().file.path)
    path.write_bytes(b"later")
    yield path
    unfinished.end()


def test_a_restore_killed_before_its_rows_are_committed_has_changed_nothing(taken, changed_since):
    restore_and_die(taken, "unfinished", "begin")
    assert Objection.objects.get().text == "later"
    assert changed_since.read_bytes() == b"later"
    assert not unfinished.is_left()
    restore(taken, replace=True)
    assert not list(Path(settings.MEDIA_ROOT).parent.glob("uploads.*"))


@pytest.mark.parametrize(("module", "function"), [("uploads", "swap"), ("uploads", "sync_folder")])
def test_a_restore_killed_before_its_uploads_are_in_place_is_told_of_until_it_is_repeated(
    taken, changed_since, client, tmp_path, caplog, module, function
):
    restore_and_die(taken, module, function)
    assert Objection.objects.get().text.startswith("„zu teuer“")

    readiness.checks.forget()
    told = client.get("/readyz")
    assert (told.status_code, told.json()["checks"]["restore"]["state"]) == (503, "wrong")
    assert "manage.py restore" in told.json()["checks"]["restore"]["says"]
    unfinished.tell()
    assert "a restore was stopped" in caplog.text
    with pytest.raises(CommandError, match="Not started: a restore was stopped"):
        call_command("up")
    with pytest.raises(CommandError, match="No backup of this"):
        backup(tmp_path / "mixed")

    restore(taken, replace=True)
    assert changed_since.read_bytes() == b"%PDF-1.7 the answer"
    assert not unfinished.is_left()
    assert not list(Path(settings.MEDIA_ROOT).parent.glob("uploads.*"))


def test_a_later_release_may_alter_a_table_whose_rows_it_just_changed(taken, monkeypatch):
    """All its migrations run in the one transaction of the restore, and PostgreSQL refuses that while a key waits."""
    migrate_to = restoring._migrate_to

    def and_further(targets):
        migrate_to(targets)
        if User.objects.exists():
            User.objects.update(team=None)
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE feedback_user ADD COLUMN further integer")
                cursor.execute("ALTER TABLE feedback_user DROP COLUMN further")

    monkeypatch.setattr(restoring, "_migrate_to", and_further)
    assert restore(taken, replace=True).startswith("Restored")
    assert not User.objects.exclude(team=None).exists()


def test_it_says_when_a_closed_meeting_was_altered_before(portal, leader, tmp_path):
    pack = close_meeting(meeting=make_meeting(by=leader), by=leader)
    assert pack
    Pack.objects.update(html="<p>Better</p>")
    backup(tmp_path / "b")
    with pytest.raises(CommandError, match="differ from what was closed") as difference:
        restore(tmp_path / "b", replace=True)
    assert difference.value.returncode == 5


def test_only_what_rows_name_is_kept(tmp_path):
    for name in ("a/kept.txt", "a/left.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    uploads.keep_only({"a/kept.txt"}, tmp_path)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["kept.txt"]
