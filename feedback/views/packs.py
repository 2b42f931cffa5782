from django.shortcuts import get_object_or_404, redirect, render

from feedback.models import Meeting
from feedback.packs import days_of, removals


def pack_detail(request, pk, version):
    """A version that a meeting was closed with once, before it was opened again; the one in force is the meeting's."""
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    pack = get_object_or_404(meeting.packs.select_related("closed_by", "reopened_by"), version=version)
    if pack.reopened_at is None:
        return redirect(meeting)
    closed_on, reopened_on = days_of(pack)
    context = {"meeting": meeting, "pack": pack, "closed_on": closed_on, "reopened_on": reopened_on}
    context["removals"] = removals(pack)
    return render(request, "feedback/meetings/pack.html", context)
