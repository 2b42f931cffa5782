from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from feedback.actions import becomings as actions
from feedback.addresses import next_or
from feedback.models import Becoming, Meeting
from feedback.permissions import can_link_promise, require
from feedback.toasts import toast


@require_POST
def becoming_undo(request, pk):
    becoming = _becoming(request, pk)
    actions.undo_link(becoming=becoming, by=request.user)
    toast(request, "No longer linked. What was made stays.", undo=reverse("feedback:becoming_restore", args=[pk]))
    return redirect(next_or(request, _meeting_or_home(request, becoming)))


@require_POST
def becoming_restore(request, pk):
    becoming = _becoming(request, pk)
    actions.restore_link(becoming=becoming, by=request.user)
    toast(request, "Linked again.")
    return redirect(next_or(request, _meeting_or_home(request, becoming)))


def _becoming(request, pk):
    """404 for links of promises one may not see: those of others, in meetings that are being prepared."""
    rows = Becoming.objects.select_related("action__meeting", "decision__meeting")
    becoming = get_object_or_404(rows.visible_to(request.user), pk=pk)
    require(can_link_promise(request.user, becoming.promise))
    return becoming


def _meeting_or_home(request, becoming):
    meetings = Meeting.objects.visible_to(request.user)
    return meetings.filter(pk=becoming.promise.meeting_id).first() or "feedback:home"
