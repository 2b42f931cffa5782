"""What this app looks at before a meeting is held."""

from django.urls import reverse

from feedback.metrics import number_of
from feedback.models import Meeting
from feedback.readiness import Check, Line, add_line
from objections.models import Objection


def register() -> None:
    add_line(Line("pile", 40, "Objections in a theme", "Empty the pile", pile))


def pile(meeting: Meeting) -> Check:
    waiting = Objection.objects.in_pile().heard_between(meeting.period).count()
    figure = f"{number_of(waiting, 'objection')} in none yet" if waiting else "None waits for one"
    return Check(not waiting, figure, reverse("objections:pile"))
