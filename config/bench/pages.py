"""Each page beside its floor: the database answering the very same queries, and the very same template with constants
(for the API the very same serializer with the rows at hand).

`ratio` is the page's median divided by the sum of both medians: what the portal's own code, Django's ORM and the
middleware add to what no page of this content could do without.
"""

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection
from django.forms import BaseForm
from django.template import Context
from django.test import Client
from django.test.utils import (
    CaptureQueriesContext,
    override_settings,
    setup_test_environment,
    teardown_test_environment,
)
from django.urls import reverse
from rest_framework.renderers import JSONRenderer

from config.bench.tables import ms, table
from config.bench.timing import median_of, p50_p95, seconds
from feedback.kept import kept_once
from feedback.models import Meeting, Opportunity, Team, User
from objections.models import Theme

ROUNDS = 25


@dataclass(frozen=True)
class Page:
    name: str
    who: User
    url: str


def measure_pages(say: Callable[[str], None]) -> None:
    row = table(say, "Page", "p50 ms", "p95 ms", "queries", "raw SQL ms", "writing it down ms", "ratio")
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        found = list(pages())
        Client().get(reverse("login"))
        gc.collect()
        gc.freeze()  # as the web server does once it is warm
        for page in found:
            row(page.name, *measure_page(page))


def pages() -> Iterator[Page]:
    active = User.objects.filter(is_active=True)
    manager = Team.objects.filter(manager__is_active=True).first().manager
    rep = active.filter(role="rep", managed_teams=None).latest("pk")
    marketer, leader = active.filter(role="marketer").first(), active.filter(role="leader", is_superuser=False).first()
    admin = active.filter(is_superuser=True).first()
    theme = Theme.objects.active().heard().with_voices().order_by("-voices").first()
    closed = Meeting.objects.closed().first()
    opened = Meeting.objects.being_prepared().first()
    for name, user in (
        ("a rep", rep),
        ("a team's manager", manager),
        ("a marketer", marketer),
        ("a leader", leader),
        ("an admin", admin),
    ):
        yield Page(f"home of {name}", user, reverse("feedback:home"))
    yield Page("deals", leader, reverse("feedback:opportunity_list"))
    yield Page("deals, searched", leader, reverse("feedback:opportunity_list") + "?q=harbour")
    yield Page("a deal, open", rep, Opportunity.objects.open().latest("pk").get_absolute_url())
    yield Page("owed reviews of a rep", rep, reverse("feedback:review_owed"))
    yield Page("owed reviews of a team", manager, reverse("feedback:review_owed") + "?whose=team")
    yield Page("reviews", leader, reverse("feedback:review_list"))
    yield Page("objections", rep, reverse("objections:objection_list"))
    yield Page("objections in no theme", marketer, reverse("objections:objection_list") + "?placed=no")
    yield Page("themes", marketer, reverse("objections:theme_list"))
    yield Page("triage", marketer, reverse("objections:theme_triage"))
    yield Page("not ours to paper over", leader, reverse("objections:theme_routed"))
    yield Page(f"a theme of {theme.voices:,} voices", marketer, theme.get_absolute_url())
    yield Page("the loop by month", leader, reverse("objections:theme_loop"))
    yield Page("content, as a board", marketer, reverse("objections:request_list"))
    yield Page("content, as a board in lanes", marketer, reverse("objections:request_list") + "?lanes=owner")
    yield Page("content, as a table", marketer, reverse("objections:request_list") + "?view=table")
    yield Page("content, as a calendar", marketer, reverse("objections:request_calendar"))
    yield Page("collateral", rep, reverse("objections:collateral_list"))
    yield Page("notifications", rep, reverse("feedback:notification_list"))
    yield Page("meetings", leader, reverse("feedback:meeting_list"))
    yield Page("a meeting, open", leader, opened.get_absolute_url())
    yield Page("a meeting, run", leader, reverse("feedback:meeting_run", args=[opened.pk]))
    yield Page("a meeting, closed", leader, closed.get_absolute_url())
    yield Page("search", rep, reverse("feedback:search") + "?q=harbour")
    for what in ("opportunities", "objections", "themes", "requests"):
        yield Page(f"API: {what}", leader, f"/api/v1/{what}/")
    yield Page("log an objection, the form", rep, reverse("objections:objection_create"))


def measure_page(page: Page) -> tuple:
    client = Client()
    client.force_login(page.who)
    queries, write, late = _look_inside(client, page.url)
    times = [seconds(lambda: _get(client, page.url)) for _ in range(ROUNDS)]
    raw = median_of(ROUNDS, lambda: run(queries))
    constants = median_of(ROUNDS, write)
    p50, p95 = p50_p95(times)
    asked = f"{len(queries)}, {late} of them in writing it down" if late else len(queries)
    return ms(p50), ms(p95), asked, ms(raw), ms(constants), f"{p50 / (raw + constants):.1f}"


def _get(client: Client, url: str):
    response = client.get(url)
    if response.status_code != 200:
        raise AssertionError(f"{url} answered {response.status_code}")
    return response


def _look_inside(client: Client, url: str):
    """The queries of a warm page, what writes it down from constants, and how many queries that still makes."""
    _get(client, url)
    setup_test_environment()
    try:
        with CaptureQueriesContext(connection) as captured:
            response = _get(client, url)
    finally:
        teardown_test_environment()
    queries = [query["sql"] for query in captured.captured_queries if query["sql"].startswith("SELECT")]
    if not response.templates:
        write = _written_from_rows(response.renderer_context["view"])
        with CaptureQueriesContext(connection) as again:
            write()
        return queries, write, len(again)
    template, given = response.templates[0], response.context[0].flatten()
    _settle_choices(given)
    with CaptureQueriesContext(connection) as again:
        template.render(_constants(given))
    return queries, lambda: template.render(_constants(given)), len(again)


def _written_from_rows(view) -> Callable[[], bytes]:
    """What writes a page of the API down from rows that were read."""
    rows = view.paginate_queryset(view.filter_queryset(view.get_queryset()))

    def write() -> bytes:
        with kept_once():
            return JSONRenderer().render(view.get_serializer(rows, many=True).data)

    write()  # what a row looks up lazily it has from now on
    return write


def _settle_choices(given: dict) -> None:
    """Forms ask the database for what can be chosen whenever they are shown; here they have it."""
    for value in given.values():
        form = value if isinstance(value, BaseForm) else getattr(value, "form", None)
        for field in form.fields.values() if isinstance(form, BaseForm) else ():
            if hasattr(field.widget, "choices"):
                field.widget.choices = list(field.widget.choices)


def _constants(given: dict) -> Context:
    """The context without the processors that would work it out anew."""
    context = Context(given)
    context.request = given["request"]  # where `querystring` looks for it
    return context


def run(statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            cursor.fetchall()
