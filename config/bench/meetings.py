"""A meeting over everything: prepared by its job, opened, taken away and closed, each beside its floor.

Floors, taken in the same run: the database answering the very same queries, for a page with writing the same template
down from constants; for files the library writing the very same slides once more, or drawing the HTML with no style.
"""

import io
from collections.abc import Callable
from importlib import import_module

from django.db import connection
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from pptx import Presentation

from config.bench.pages import Page, measure_page, run
from config.bench.tables import table
from config.bench.timing import median_of, seconds
from feedback.actions.meetings import close_meeting, make_meeting
from feedback.handouts import handout_of
from feedback.handouts.deck import deck
from feedback.handouts.markdown import markdown
from feedback.handouts.pdf import pdf
from feedback.jobs import run_job
from feedback.models import Meeting, Opportunity, User
from feedback.preparing import prepare_meeting
from objections.models import Objection

ROUNDS = 3


def measure_meetings(say: Callable[[str], None]) -> None:
    leader = User.objects.filter(is_active=True, role="leader", is_superuser=False).first()
    meeting = _over_everything(leader)
    deals = Opportunity.objects.closed_between(meeting.period).count()
    said = Objection.objects.heard_between(meeting.period).count()
    say(f"\n{meeting}: {deals:,} closed deals, {said:,} objections")
    row = table(say, "A meeting over everything", "seconds", "floor, seconds", "ratio")
    row("prepared by its job", *_beside_queries(lambda: run_job(prepare_meeting(meeting=meeting).pk)))
    handout = handout_of(meeting)
    row("slides", *_times(lambda: deck(handout_of(meeting)), _slides_again(deck(handout))))
    row("PDF", *_times(lambda: pdf(handout_of(meeting)), _drawn_plainly(handout)))
    row("Markdown", *_times(lambda: markdown(handout_of(meeting)), lambda: handout_of(meeting)))
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        cells = measure_page(Page("it", leader, meeting.get_absolute_url()))
        row = table(say, "Page", "p50 ms", "p95 ms", "queries", "raw SQL ms", "writing it down ms", "ratio")
        row("prepared, opened", *cells)
    row = table(say, "And then", "seconds", "floor, seconds", "ratio")
    row("closed", *_beside_queries(lambda: close_meeting(meeting=meeting, by=leader)))


def _over_everything(leader: User) -> Meeting:
    days = Opportunity.objects.exclude(closed_on=None).order_by("closed_on").values_list("closed_on", flat=True)
    return make_meeting(period=(days.first(), days.last()), facilitator=leader, by=leader)


def _beside_queries(work: Callable[[], object]) -> tuple[str, str, str]:
    """Once, for it cannot be done twice; then its reading queries as they were."""
    with CaptureQueriesContext(connection) as captured:
        took = seconds(work)
    queries = [query["sql"] for query in captured.captured_queries if query["sql"].startswith("SELECT")]
    return _row(took, median_of(ROUNDS, lambda: run(queries)))


def _times(work: Callable[[], object], floor: Callable[[], object]) -> tuple[str, str, str]:
    return _row(median_of(ROUNDS, work), median_of(ROUNDS, floor))


def _row(took: float, floor: float) -> tuple[str, str, str]:
    return f"{took:.2f}", f"{floor:.2f}", f"{took / floor:.1f}"


def _slides_again(file: bytes) -> Callable[[], object]:
    return lambda: Presentation(io.BytesIO(file)).save(io.BytesIO())


def _drawn_plainly(handout) -> Callable[[], object]:
    return lambda: import_module("weasyprint").HTML(string=handout.html).write_pdf()
