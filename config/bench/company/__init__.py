"""A large company, the same each time on the same day: everything but the day comes from dice with a fixed seed.

Rows are written in bulk and without the history that editing them in the portal would keep; what pages add up, search,
sort and page through is all there, meetings closed with real packs included.
"""

from dataclasses import dataclass
from datetime import date
from random import Random

from django.db import connection, transaction
from django.utils import timezone

from config.bench.company.content import make_content
from config.bench.company.deals import make_deals
from config.bench.company.meetings import make_meetings
from config.bench.company.people import make_people
from config.bench.company.reviews import make_reviews
from config.bench.company.voices import make_voices


@dataclass(frozen=True)
class Size:
    """How much there is of everything."""

    people: int = 300
    teams: int = 25
    accounts: int = 6_000
    deals: int = 50_000
    objections: int = 20_000
    themes: int = 150
    requests: int = 3_000
    collateral: int = 1_000
    meetings: int = 30


def make_company(size: Size, today: date | None = None) -> None:
    """Fills an empty, migrated database, all or nothing, and lets the database look at what it holds now."""
    dice = Random(7)  # noqa: S311  rows, not secrets
    today = today or timezone.localdate()
    with transaction.atomic():
        people = make_people(size, dice)
        deals = make_deals(size, people, today, dice)
        reviews = make_reviews(deals, today, dice)
        themes = make_voices(size, deals, reviews, dice, people)
        make_content(size, people, deals, themes, today, dice)
    analyse()
    make_meetings(size, people, today, dice)


def analyse() -> None:
    """Renews what the query planner knows, as both databases do by and by on their own."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
