"""What this app puts in the rail, on home pages, in search and in meetings."""

from feedback.home import Finder, Hit, Panel, RailEntry, add_finder, add_panel, add_rail_entry
from feedback.permissions import is_marketer, is_rep
from objections import leader_panels, panels, sections, theme_panels
from objections.models import Objection


def register():
    """Called once when the app is ready."""
    sections.register()
    theme_panels.register()
    leader_panels.register()
    add_rail_entry(RailEntry("Objections", 20, "objections:objection_list", "chat-bubble-left-right"))
    add_finder(Finder("Objections", 40, _find_objections))
    add_rail_entry(
        RailEntry("Content", 40, "objections:request_list", "document-text", panels.waiting_requests, "late or new")
    )
    add_finder(Finder("Collateral", 30, panels.find_collateral))
    add_finder(Finder("Content requests", 35, panels.find_requests))
    add_panel(Panel("content-queue", 30, "objections/content/_queue_panel.html", is_marketer, panels.queue))
    add_panel(Panel("shipped", 20, "objections/collateral/_shipped_panel.html", is_rep, panels.shipped))
    add_panel(Panel("log", 5, "objections/objections/_log_panel.html", is_rep, lambda user: {}))


def _find_objections(user, words, limit):
    found = Objection.objects.visible_to(user).live().matching(words).select_related("opportunity__account")[:limit]
    return [
        Hit(str(o)[:120], str((o.opportunity and o.opportunity.account) or ""), o.get_absolute_url()) for o in found
    ]
