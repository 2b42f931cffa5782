from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from feedback.models import Competitor
from objections.battlecards import battlecard_of, battlecard_url


def battlecard(request, pk):
    """One page against a competitor. The address of an alias leads to whose it is."""
    competitor = get_object_or_404(Competitor.objects.visible_to(request.user).select_related("alias_of"), pk=pk)
    if competitor.alias_of:
        return redirect(battlecard_url(competitor.alias_of))
    context = {"card": battlecard_of(competitor, request.user, timezone.localdate())}
    return render(request, "objections/battlecards/detail.html", context)
