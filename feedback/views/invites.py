from django.db.models import ProtectedError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST

from feedback.actions import meetings as actions
from feedback.actions.reminders import remind_now
from feedback.invite_mail import calendar_of
from feedback.metrics import number_of
from feedback.models import Meeting
from feedback.permissions import can_delete_meeting, can_write_in_meeting, require
from feedback.toasts import toast
from feedback.views.meetings import says_when_closed


def meeting_calendar(request, pk):
    """The meeting as a file for any calendar."""
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    if meeting.held_on is None:
        raise Http404("It has no day yet")
    response = HttpResponse(calendar_of(meeting), content_type="text/calendar; charset=utf-8")
    name = f"closed-lost-review-{meeting.period_slug}.ics"
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
def meeting_remind(request, pk):
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    require(can_write_in_meeting(request.user, meeting))
    told = remind_now(meeting=meeting)
    words = "Nobody owes anything." if told == 0 else f"{number_of(told or 0, 'person', 'people')} reminded."
    toast(request, "They were reminded today already." if told is None else words)
    return redirect(f"{meeting.get_absolute_url()}#readiness")


@says_when_closed
def meeting_delete(request, pk):
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    require(can_delete_meeting(request.user, meeting))
    context = {"row": meeting, "meeting": meeting, "noun": "meeting"}
    if request.method != "POST":
        return render(request, "feedback/meetings/delete.html", context)
    try:
        actions.delete_meeting(meeting=meeting)
    except ProtectedError:  # somebody was quicker: since it was asked for, something was written in it
        return render(request, "feedback/meetings/delete.html", context | {"refused": True}, status=409)
    toast(request, f"{meeting} is gone.")
    return redirect("feedback:meeting_list")
