"""The database of the previous release migrates forward with every figure equal, and back without losing a column."""

import importlib.util
import json
import lzma
import os
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from config.backup import tables

ROOT = Path(__file__).resolve().parent.parent.parent
OLD = Path(__file__).resolve().parent / "release_0_1_0"
LAST = {"feedback": "0002_seed", "objections": "0002_seed_themes"}  # its last migrations
FIGURES = json.loads((OLD / "figures.json").read_text())


def manage(*arguments, database, data):
    """Runs a command of today's release on a SQLite file, as an operator does."""
    ours = {"DATABASE_URL": f"sqlite:///{database}", "DATA_DIR": str(data), "CELERY_BROKER_URL": "memory://"}
    environment = {**os.environ, **ours, "DJANGO_SETTINGS_MODULE": "config.settings"}
    run = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode in (0, 3), run.stderr  # 3: its uploads are not part of the fixture
    return run.stdout


@pytest.fixture(scope="module")
def left_behind(tmp_path_factory):
    """The database as the previous release left it."""
    path = tmp_path_factory.mktemp("old") / "old.sqlite3"
    path.write_bytes(lzma.decompress((OLD / "database.sqlite3.xz").read_bytes()))
    return path


@pytest.fixture(scope="module")
def migrated(left_behind, tmp_path_factory):
    """A copy of it, migrated to today."""
    data = tmp_path_factory.mktemp("data")
    path = data / "migrated.sqlite3"
    path.write_bytes(left_behind.read_bytes())
    manage("manage.py", "migrate", "--verbosity", "0", database=path, data=data)
    return path


def changed(old, new, path=""):
    """Where a figure that the old release showed is another now; what is only new is no difference."""
    if isinstance(old, dict) and isinstance(new, dict):
        return [line for key in old for line in changed(old[key], new.get(key, "gone"), f"{path}/{key}")]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        return [line for n, pair in enumerate(zip(old, new, strict=True)) for line in changed(*pair, f"{path}/{n}")]
    return [] if old == new else [f"{path}: {old} is now {new}"]


def rows(path, like=None):
    """Table → its rows, of the columns that `like` (another database, or this one) has."""
    found = {}
    with sqlite3.connect(path) as database, sqlite3.connect(like or path) as pattern:
        names = pattern.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        for (table,) in names.fetchall():
            described = pattern.execute(f"SELECT name FROM pragma_table_info('{table}') ORDER BY name").fetchall()  # noqa: S608  our own file
            columns = ", ".join(f'"{name}"' for (name,) in described)
            found[table] = sorted(database.execute(f'SELECT {columns} FROM "{table}"').fetchall(), key=repr)  # noqa: S608
    database.close()
    pattern.close()
    return found


def shape(database):
    """Of a SQLite database: each table's columns, with type and whether they may be null, indexes and checks."""
    with sqlite3.connect(database) as file:
        tables = "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        columns = 'SELECT name, lower(type), "notnull", pk FROM pragma_table_info(?)'
        indexes = "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
        found = {
            table: {
                *file.execute(columns, [table]),
                *(sql.replace('"', "") for (sql,) in file.execute(indexes, [table])),
                *re.findall(r'CONSTRAINT "(\w+)" (?:CHECK|UNIQUE)', made),
            }
            for table, made in file.execute(tables).fetchall()
        }
    file.close()
    return found


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the tables to compare with are those of a SQLite file")
def test_migrating_gives_the_tables_that_the_tests_run_on(migrated):
    migrated_to, made = shape(migrated), shape(connection.settings_dict["NAME"])
    assert migrated_to.keys() == made.keys()
    assert {table: migrated_to[table] ^ made[table] for table in made if migrated_to[table] != made[table]} == {}


def test_every_figure_is_equal_after_the_migration(migrated):
    shown = json.loads(manage(str(OLD / "figures.py"), database=migrated, data=migrated.parent))
    assert changed(FIGURES, shown) == []
    assert FIGURES["packs altered"] == []
    assert FIGURES["rows"]["Opportunity"] == 600


def test_the_comparison_sees_what_differs():
    old = {"a": [1, {"b": 2}], "c": 3}
    assert changed(old, {"a": [1, {"b": 4}], "new": 0}) == ["/a/1/b: 2 is now 4", "/c: 3 is now gone"]


def test_its_closed_meetings_verify(migrated):
    assert "3 packs verified" in manage("manage.py", "verify_meetings", database=migrated, data=migrated.parent)


def test_the_way_back_loses_nothing_it_had(left_behind, migrated, tmp_path):
    path = tmp_path / "back.sqlite3"
    path.write_bytes(migrated.read_bytes())
    for app, name in LAST.items():
        manage("manage.py", "migrate", app, name, "--verbosity", "0", database=path, data=tmp_path)
    before, after = rows(left_behind), rows(path, like=left_behind)
    bookkeeping = {"django_migrations", "django_content_type", "auth_permission"}  # of what came and went
    assert [table for table in before if table not in bookkeeping and before[table] != after[table]] == []


def test_the_way_back_keeps_the_first_of_several_stages(migrated, tmp_path):
    path = tmp_path / "back.sqlite3"
    path.write_bytes(migrated.read_bytes())
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("INSERT INTO objections_collateralstage (name) VALUES ('Demo 2')")
        database.execute(
            "INSERT INTO objections_collateral_stages (collateral_id, collateralstage_id) "
            "SELECT collateral_id, (SELECT id FROM objections_collateralstage WHERE name = 'Demo 2') "
            "FROM objections_collateral_stages"
        )
    manage("manage.py", "migrate", "objections", "0019", "--verbosity", "0", database=path, data=tmp_path)
    with closing(sqlite3.connect(path)) as database:
        now = database.execute("SELECT stage, count(*) FROM objections_collateral GROUP BY stage ORDER BY stage")
        assert now.fetchall() == [("Demo", 3), ("Demo 2", 10)]


@pytest.mark.django_db(transaction=True)
def test_a_backup_of_it_restores_on_this_database(left_behind, tmp_path):
    """On PostgreSQL this is also the move from SQLite."""
    manage("manage.py", "backup", str(tmp_path / "b"), database=left_behind, data=tmp_path)
    call_command("restore", str(tmp_path / "b"), replace=True, stdout=StringIO())
    counts = json.loads((tmp_path / "b/manifest.json").read_text())["rows"]
    grown = {"django_content_type", "auth_permission", "feedback_definition"}  # of what is new since
    assert {name: tables.count(name) for name in counts if name not in grown} == {
        name: n for name, n in counts.items() if name not in grown
    }
    spec = importlib.util.spec_from_file_location("figures", OLD / "figures.py")
    figures = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(figures)
    assert changed(FIGURES, json.loads(json.dumps(figures.plain(figures.figures())))) == []
