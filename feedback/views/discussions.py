from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from feedback.actions import meetings as actions
from feedback.discussing import suggestions
from feedback.filters import searched
from feedback.forms.meetings import PickForm
from feedback.models import Meeting, Opportunity
from feedback.sections.deals import discussed
from feedback.views.agendas import STEPS
from feedback.views.meetings import require_open, says_when_closed

OFFERED = 20  # deals offered for discussion at once


@says_when_closed
def meeting_deals(request, pk):
    meeting = _meeting(request, pk)
    form = PickForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.pick_opportunity(meeting=meeting, opportunity=form.cleaned_data["opportunity"])
        return redirect("feedback:meeting_deals", pk)
    words = searched(request.GET.get("q", ""))
    picked = list(discussed(meeting).select_related("account"))
    context = {
        "meeting": meeting,
        "form": form,
        "words": words,
        "picked": picked,
        "suggested": [] if words else suggestions(meeting, without=picked),
        "found": [deal for deal in _found(words) if deal not in picked] if words else [],
    }
    return render(request, "feedback/meetings/deals.html", context, status=422 if form.is_bound else 200)


def _found(words):
    """Lost deals of any time that have these words."""
    found = Opportunity.objects.lost().matching(words).select_related("account")
    return found.order_by("-closed_on", "-pk")[:OFFERED]


@require_POST
@says_when_closed
def meeting_deal_remove(request, pk, deal):
    meeting = _meeting(request, pk)
    actions.unpick_opportunity(meeting=meeting, opportunity=get_object_or_404(meeting.opportunities, pk=deal))
    return redirect("feedback:meeting_deals", pk)


@require_POST
@says_when_closed
def meeting_deal_move(request, pk, deal):
    """One place up or down (`to`)."""
    meeting = _meeting(request, pk)
    opportunity = get_object_or_404(meeting.opportunities, pk=deal)
    if step := STEPS.get(request.POST.get("to")):
        actions.move_opportunity(meeting=meeting, opportunity=opportunity, step=step)
    return redirect("feedback:meeting_deals", pk)


def _meeting(request, pk):
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    require_open(request, meeting)
    return meeting
