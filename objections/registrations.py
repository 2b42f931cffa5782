"""What this app puts in the rail, on home pages, in search and in meetings."""

from uuid import uuid4

from feedback.competitors import Naming, add_naming
from feedback.home import Finder, Panel, RailEntry, add_finder, add_panel, add_rail_entry
from feedback.lists import Listing, add_listing
from feedback.permissions import is_marketer, is_rep
from objections import (
    audited,
    becoming,
    categories,
    company_figures,
    digest_parts,
    discussed,
    feeds,
    held,
    leader_panels,
    notification_kinds,
    panels,
    personal_data,
    readiness,
    search,
    sections,
    since_closing,
    theme_panels,
    webhook_events,
)
from objections.battlecards import find_battlecards
from objections.filters.collateral import CollateralFilter
from objections.filters.content import RequestFilter
from objections.filters.objections import ObjectionFilter
from objections.filters.themes import ThemeFilter
from objections.filters.triage import TriageFilter
from objections.models import Objection


def register():
    """Called once when the app is ready."""
    categories.register()
    add_naming(Naming("Objections", lambda competitor: Objection.objects.live().filter(competitor=competitor)))
    sections.register()
    readiness.register()
    discussed.register()
    personal_data.register()
    feeds.register()
    digest_parts.register()
    notification_kinds.register()
    becoming.register()
    company_figures.register()
    since_closing.register()
    webhook_events.register()
    theme_panels.register()
    leader_panels.register()
    audited.register()
    held.register()
    add_rail_entry(RailEntry("Objections", 20, "objections:objection_list", "chat-bubble-left-right"))
    add_listing(Listing("objections", "Objections", "objections:objection_list", ObjectionFilter))
    add_listing(Listing("themes", "Themes", "objections:theme_list", ThemeFilter, also=("sort",)))
    add_listing(Listing("triage", "Triage", "objections:theme_triage", TriageFilter))
    add_listing(Listing("requests", "Content requests", "objections:request_list", RequestFilter))
    add_listing(Listing("collateral", "Collateral", "objections:collateral_list", CollateralFilter))
    add_rail_entry(
        RailEntry(
            "Content",
            40,
            "objections:request_list",
            "document-text",
            panels.waiting_requests,
            "late or new",
            also=("objections:collateral", "objections:version", "objections:battlecard"),
        )
    )
    search.register()
    add_finder(Finder("Battlecards", 32, find_battlecards))
    add_finder(Finder("Content requests", 35, panels.find_requests))
    add_panel(Panel("content-queue", 30, "objections/content/_queue_panel.html", is_marketer, panels.queue))
    add_panel(Panel("stale", 35, "objections/collateral/_stale_panel.html", is_marketer, panels.stale))
    add_panel(Panel("shipped", 20, "objections/collateral/_shipped_panel.html", is_rep, panels.shipped))
    add_panel(Panel("helped", 25, "objections/collateral/_helped_panel.html", is_rep, panels.unanswered_usages))
    add_panel(Panel("log", 5, "objections/objections/_log_panel.html", is_rep, lambda user: {"client_id": uuid4()}))
