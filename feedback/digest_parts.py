"""What this app says in a digest: owed reviews, unread notifications and, to managers, their team's coverage."""

from datetime import date, datetime

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from feedback.addresses import absolute, is_path_of_ours
from feedback.digests import Part, add_part, told_elsewhere
from feedback.metrics import coverage_by, last_days, money_of, number_of
from feedback.models import Company, Notification, Opportunity, Team, User

SHOWN = 10
DAYS = 90


def register() -> None:
    add_part(Part("owed", 10, "feedback/digests/_owed", owed))
    add_part(Part("news", 30, "feedback/digests/_news", news))
    add_part(Part("coverage", 40, "feedback/digests/_coverage", team_coverage, is_news=False))


def owed(user: User, since: datetime) -> dict | None:
    """Owed reviews a reminder may speak of, the dearest first and the older before the younger."""
    deals = Opportunity.objects.owing_review().to_remind().for_reviewer(user)
    worth = money_of(deals)
    if not worth.deals:
        return None
    today = timezone.localdate()
    first = deals.with_value().select_related("account").order_by(F("value").desc(nulls_last=True), "closed_on", "id")
    return {
        "headline": number_of(worth.deals, "review") + " owed",
        "count": worth.deals,
        "worth": worth,
        "currency": Company.agreed().currency,
        "late": deals.overdue(today).count(),
        "rows": [(deal, _review_url(deal), due_words(deal.review_due_on, today)) for deal in first[:SHOWN]],
        "more": max(worth.deals - SHOWN, 0),
        "url": absolute(reverse("feedback:review_owed") + "?sort=value"),
    }


def _review_url(deal):
    return absolute(reverse("feedback:review_edit", args=[deal.pk]))


def due_words(day: date, today: date) -> str:
    """`3 days late`, `due today`, `due 30 Nov`."""
    days = (today - day).days
    if days > 0:
        return f"{number_of(days, 'day')} late"
    return "due today" if days == 0 else f"due {date_format(day, 'j M')}"


def news(user: User, since: datetime) -> dict | None:
    """Unread notifications since then that they want by digest, but those another part tells of; titles only."""
    rows = Notification.objects.for_digest(user).filter(at__gt=since)
    for prefix in told_elsewhere():
        rows = rows.exclude(Q(key__startswith=prefix))
    count = rows.count()
    if not count:
        return None
    all_of_them = reverse("feedback:notification_list")
    shown = [(row, absolute(row.url if is_path_of_ours(row.url) else all_of_them)) for row in rows[:SHOWN]]
    more = max(count - SHOWN, 0)
    return {"headline": f"{count} new for you", "rows": shown, "more": more, "url": absolute(all_of_them)}


def team_coverage(user: User, since: datetime) -> dict | None:
    """A line for each team they manage: what is known of the deals it lost in the last 90 days."""
    teams = list(Team.objects.managed_by(user))
    if not teams:
        return None
    lost = Opportunity.objects.closed_between(last_days(timezone.localdate(), DAYS)).filter(owner__team__in=teams)
    found = coverage_by(lost, "owner__team")
    lines = [(team, found[team.pk]) for team in teams if team.pk in found and found[team.pk].asked]
    return {"lines": lines, "url": absolute(reverse("feedback:review_coverage"))} if lines else None
