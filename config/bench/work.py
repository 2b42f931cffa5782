"""What is done in the background, each beside its floor."""

import csv
import io
import sqlite3
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.core.management import call_command
from django.db import transaction

from config.bench.tables import table
from config.bench.timing import seconds
from feedback import jobs
from feedback.models import Import, Job, Opportunity
from objections import nlp
from objections.models import Objection
from objections.theming.placing import place_by_model

ROUNDS = 15


def measure_work(say: Callable[[str], None]) -> None:
    row = table(say, "Work", "ours", "floor", "ratio")
    for measure in (_importing, _placing, _working):
        row(*measure())


def _importing(rows=5000):
    """Rows a second taken in with checks, history and undo, beside reading the CSV and inserting it bare."""
    heads = [
        "opportunity_id",
        "sales_agent",
        "product",
        "account",
        "deal_stage",
        "engage_date",
        "close_date",
        "close_value",
    ]
    stages = ["Won", "Lost", "Engaging", "Prospecting"]
    deals = [
        [f"B{n}", f"Agent {n % 30}", f"Product {n % 7}", f"Account {n % 90}", stages[n % 4], "2026-01-05"]
        + (["2026-03-01", str(n % 900)] if n % 4 < 2 else ["", ""])
        for n in range(rows)
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "deals.csv"
        with path.open("w", newline="") as file:
            csv.writer(file).writerows([heads, *deals])
        ours = seconds(lambda: call_command("import_opportunities", str(path), source="bench", stdout=io.StringIO()))
        floor = seconds(lambda: _insert_bare(path, Path(folder) / "bare.sqlite3", heads))
    assert Opportunity.objects.filter(source__name="bench").count() == rows
    assert Import.objects.latest("pk").created == rows
    return (
        f"import of {rows} deals",
        f"{rows / ours:,.0f} rows/s",
        f"{rows / floor:,.0f} rows/s bare",
        f"{ours / floor:.0f}",
    )


def _insert_bare(path, target, heads):
    with path.open(newline="") as file:
        rows = list(csv.reader(file))[1:]
    database = sqlite3.connect(target)
    database.execute(f"CREATE TABLE deals ({', '.join(heads)})")
    database.executemany(f"INSERT INTO deals VALUES ({', '.join('?' * len(heads))})", rows)  # noqa: S608  own constants
    database.commit()
    database.close()


def _placing():
    """Placing an objection among all others and writing it down, beside encoding its words alone."""
    objections = list(Objection.objects.live().exclude(text="")[:ROUNDS])
    _place(objections[0])
    ours = statistics.median(seconds(lambda o=o: _place(o)) for o in objections)
    floor = statistics.median(seconds(lambda o=o: nlp.encode([o.text])) for o in objections)
    return (
        "placing objections",
        f"{1 / ours:,.0f} a second",
        f"{1 / floor:,.0f} encoded a second",
        f"{ours / floor:.1f}",
    )


def _place(objection: Objection) -> None:
    write = place_by_model(objection)
    with transaction.atomic():
        write()


def _working(many=100):
    """Jobs a second, each claimed, done and committed, beside as many bare updates of a row."""

    @jobs.runs("bench")
    def nothing(run):
        with run.finish():
            pass

    jobs.run_due_jobs()  # what other parts of the bench left to be done
    for _ in range(many):
        jobs.queue_job(kind="bench")
    ours = seconds(jobs.run_due_jobs)
    assert Job.objects.filter(kind="bench", state="done").count() == many
    row = Job.objects.filter(kind="bench").first()
    floor = seconds(lambda: [Job.objects.filter(pk=row.pk).update(note=str(n)) for n in range(many)])
    return (
        f"{many} empty jobs",
        f"{many / ours:,.0f} a second",
        f"{many / floor:,.0f} updates a second",
        f"{ours / floor:.1f}",
    )
