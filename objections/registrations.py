"""What this app puts in the rail, on home pages, in search and in meetings."""

from feedback.home import Finder, Hit, Panel, RailEntry, add_finder, add_panel, add_rail_entry
from feedback.permissions import is_rep
from objections.models import Objection


def register():
    """Called once when the app is ready."""
    add_rail_entry(RailEntry("Objections", 20, "objections:objection_list", "chat-bubble-left-right"))
    add_finder(Finder("Objections", 40, _find_objections))
    add_panel(Panel("log", 5, "objections/objections/_log_panel.html", is_rep, lambda user: {}))


def _find_objections(user, words, limit):
    found = Objection.objects.visible_to(user).live().matching(words).select_related("opportunity__account")[:limit]
    return [
        Hit(str(o)[:120], str((o.opportunity and o.opportunity.account) or ""), o.get_absolute_url()) for o in found
    ]
