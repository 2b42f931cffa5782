"""What leaders see of objections on their home page."""

from django.utils import timezone

from feedback.home import Panel, add_panel
from feedback.metrics import last_days
from feedback.models import Company, Opportunity, User
from feedback.permissions import is_leader
from objections import loop_page
from objections.metrics import final_stage_top_four, reason_agreement


def register() -> None:
    add_panel(Panel("agreement", 45, "objections/sections/_agreement_panel.html", is_leader, agreement))
    add_panel(Panel("loop", 42, "objections/sections/_loop_panel.html", is_leader, loop))
    add_panel(Panel("top_four", 40, "objections/sections/_top_four_panel.html", is_leader, top_four))


def top_four(user: User) -> dict:
    return {"heard": final_stage_top_four(timezone.localdate())}


def loop(user: User) -> dict:
    """How long an answer takes now, and which of its steps takes longest."""
    whole, *steps = loop_page.shown(loop_page.times(timezone.localdate(timezone=Company.agreed().zone)).value)
    timed = [step for step in steps if step.times.recent.n and not step.times.recent.is_few]
    return {"whole": whole, "slowest": max(timed, key=lambda step: step.times.recent.median, default=None)}


def agreement(user: User) -> dict:
    """One figure, never by person."""
    lately = last_days(timezone.localdate(), 90)
    return {"agreement": reason_agreement(Opportunity.objects.lost().closed_between(lately))}
