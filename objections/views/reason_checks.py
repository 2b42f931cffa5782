from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from feedback.actions.reviews import NotReady, review_of
from feedback.models import Opportunity, Review
from feedback.permissions import can_write_review, require
from feedback.toasts import toast
from objections.actions import reason_checks as actions
from objections.forms.reason_checks import ReasonCheckForm
from objections.reason_checks import question_of


def reason_check(request, deal):
    """The question, alone: the review's page asks for it again after each answer it saved, the first one included."""
    opportunity = get_object_or_404(Opportunity.objects.visible_to(request.user).lost(), pk=deal)
    require(can_write_review(request.user, opportunity))
    context = {"opportunity": opportunity, "question": question_of(review_of(opportunity, request.user))}
    return render(request, "objections/reason_checks/_question.html", context)


@require_POST
def reason_check_answer(request, review):
    review = _own(request, review)
    form = ReasonCheckForm(request.POST)
    try:
        if form.is_valid():
            actions.answer_reason_check(review=review, by=request.user, **form.cleaned_data)
            toast(request, "Noted. It is not asked again.")
            return redirect("feedback:review_edit", review.opportunity_id)
        problem = "Choose one of the answers."
    except actions.NotAsked as why:
        toast(request, str(why))
        return redirect("feedback:review_edit", review.opportunity_id)
    except NotReady as refused:
        problem = str(refused)
    context = {"opportunity": review.opportunity, "question": question_of(review), "problem": problem}
    return render(request, "objections/reason_checks/question.html", context, status=422)


def _own(request, pk):
    reviews = Review.objects.visible_to(request.user).live().filter(opportunity__outcome="lost")
    review = get_object_or_404(reviews.select_related("opportunity", "reason", "taxonomy"), pk=pk)
    require(can_write_review(request.user, review.opportunity))
    return review
