from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from feedback.models import Opportunity
from feedback.permissions import require
from feedback.toasts import toast
from objections.actions.joins import join_request, leave_request
from objections.forms.joins import JoinForm
from objections.models import ContentRequest, Join
from objections.permissions import can_join
from objections.views.content import row_of


def join_create(request, pk):
    """Wants the same, perhaps for a deal and with what was heard there."""
    row = get_object_or_404(ContentRequest.objects.visible_to(request.user).with_voices(), pk=pk)
    require(can_join(request.user, row))
    deal = row_of(Opportunity.objects.visible_to(request.user), request.GET.get("deal", ""))
    form = JoinForm(request.POST if request.method == "POST" else None, user=request.user, deal=deal)
    if request.method == "POST" and form.is_valid():
        join = join_request(request=row, by=request.user, **form.cleaned_data)
        undo = reverse("objections:join_leave", args=[join.pk])
        toast(request, "You are told of it as if you had asked.", undo=undo)
        return redirect(row)
    context = {"form": form, "request_row": row, "themes": row.themes.all()}
    return render(request, "objections/joins/form.html", context, status=422 if form.is_bound else 200)


@require_POST
def join_leave(request, pk):
    join = get_object_or_404(Join.objects.filter(by=request.user).select_related("request"), pk=pk)
    leave_request(join=join)
    toast(request, "You are not told of it any more.")
    return redirect(join.request)
