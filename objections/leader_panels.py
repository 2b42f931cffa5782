"""What leaders see of objections on their home page."""

from django.utils import timezone

from feedback.home import Panel, add_panel
from feedback.metrics import last_days
from feedback.models import Opportunity, User
from feedback.permissions import is_leader
from objections.metrics import final_stage_top_four, reason_agreement


def register() -> None:
    add_panel(Panel("agreement", 45, "objections/sections/_agreement_panel.html", is_leader, agreement))
    add_panel(Panel("top_four", 40, "objections/sections/_top_four_panel.html", is_leader, top_four))


def top_four(user: User) -> dict:
    return {"heard": final_stage_top_four(timezone.localdate())}


def agreement(user: User) -> dict:
    """One figure, never by person."""
    lately = last_days(timezone.localdate(), 90)
    return {"agreement": reason_agreement(Opportunity.objects.lost().closed_between(lately))}
