from django.shortcuts import get_object_or_404, render

from feedback.actions.action_updates import say_how_it_stands
from feedback.forms.action_updates import ActionUpdateForm
from feedback.models import Action
from feedback.permissions import can_end_action, require
from feedback.toasts import toast
from feedback.views.decisions import back_to_action


def action_update(request, pk):
    """How an action stands, in the words of whoever promised it, or of those who run the meetings."""
    action = get_object_or_404(Action.objects.visible_to(request.user).select_related("meeting", "owner"), pk=pk)
    require(can_end_action(request.user, action))
    form = ActionUpdateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        say_how_it_stands(action=action, text=form.cleaned_data["text"], by=request.user)
        toast(request, "Noted.")
        return back_to_action(request, action.meeting)
    came_from = request.POST if request.method == "POST" else request.GET
    context = {
        "form": form,
        "action": action,
        "updates": action.updates.select_related("by"),
        "back_on": came_from.get("on", ""),
        "back_in": came_from.get("in", ""),
    }
    return render(request, "feedback/meetings/action_update.html", context, status=422 if form.is_bound else 200)
