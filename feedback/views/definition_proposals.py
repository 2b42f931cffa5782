from django.shortcuts import get_list_or_404, get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from feedback.actions import definition_proposals as actions
from feedback.addresses import is_path_of_ours, next_or
from feedback.becoming import promise_asked, query_of, words_for_all
from feedback.forms.definition_proposals import LeaveForm, ProposalForm
from feedback.models import Definition, DefinitionProposal
from feedback.permissions import can_decide_definition, can_propose_definition, require
from feedback.toasts import toast


def definition_proposal_start(request):
    """Which definition is to change? Then its form, with the promise of a meeting it is asked from."""
    require(can_propose_definition(request.user))
    promise = promise_asked(request)
    latest = {row.slug: row for row in Definition.objects.order_by("version")}
    context = {
        "definitions": sorted(latest.values(), key=lambda row: row.title),
        "promise": promise,
        "query": query_of(promise, _back(request, "")) if promise else "",
    }
    return render(request, "feedback/definitions/propose_start.html", context)


def definition_proposal_create(request, slug):
    definition = get_list_or_404(Definition.objects.order_by("-version"), slug=slug)[0]
    require(can_propose_definition(request.user))
    promise = promise_asked(request)
    why = words_for_all(promise)[:500] if promise else ""
    initial = {"text": definition.text, "formula": definition.formula, "why": why}
    form = ProposalForm(request.POST or None, initial=initial, definition=definition)
    if request.method == "POST" and form.is_valid():
        said = {"by": request.user, "promise": promise, **form.cleaned_data}
        proposal = actions.propose_definition(definition=definition, **said)
        toast(request, "Proposed. A leader decides.")
        return redirect(next_or(request, proposal))
    context = {"form": form, "definition": definition, "promise": promise, "back": _back(request, "")}
    return render(request, "feedback/definitions/propose.html", context, status=422 if form.is_bound else 200)


def _back(request, otherwise):
    asked = (request.POST or request.GET).get("next", "")
    return asked if is_path_of_ours(asked) else otherwise


@require_POST
def definition_proposal_take(request, pk):
    proposal = get_object_or_404(DefinitionProposal, pk=pk)
    require(can_decide_definition(request.user))
    try:
        made = actions.take_proposal(proposal=proposal, by=request.user)
    except actions.AlreadyDecided as why:
        toast(request, str(why))
        return redirect(proposal)
    toast(request, f"“{made}” has version {made.version} now. The versions before it are kept.")
    return redirect(made)


def definition_proposal_leave(request, pk):
    proposal = get_object_or_404(DefinitionProposal, pk=pk)
    require(can_decide_definition(request.user))
    form = LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.leave_proposal(proposal=proposal, by=request.user, answer=form.cleaned_data["answer"])
        except actions.AlreadyDecided as why:
            form.add_error(None, str(why))
        else:
            toast(request, "Left as it was.")
            return redirect(proposal)
    context = {"form": form, "proposal": proposal}
    return render(request, "feedback/definitions/leave.html", context, status=422 if form.is_bound else 200)
