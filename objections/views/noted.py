from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from feedback.actions.reviews import review_of
from feedback.metrics import number_of
from feedback.models import Opportunity, Review
from feedback.permissions import can_write_review, require
from feedback.toasts import toast
from objections.actions import noted as actions
from objections.models import Noted
from objections.templatetags.heard import offer


def noted_detail(request, deal):
    """The offer under a deal's review, asked for a moment after its words were saved; nothing while there is none."""
    opportunity = get_object_or_404(Opportunity.objects.visible_to(request.user).closed(), pk=deal)
    require(can_write_review(request.user, opportunity))
    review = review_of(opportunity, request.user)
    return render(request, "objections/objections/_noted.html", offer(review, request.user))


@require_POST
def noted_log(request, pk):
    noted = _allowed(request, pk)
    try:
        made = actions.log_noted(noted=noted, by=request.user)
    except actions.NoteChanged as why:
        toast(request, str(why))
    else:
        undo = reverse("objections:noted_undo", args=[noted.pk])
        toast(request, f"Logged {number_of(len(made), 'objection')} from your note.", undo=undo)
    return _back(noted)


@require_POST
def noted_decline(request, pk):
    noted = _allowed(request, pk)
    actions.decline_noted(noted=noted, by=request.user)
    toast(
        request,
        "Left in the note. It is not asked again until the words change.",
        undo=reverse("objections:noted_undo", args=[noted.pk]),
    )
    return _back(noted)


@require_POST
def noted_undo(request, pk):
    noted = _allowed(request, pk)
    actions.undo_noted(noted=noted, by=request.user)
    toast(request, "Taken back.")
    return _back(noted)


def _allowed(request, pk):
    reviews = Review.objects.visible_to(request.user).live()
    noted = get_object_or_404(Noted.objects.select_related("review__opportunity").filter(review__in=reviews), pk=pk)
    require(can_write_review(request.user, noted.review.opportunity))
    return noted


def _back(noted):
    return redirect(reverse("feedback:review_edit", args=[noted.review.opportunity_id]) + "#objections")
