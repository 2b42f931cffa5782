from django.shortcuts import get_object_or_404, redirect, render

from feedback.actions import second_codings as actions
from feedback.forms.second_codings import SecondCodingForm
from feedback.models import Meeting, Review
from feedback.permissions import can_code_again, require
from feedback.samples import coded_of, drawn, waiting_for
from feedback.toasts import toast
from feedback.views.meetings import require_open, says_when_closed


def second_coding_list(request, pk):
    """The sample of a meeting: how far it is, and the reviews that two people coded, with both codes."""
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    require(can_code_again(request.user))
    sample = drawn(meeting)
    context = {
        "meeting": meeting,
        "sample": len(sample),
        "codings": coded_of(meeting, sample),
        "waiting": [] if meeting.is_closed else waiting_for(meeting, request.user),
    }
    return render(request, "feedback/second_codings/list.html", context)


@says_when_closed
def second_coding_create(request, pk, review):
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    require_open(request, meeting)
    seen = Review.objects.visible_to(request.user).for_list().select_related("taxonomy", "opportunity__product")
    review = get_object_or_404(seen, pk=review)
    waiting = waiting_for(meeting, request.user)
    if review.pk not in waiting:
        # Somebody else was quicker, or it is one's own: nothing is shown of it here.
        return redirect("feedback:second_coding_list", pk)
    form = SecondCodingForm(request.POST or None, review=review)
    if request.method == "POST" and form.is_valid():
        try:
            actions.code_again(meeting=meeting, review=review, by=request.user, **form.cleaned_data)
        except actions.CodedAlready:
            toast(request, "Somebody else has coded this one meanwhile. Theirs stands.")
        return _next(request, meeting)
    context = {
        "meeting": meeting,
        "review": review,
        "opportunity": review.opportunity,
        "form": form,
        "left": len(waiting),
        "note": review.words_for(request.user, "would_have_changed"),
    }
    return render(request, "feedback/second_codings/form.html", context, status=422 if form.is_bound else 200)


def _next(request, meeting):
    """The next one of the sample, else the list."""
    waiting = waiting_for(meeting, request.user)
    if waiting:
        return redirect("feedback:second_coding_create", meeting.pk, waiting[0])
    toast(request, "That was the last one of the sample for you.")
    return redirect("feedback:second_coding_list", meeting.pk)
