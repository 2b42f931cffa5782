from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from feedback.actions import personal_data as actions
from feedback.forms.personal_data import ErasePersonForm, EraseWordsForm, RetentionForm, WordsForm
from feedback.models import Erasure, User
from feedback.permissions import can_erase, can_export_person, require
from feedback.personal_data import everything_of, found
from feedback.retention import count_removable, kinds, months_kept
from feedback.toasts import toast


@never_cache
@sensitive_post_parameters("words")
def personal_data(request):
    """Looks for words that identify somebody; the words travel in the form only, never in an address or a log."""
    require(can_erase(request.user))
    form = WordsForm(request.POST or None)
    is_found = form.is_bound and form.is_valid()
    context = {
        "form": form,
        "erasures": Erasure.objects.select_related("by", "person")[:50],
        "places": found(form.redaction) if is_found else None,
        "erase_form": EraseWordsForm(initial={"words": form.cleaned_data["words"]}) if is_found else None,
    }
    status = 422 if form.is_bound and not is_found else 200
    return render(request, "feedback/personal_data/page.html", context, status=status)


@never_cache
@require_POST
@sensitive_post_parameters("words")
def words_erase(request):
    require(can_erase(request.user))
    form = EraseWordsForm(request.POST)
    if form.is_valid():
        erasure = actions.erase_words(redaction=form.redaction, why=form.cleaned_data["why"], by=request.user)
        toast(request, f"Removed in {erasure.rows} places.")
        return redirect("feedback:personal_data")
    has_words = "words" not in form.errors
    context = {
        "form": WordsForm(request.POST),
        "erasures": Erasure.objects.select_related("by", "person")[:50],
        "places": found(form.redaction) if has_words else None,
        "erase_form": form if has_words else None,
    }
    return render(request, "feedback/personal_data/page.html", context, status=422)


@never_cache
def person_export(request, pk):
    """All that is kept of one person, as JSON: for themselves, or for an admin who was asked for it."""
    person = get_object_or_404(User, pk=pk)
    if not can_export_person(request.user, person):
        raise Http404
    answer = JsonResponse(everything_of(person), json_dumps_params={"indent": 1, "ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="personal-data-{person.pk}-{timezone.localdate()}.json"'
    return answer


@never_cache
def person_erase(request, pk):
    require(can_erase(request.user))
    person = get_object_or_404(User, pk=pk, erasures=None)
    form = ErasePersonForm(request.POST or None)
    if person == request.user:
        form.add_error(None, "This is you. Another admin can erase you.") if form.is_bound else None
    if form.is_bound and form.is_valid():
        try:
            actions.erase_person(person=person, why=form.cleaned_data["why"], by=request.user)
        except actions.LastAdmin:
            form.add_error(None, "This is the last admin. Make somebody else an admin first.")
        else:
            toast(request, "Erased. What they wrote about deals stays, without their name.")
            return redirect("feedback:personal_data")
    context = {"form": form, "person": person, "is_me": person == request.user}
    return render(request, "feedback/personal_data/erase.html", context, status=422 if form.is_bound else 200)


def retention(request):
    require(can_erase(request.user))
    form = RetentionForm(request.POST or None)
    if form.is_bound and form.is_valid():
        actions.keep_for(months=form.cleaned_data)
        toast(request, "Saved. What is past its time is removed once a day.")
        return redirect("feedback:retention")
    kept = months_kept()
    rows = [(form[key], count_removable(kind, kept[key])) for key, kind in kinds.items()]
    context = {"form": form, "rows": rows, "now": sum(count for _, count in rows)}
    return render(request, "feedback/personal_data/retention.html", context, status=422 if form.is_bound else 200)


@require_POST
def retention_apply(request):
    require(can_erase(request.user))
    actions.apply_retention_now(by=request.user)
    toast(request, "The worker removes what is past its time now.")
    return redirect("feedback:retention")
