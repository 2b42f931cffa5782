import subprocess
import sys
import time

import psycopg
from django.conf import settings
from django.core.management import BaseCommand, CommandError, call_command

from config.bench import databases
from feedback.models import Company, User

PARTS = ["pages", "posts", "work", "suggest", "search", "meetings"]
GROWTH = "growth"
THEMES = "themes"  # needs no database
ALL = [THEMES, *PARTS, GROWTH]


class Command(BaseCommand):
    help = (
        "Measures themes beside BERTopic; pages, posts, background work, suggestions while people type, searches, a "
        "meeting over everything and growing lists on a large company, each beside a floor taken in the same run, on "
        "databases made for it and dropped again: SQLite, and PostgreSQL where one answers."
    )

    def add_arguments(self, parser):
        parser.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(ALL)}; all by default")
        parser.add_argument("--only", choices=["sqlite", "postgresql"], help="leave the other database out")
        parser.add_argument("--here", action="store_true", help="fill and measure the empty database of this process")

    def handle(self, *, parts, only, here, **options):
        if unknown := set(parts) - set(ALL):
            raise CommandError(f"Unknown: {', '.join(sorted(unknown))}. There are {', '.join(ALL)}.")
        parts = parts or ALL
        if THEMES in parts:
            self._themes()
        parts = [part for part in parts if part != THEMES]
        if here:
            self._measure(parts)
        elif parts:
            self._measure_databases(parts, only)

    def _themes(self):
        from config.bench.themes import measure_themes

        self._say("\n## Themes")
        measure_themes(self._say)

    def _measure_databases(self, parts, only):
        together = [part for part in parts if part != GROWTH]
        if only != "postgresql":
            with databases.sqlite() as environment:
                self._run("SQLite", together, environment)
            with databases.sqlite() as environment:
                self._run("SQLite", [GROWTH] if GROWTH in parts else [], environment)
        if only != "sqlite":
            self._on_postgresql(together)

    def _on_postgresql(self, parts):
        server = databases.postgresql_server()
        try:
            with databases.postgresql(server) as environment:
                self._run("PostgreSQL", parts, environment)
        except psycopg.OperationalError as why:
            self.stdout.write(f"\nPostgreSQL left out: {str(why).strip().splitlines()[0]}")
            self.stdout.write("Set BENCH_POSTGRES to the address of a server on which databases may be made.")

    def _run(self, name, parts, environment):
        if not parts:
            return
        self.stdout.write(f"\n## {name}: {', '.join(parts)}")
        self.stdout.flush()
        command = [sys.executable, "manage.py", "bench", "--here", *parts]
        done = subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=False)  # noqa: S603  our own words
        if done.returncode:
            raise CommandError(f"The bench on {name} ended early; see the lines above.")

    def _measure(self, parts):
        from config.bench.company import Size, make_company
        from config.bench.growth import measure_growth
        from config.bench.meetings import measure_meetings
        from config.bench.pages import measure_pages
        from config.bench.posts import measure_posts
        from config.bench.search import measure_search
        from config.bench.suggest import measure_suggest
        from config.bench.work import measure_work

        call_command("migrate", verbosity=0)
        if Company.objects.exists() or User.objects.exists():
            raise CommandError("This database is in use. The bench needs an empty one, and leaves it full.")
        call_command("collectstatic", verbosity=0, interactive=False)
        if parts == [GROWTH]:
            measure_growth(self._say)
            return
        start = time.perf_counter()
        make_company(Size())
        self._say(
            f"A company with 50,000 deals, 20,000 objections and 3,000 requests: {time.perf_counter() - start:.0f} s"
        )
        measures = {
            "pages": measure_pages,
            "posts": measure_posts,
            "work": measure_work,
            "suggest": measure_suggest,
            "search": measure_search,
            "meetings": measure_meetings,
        }
        for part in parts:
            measures[part](self._say)

    def _say(self, line):
        self.stdout.write(line)
        self.stdout.flush()
