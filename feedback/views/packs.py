from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from feedback.models import Company, Meeting
from feedback.packs import removals


def pack_detail(request, pk, version):
    """A version that a meeting was closed with once, before it was opened again; the one in force is the meeting's."""
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    pack = get_object_or_404(meeting.packs.select_related("closed_by", "reopened_by"), version=version)
    if pack.reopened_at is None:
        return redirect(meeting)
    zone = Company.current().zone
    context = {
        "meeting": meeting,
        "pack": pack,
        "closed_on": timezone.localdate(pack.closed_at, zone),
        "reopened_on": timezone.localdate(pack.reopened_at, zone),
        "removals": removals(pack),
    }
    return render(request, "feedback/meetings/pack.html", context)
