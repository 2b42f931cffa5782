from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from feedback.permissions import require
from feedback.toasts import toast
from objections.actions.placements import ThemeGone, place_objection
from objections.forms.objections import SameForm
from objections.models import Objection
from objections.permissions import can_log, can_say_same
from objections.suggestions import suggested_for

LONGEST = 2000  # characters of an objection


@require_POST
def objection_suggest(request):
    """What fits the words typed so far, for the place below their box. It logs nothing and keeps nothing."""
    require(can_log(request.user))
    suggested = suggested_for(request.POST.get("text", "")[:LONGEST], request.user)
    return render(request, "objections/objections/_suggestions.html", {"suggested": suggested})


@require_POST
def objection_same(request, pk):
    """Says of an objection that was saved that it is the same as a theme."""
    objection = get_object_or_404(Objection.objects.visible_to(request.user).live(), pk=pk)
    require(can_say_same(request.user, objection))
    form = SameForm(request.POST)
    if not form.is_valid():
        toast(request, "Not done: that theme was merged or retired. Reload the page to see what fits now.")
        return redirect(objection)
    theme, guesses = form.cleaned_data["theme"], form.cleaned_data["guesses"]
    try:
        placement = place_objection(objection=objection, theme=theme, by=request.user, guesses=guesses)
    except ThemeGone as why:
        toast(request, f"Not done. {why}")
    else:
        undo = reverse("objections:placement_undo", args=[placement.pk])
        toast(request, f"Counted in “{theme}”.", undo=undo)
    return redirect(objection)
