import csv
import io
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path

from django.core.management import BaseCommand, call_command
from django.db import connection
from django.test import Client
from django.test.utils import (
    CaptureQueriesContext,
    override_settings,
    setup_databases,
    setup_test_environment,
    teardown_databases,
)
from django.urls import reverse

from feedback import jobs
from feedback.models import Import, Job, Meeting, Opportunity, User
from objections import nlp
from objections.models import Objection, Theme
from objections.theming.placing import place_by_model

ROUNDS = 15


class Command(BaseCommand):
    help = "Measures pages, import, jobs and placing on the demo company, each beside a floor taken in the same run."

    def handle(self, **options):
        with (
            tempfile.TemporaryDirectory() as folder,
            override_settings(STATIC_ROOT=Path(folder) / "static", MEDIA_ROOT=Path(folder) / "uploads"),
        ):
            self._measure(Path(folder))

    def _measure(self, folder):
        setup_test_environment()
        if connection.vendor == "sqlite":
            connection.settings_dict["TEST"]["NAME"] = str(folder / "bench.sqlite3")  # a file, as in earnest
        databases = setup_databases(verbosity=0, interactive=False)
        try:
            call_command("collectstatic", verbosity=0, interactive=False)
            call_command("seed_demo", stdout=io.StringIO())
            self._table("Page", "p50 ms", "p95 ms", "queries", "raw SQL ms", "ratio")
            for who, url in _pages():
                self._row(*_page(who, url))
            self._table("Work", "ours", "floor", "ratio")
            for measure in (_importing, _placing, _working):
                self._row(*measure())
        finally:
            teardown_databases(databases, verbosity=0)

    def _table(self, *heads):
        self.stdout.write(f"\n| {' | '.join(heads)} |")
        self.stdout.write("|" + "---|" * len(heads))

    def _row(self, *cells):
        self.stdout.write(f"| {' | '.join(map(str, cells))} |")


def _pages():
    people = {user.role: user for user in User.objects.filter(is_active=True, is_superuser=False).order_by("-pk")}
    rep, marketer, leader = people["rep"], people["marketer"], people["leader"]
    theme = Theme.objects.active().heard().with_voices().order_by("-voices").first()
    for user in (rep, marketer, leader):
        yield user, reverse("feedback:home")
    yield leader, reverse("feedback:opportunity_list")
    yield rep, reverse("feedback:review_owed")
    yield rep, reverse("objections:objection_list")
    yield marketer, reverse("objections:theme_list")
    yield marketer, reverse("objections:theme_detail", args=[theme.pk])
    yield marketer, reverse("objections:request_list")
    yield leader, reverse("feedback:meeting_detail", args=[Meeting.objects.order_by("-month").first().pk])


def _page(user, url):
    """One page: its times, its queries, and the time the database alone needs for these queries."""
    client = Client()
    client.force_login(user)
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200, url
        queries = [query["sql"] for query in captured]
    times = [_seconds(lambda: client.get(url)) for _ in range(ROUNDS)]
    statements = [sql for sql in queries if sql.startswith("SELECT")]
    raw = statistics.median(_seconds(lambda: _run(statements)) for _ in range(ROUNDS))
    p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    name = f"{url} ({user.get_role_display().lower()})"
    return name, _ms(p50), _ms(p95), len(queries), _ms(raw), f"{p50 / raw:.1f}"


def _run(statements):
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            cursor.fetchall()


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
        ours = _seconds(lambda: call_command("import_opportunities", str(path), source="bench", stdout=io.StringIO()))
        floor = _seconds(lambda: _insert_bare(path, Path(folder) / "bare.sqlite3", heads))
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
    """Placing one new objection among all of the demo's, beside encoding its words alone."""
    objections = list(Objection.objects.live().exclude(text="")[:ROUNDS])
    place_by_model(objections[0])
    ours = statistics.median(_seconds(lambda o=o: place_by_model(o)) for o in objections)
    floor = statistics.median(_seconds(lambda o=o: nlp.encode([o.text])) for o in objections)
    return "placing one objection", f"{_ms(ours)} ms", f"{_ms(floor)} ms to encode it", f"{ours / floor:.1f}"


def _working(many=100):
    """Jobs a second, each claimed, done and committed, beside as many bare updates of a row."""

    @jobs.runs("bench")
    def nothing(run):
        with run.finish():
            pass

    for _ in range(many):
        jobs.queue_job(kind="bench")
    ours = _seconds(jobs.run_due_jobs)
    assert Job.objects.filter(kind="bench", state="done").count() == many
    row = Job.objects.filter(kind="bench").first()
    floor = _seconds(lambda: [Job.objects.filter(pk=row.pk).update(note=str(n)) for n in range(many)])
    return (
        f"{many} empty jobs",
        f"{many / ours:,.0f} a second",
        f"{many / floor:,.0f} updates a second",
        f"{ours / floor:.1f}",
    )


def _seconds(function):
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def _ms(seconds):
    return f"{seconds * 1000:.1f}"
