"""What this app looks at before a meeting is held."""

from django.urls import reverse

from feedback.counts import total_of
from feedback.models import Meeting
from feedback.readiness import Check, Line, add_line
from objections.models import Objection


def register() -> None:
    add_line(Line("pile", 40, "Objections in a theme", "Empty the pile", pile))


def pile(meeting: Meeting) -> Check:
    waiting = total_of(Objection.objects.in_pile().heard_between(meeting.period))
    figure = f"{waiting} objection{'' if waiting.number == 1 else 's'} in none yet"
    return Check(not waiting.number, figure if waiting.number else "None waits for one", reverse("objections:pile"))
