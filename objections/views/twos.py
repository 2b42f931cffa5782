from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from feedback.addresses import is_path_of_ours
from feedback.permissions import require
from feedback.toasts import toast
from objections.actions import twos as actions
from objections.models import Objection, TwoInOne
from objections.permissions import can_split_objection


@require_POST
def two_split(request, pk):
    two = _allowed(request, pk)
    actions.make_two(two=two, by=request.user)
    toast(request, "Made two. Each finds its own theme in a moment.", undo=_undo(two))
    return redirect(_next(request, two))


@require_POST
def two_keep(request, pk):
    two = _allowed(request, pk)
    actions.keep_as_one(two=two, by=request.user)
    toast(request, "Kept as one. It is not asked again until the words change.", undo=_undo(two))
    return redirect(_next(request, two))


@require_POST
def two_undo(request, pk):
    two = _allowed(request, pk)
    try:
        actions.undo_two(two=two, by=request.user)
    except actions.ChangedSince as why:
        toast(request, f"Not taken back. {why}")
    else:
        toast(request, "Taken back. It is one objection again.")
    return redirect(_next(request, two))


def _allowed(request, pk):
    objections = Objection.objects.visible_to(request.user).live()
    two = get_object_or_404(TwoInOne.objects.select_related("objection").filter(objection__in=objections), pk=pk)
    require(can_split_objection(request.user, two.objection))
    return two


def _undo(two):
    return reverse("objections:two_undo", args=[two.pk])


def _next(request, two):
    url = request.POST.get("next", "")
    return url if is_path_of_ours(url) else two.objection
