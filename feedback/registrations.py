"""What this app puts in the rail, on home pages and in search."""

from feedback.home import Finder, Hit, RailEntry, add_finder, add_rail_entry
from feedback.models import Opportunity


def register():
    add_rail_entry(RailEntry("Home", 0, "feedback:home", "home"))
    add_rail_entry(RailEntry("Deals", 10, "feedback:opportunity_list", "briefcase"))
    add_rail_entry(RailEntry("Definitions", 90, "feedback:definition_list", "book-open"))
    add_finder(Finder("Deals", 10, _find_deals))


def _find_deals(user, words, limit):
    deals = Opportunity.objects.visible_to(user).matching(words).select_related("account")[:limit]
    return [Hit(str(deal), _deal_detail(deal), deal.get_absolute_url()) for deal in deals]


def _deal_detail(deal):
    closed = f" {deal.closed_on:%-d %b %Y}" if deal.closed_on else ""
    return f"{deal.get_outcome_display()}{closed}"
