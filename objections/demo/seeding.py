"""Fills an empty portal: the plan is told first, then replayed in order, so that every moment knows only its past."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from feedback.actions.opportunities import reassign_review
from feedback.kept import kept_once
from feedback.models import Company, Notification, Opportunity, User
from objections.demo import accounts, links, people, themes, triage, webhooks
from objections.demo.clock import as_of
from objections.demo.content import Content, Event
from objections.demo.corpus import address, read
from objections.demo.days import Days
from objections.demo.meetings import Meetings
from objections.demo.rows import Rows
from objections.demo.story import dice, tell
from objections.demo.writing import Writer

READ_AFTER = timedelta(days=11)  # older notifications have been read
Say = Callable[[str], None]


class NotEmpty(ValueError):
    """The portal holds somebody's work already; the message is for the person."""


@transaction.atomic
def seed(today: date, say: Say = lambda line: None) -> None:
    """Makes the demo company as it stands on the morning of `today`, all or nothing. Raises NotEmpty."""
    refuse_others()
    zone = ZoneInfo(read("company")["company"]["time_zone"])
    with timezone.override(zone), kept_once():
        _seed(Days(today, zone), say)


def refuse_others() -> None:
    company = Company.objects.first()
    if company:
        raise NotEmpty(f"This portal belongs to {company}. The demo company needs an empty one: set another DATA_DIR.")
    if User.objects.exists() or Opportunity.objects.exists():
        raise NotEmpty("This portal has people or deals already. The demo company needs an empty one.")


def _seed(days: Days, say: Say) -> None:
    story = tell(days)
    say(f"{len(story.deals)} deals and {len(story.voices)} objections planned")
    with as_of(days.close_of(days.first - timedelta(days=80))):
        people.make_company()
        cast = people.make_people()
        curator = cast[address("marta.lindqvist")]
        made = themes.make_themes(curator)
        competitors = accounts.make_competitors()
        content = Content(cast, made, competitors, days)
        made_accounts = accounts.make_accounts(dice("accounts"))
        rows = Rows(story, cast, made_accounts, accounts.make_products(), competitors)
        writer = Writer(story, rows=rows, themes=made, content=content, rng=dice("placements"))
    happening = [*content.events(dice("content")), *Meetings(cast, made, days).events(dice("meetings"))]
    happening += triage.events(cast, made, days)
    for moment, happen in sorted(happening, key=_when):
        writer.write_until(moment)
        with as_of(moment):
            happen()
    writer.write_until(days.close_of(days.last))
    with as_of(days.close_of(days.last)):
        _hand_over(cast)
    links.send_links(days, dice("links"))
    links.let_it_age(days)
    with as_of(days.close_of(days.first + timedelta(days=200))):
        webhooks.make_webhook(cast[address("arun.petersen")], days, dice("webhooks"))
    _read_notifications(days)


def _when(event: Event) -> datetime:
    return event[0]


def _hand_over(cast: dict[str, User]) -> None:
    """Two owed reviews that somebody else is to write."""
    for owner, to in (("tom.okafor", "fiona.garrick"), ("selin.aydogan", "jonas.reuter")):
        by = cast[address(to)].team.manager or cast[address(to)]
        deal = Opportunity.objects.owing_review().for_reviewer(cast[address(owner)]).order_by("closed_on", "id").first()
        if deal:
            reassign_review(opportunity=deal, to=cast[address(to)], by=by)


def _read_notifications(days: Days) -> None:
    old = Notification.objects.filter(at__lt=days.close_of(days.last) - READ_AFTER)
    old.update(read_at=F("at") + timedelta(hours=20))
