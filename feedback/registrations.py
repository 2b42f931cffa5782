"""What this app puts in the rail, on home pages and in search."""

from django.db.models import F
from django.utils import timezone

from feedback import meeting_panels, sections
from feedback.home import Finder, Hit, Panel, RailEntry, add_finder, add_panel, add_rail_entry
from feedback.importing import job as _import_job  # noqa: F401  registers its kind of work
from feedback.models import Opportunity
from feedback.permissions import is_rep


def register():
    sections.register()
    meeting_panels.register()
    add_rail_entry(RailEntry("Home", 0, "feedback:home", "home"))
    add_rail_entry(RailEntry("Reviews", 10, "feedback:review_owed", "clipboard-document-check", _owed, "owed"))
    add_rail_entry(RailEntry("Meetings", 50, "feedback:meeting_list", "calendar-days"))
    add_rail_entry(RailEntry("Deals", 60, "feedback:opportunity_list", "briefcase"))
    add_rail_entry(RailEntry("Definitions", 90, "feedback:definition_list", "book-open"))
    add_finder(Finder("Deals", 10, _find_deals))
    add_panel(Panel("owed", 10, "feedback/reviews/_owed_panel.html", is_rep, _owed_panel))


def _owed(user):
    return Opportunity.objects.owing_review().for_reviewer(user).count()


def _owed_panel(user):
    owed = Opportunity.objects.owing_review().for_reviewer(user).with_value()
    dearest = owed.select_related("account").order_by("closed_on", F("value").desc(nulls_last=True), "id")
    return {
        "count": owed.count(),
        "value": owed.total_value(),
        "overdue": owed.overdue(timezone.localdate()).count(),
        "first": dearest[:5],
    }


def _find_deals(user, words, limit):
    deals = Opportunity.objects.visible_to(user).matching(words).select_related("account")[:limit]
    return [Hit(str(deal), _deal_detail(deal), deal.get_absolute_url()) for deal in deals]


def _deal_detail(deal):
    closed = f" {deal.closed_on:%-d %b %Y}" if deal.closed_on else ""
    return f"{deal.get_outcome_display()}{closed}"
