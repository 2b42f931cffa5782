"""What this app puts in the rail, on home pages and in search."""

from django.db.models import F
from django.utils import timezone

from feedback import (
    audited,
    becoming,
    coding,
    company_figures,
    competitors,
    digest_parts,
    discussed,
    feeds,
    held,
    meeting_panels,
    notification_kinds,
    personal_data,
    readiness,
    retention,
    sections,
    since_closing,
)
from feedback import digest_mail as _digest_mail  # noqa: F401  registers its kind of work
from feedback import invite_mail as _invite_mail  # noqa: F401  registers its kind of work
from feedback import meeting_days as _meeting_days  # noqa: F401  registers its kind of work
from feedback import password_reset as _password_reset  # noqa: F401  registers its kind of work
from feedback import preparing as _preparing  # noqa: F401  registers its kinds of work
from feedback import summary_mail as _summary_mail  # noqa: F401  registers its kind of work
from feedback.administration import Page, add_page
from feedback.filters import OpportunityFilter, ReviewFilter
from feedback.finding import find_deals
from feedback.home import Finder, Panel, RailEntry, add_finder, add_panel, add_rail_entry
from feedback.importing import job as _import_job  # noqa: F401  registers its kind of work
from feedback.lists import Listing, add_listing
from feedback.models import Opportunity
from feedback.permissions import can_administer, can_erase, can_read_imports, can_read_settings, is_rep
from feedback.webhooks import delivering as _delivering  # noqa: F401  registers its kind of work
from feedback.webhooks import events


def register():
    sections.register()
    discussed.register()
    personal_data.register()
    retention.register()
    feeds.register()
    digest_parts.register()
    notification_kinds.register()
    becoming.register()
    company_figures.register()
    since_closing.register()
    events.register()
    meeting_panels.register()
    readiness.register()
    coding.register()
    competitors.register()
    add_rail_entry(RailEntry("Home", 0, "feedback:home", "home"))
    add_rail_entry(RailEntry("Reviews", 10, "feedback:review_owed", "clipboard-document-check", _owed, "owed"))
    add_rail_entry(RailEntry("Meetings", 50, "feedback:meeting_list", "calendar-days", also=("feedback:series",)))
    add_rail_entry(RailEntry("Deals", 60, "feedback:opportunity_list", "briefcase"))
    add_rail_entry(RailEntry("Definitions", 90, "feedback:definition_list", "book-open"))
    add_listing(Listing("deals", "Deals", "feedback:opportunity_list", OpportunityFilter))
    add_listing(Listing("reviews", "All reviews", "feedback:review_list", ReviewFilter))
    add_finder(Finder("Deals", 10, find_deals))
    _add_pages()
    audited.register()
    held.register()
    add_panel(Panel("owed", 10, "feedback/reviews/_owed_panel.html", is_rep, _owed_panel))


def _add_pages():
    words = "Who can sign in, and what they may do"
    add_page(Page("People", 5, "feedback:person_list", "users", words, can_read_settings))
    words = "Who manages whom"
    add_page(Page("Teams", 10, "feedback:team_list", "user-group", words, can_read_settings))
    words = "Name, currency and time zone"
    add_page(Page("Company", 20, "feedback:company", "building-office", words, can_administer))
    words = "How many business days reviews, triage and content may take"
    add_page(Page("Service levels", 30, "feedback:service_levels", "bell-alert", words, can_administer))
    words = "Days that no due date counts"
    add_page(Page("Holidays", 35, "feedback:holiday_list", "calendar-days", words, can_read_settings))
    words = "Size bands, industries and regions we report by"
    add_page(Page("Segments", 40, "feedback:segment_list", "squares-2x2", words, can_read_settings))
    words = "The lists of reasons, destinations and categories, by version"
    add_page(Page("Taxonomy", 45, "feedback:taxonomy_list", "tag", words, can_read_settings))
    words = "Who we meet, how often, and by which names they are found"
    add_page(Page("Competitors", 50, "feedback:competitor_list", "flag", words, can_read_settings))
    words = "Which lost deals owe no review, and why"
    add_page(Page("Exclusion rules", 55, "feedback:exclusion_rule_list", "funnel", words, can_read_settings))
    words = "Which other programs are told of what happens here, such as Slack and Teams"
    add_page(Page("Webhooks", 60, "feedback:webhook_list", "signal", words, can_read_settings))
    words = "What came in from the CRM, when, and what was left out"
    add_page(Page("Imports", 70, "feedback:import_list", "arrow-up-tray", words, can_read_imports))
    words = "Find it, export it, remove it; how long things are kept"
    add_page(Page("Personal data", 75, "feedback:personal_data", "finger-print", words, can_erase))
    words = "Who changed what, when, from what to what"
    add_page(Page("Audit", 80, "feedback:audit_list", "clock", words, can_read_settings))


def _owed(user):
    """What the rail reminds of: reviews left out of reminders or put off are owed, but not counted here."""
    return Opportunity.objects.owing_review().to_remind().for_reviewer(user).count()


def _owed_panel(user):
    owed = Opportunity.objects.owing_review().for_reviewer(user).with_value()
    dearest = owed.awake().select_related("account").order_by("closed_on", F("value").desc(nulls_last=True), "id")
    return {
        "count": owed.count(),
        "value": owed.total_value(),
        "overdue": owed.overdue(timezone.localdate()).count(),
        "first": dearest[:5],
    }
