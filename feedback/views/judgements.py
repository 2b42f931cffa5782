from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from feedback.actions import judgements as actions
from feedback.addresses import is_path_of_ours, next_or
from feedback.forms.judgements import JudgementForm
from feedback.models import Decision, Judgement, Meeting
from feedback.permissions import can_judge_decision, require
from feedback.toasts import toast


def judgement_create(request, pk):
    decisions = Decision.objects.filter(meeting__in=Meeting.objects.visible_to(request.user))
    decision = get_object_or_404(decisions.select_related("meeting"), pk=pk)
    require(can_judge_decision(request.user))
    form = JudgementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        judgement = actions.judge_decision(decision=decision, by=request.user, **form.cleaned_data)
        undo = reverse("feedback:judgement_undo", args=[judgement.pk])
        toast(request, f"Noted: {judgement.get_verdict_display().lower()}.", undo=undo)
        return redirect(next_or(request, decision))
    asked = (request.POST or request.GET).get("next", "")
    context = {
        "form": form,
        "decision": decision,
        "back": asked if is_path_of_ours(asked) else decision.get_absolute_url(),
        "earlier": decision.judgements.select_related("by", "undone_by"),
    }
    return render(request, "feedback/meetings/judgement_form.html", context, status=422 if form.is_bound else 200)


@require_POST
def judgement_undo(request, pk):
    meetings = Meeting.objects.visible_to(request.user)
    rows = Judgement.objects.filter(decision__meeting__in=meetings).select_related("decision__meeting")
    judgement = get_object_or_404(rows, pk=pk)
    require(can_judge_decision(request.user))
    actions.undo_judgement(judgement=judgement, by=request.user)
    toast(request, "Open again.")
    return redirect(next_or(request, judgement.decision))
