"""The list of deals while the table grows: what a page costs must not depend on how many rows there are."""

from collections.abc import Callable
from random import Random

from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from config.bench.company import Size, analyse
from config.bench.company.deals import make_deals
from config.bench.company.people import make_people
from config.bench.tables import ms, table
from config.bench.timing import p50_p95, seconds
from feedback.models import Opportunity, User
from feedback.paging import AFTER, Order

FIRST, STEPS = 5_000, (5_000, 50_000, 500_000)
ROUNDS = 15


def measure_growth(say: Callable[[str], None]) -> None:
    row = table(say, "Deals in the table", "first page p50 ms", "p95 ms", "a page in the middle p50 ms", "p95 ms")
    dice, today = Random(7), timezone.localdate()  # noqa: S311  rows, not secrets
    size = Size(deals=FIRST)
    make_deals(size, make_people(size, dice), today, dice)
    client = Client()
    client.force_login(User.objects.filter(role="leader").first())
    for many in STEPS:
        _grow(many)
        with override_settings(ALLOWED_HOSTS=["testserver"]):
            first = reverse("feedback:opportunity_list")
            middle = f"{first}?page={_cursor_of_the_middle()}"
            row(f"{many:,}", *map(ms, _times(client, first)), *map(ms, _times(client, middle)))


def _cursor_of_the_middle() -> str:
    """What the list's own "next" link carries halfway through it."""
    deals = Opportunity.objects.open_first()
    half = deals.count() // 2
    return Order(deals).cursor(AFTER, half + 1, deals[half - 1])


def _grow(many: int) -> None:
    """Copies the deals there are, the database by itself, until there are as many."""
    has = Opportunity.objects.count()
    columns = [f.column for f in Opportunity._meta.concrete_fields if f.column not in ("id", "external_id")]
    listed = ", ".join(columns)
    with connection.cursor() as cursor:
        while has < many:
            cursor.execute(
                f"INSERT INTO feedback_opportunity (external_id, {listed}) "  # noqa: S608  our own columns
                f"SELECT external_id || '-{has}', {listed} FROM feedback_opportunity ORDER BY id LIMIT {many - has}"
            )
            has = Opportunity.objects.count()
    analyse()


def _times(client: Client, url: str) -> tuple[float, float]:
    page = client.get(url)
    assert page.status_code == 200
    assert ("page=" in url) == ('rel="prev"' in page.content.decode())
    return p50_p95([seconds(lambda: client.get(url)) for _ in range(ROUNDS)])
