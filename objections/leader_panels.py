"""What leaders see of objections on their home page."""

from django.utils import timezone

from feedback.home import Panel, add_panel
from feedback.models import User
from feedback.permissions import is_leader
from objections.metrics import final_stage_top_four


def register() -> None:
    add_panel(Panel("top_four", 40, "objections/sections/_top_four_panel.html", is_leader, top_four))


def top_four(user: User) -> dict:
    return {"heard": final_stage_top_four(timezone.localdate())}
