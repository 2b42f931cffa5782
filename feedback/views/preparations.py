from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from feedback.models import Meeting
from feedback.permissions import can_write_in_meeting
from feedback.preparing import bring_up_to_date, standing
from feedback.views.meetings import require_open, says_when_closed


@vary_on_headers("HX-Request")
def preparation_detail(request, pk):
    """How far the job is, as the meeting's page asks every second; the page itself for everybody else."""
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    if not request.htmx or meeting.is_closed:
        return redirect(meeting)
    context = standing(meeting) | {"can_write": can_write_in_meeting(request.user, meeting)}
    return render(request, "feedback/meetings/_preparation.html", context)


@require_POST
@says_when_closed
def preparation_create(request, pk):
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    require_open(request, meeting)
    bring_up_to_date(meeting=meeting, by=request.user)
    return redirect(meeting)
