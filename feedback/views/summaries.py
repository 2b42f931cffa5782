from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from feedback.actions.summaries import send_summary
from feedback.forms.summaries import SendForm
from feedback.metrics import number_of
from feedback.models import Meeting
from feedback.permissions import can_send_summary, require
from feedback.summaries import summary_of
from feedback.summary_mail import corrected
from feedback.toasts import toast


def meeting_summary(request, pk):
    meeting = _closed(request, pk)
    context = {"meeting": meeting, "summary": summary_of(meeting.pack), "corrected": corrected(meeting.pack)}
    return render(request, "feedback/meetings/summary.html", context)


@require_http_methods(["GET", "POST"])
def summary_send(request, pk):
    meeting = _closed(request, pk)
    require(can_send_summary(request.user))
    form = SendForm(request.POST if request.method == "POST" else None, pack=meeting.pack)
    if request.method == "POST" and form.is_valid():
        sent = send_summary(pack=meeting.pack, people=form.cleaned_data["people"], by=request.user)
        toast(request, f"The summary goes to {number_of(sent, 'person', 'people')}.")
        return redirect(meeting)
    context = {"form": form, "meeting": meeting, "mails": meeting.pack.summary_mails.select_related("person")}
    return render(request, "feedback/meetings/summary_send.html", context, status=422 if form.is_bound else 200)


def _closed(request, pk):
    """404 for a meeting that is not closed: what it will have said is not known yet."""
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user).prefetch_related("packs"), pk=pk)
    if not meeting.is_closed:
        raise Http404
    return meeting
