from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from feedback.actions.saved_filters import keep_filter
from feedback.forms.saved_filters import SavedFilterForm
from feedback.lists import listings
from feedback.models import SavedFilter
from feedback.permissions import can_edit_filter, require
from feedback.toasts import toast


def saved_filter_create(request, key):
    """Names the filter that the address carries."""
    if key not in listings:
        raise Http404
    listing = listings[key]
    query = listing.query_of(request.GET)
    saved = SavedFilter(owner=request.user, list=key, query=query)
    problems = listing.problems_of(request, query)
    form = SavedFilterForm(request.POST or None, instance=saved, user=request.user)
    if request.method == "POST" and query and not problems and form.is_valid():
        saved = keep_filter(saved=form.save(commit=False))
        toast(request, f"Saved as “{saved}”.")
        return redirect(saved)
    context = {"form": form, "listing": listing, "query": query, "problems": problems}
    return render(request, "feedback/saved_filters/form.html", context, status=422 if request.method == "POST" else 200)


def saved_filter_edit(request, pk):
    saved = get_object_or_404(SavedFilter.objects.visible_to(request.user), pk=pk)
    require(can_edit_filter(request.user, saved))
    listing = listings[saved.list]
    form = SavedFilterForm(request.POST or None, instance=saved, user=request.user)
    if request.method == "POST" and form.is_valid():
        toast(request, "Filter saved.")
        return redirect(keep_filter(saved=form.save(commit=False)))
    context = {"form": form, "listing": listing, "query": saved.query, "saved": SavedFilter.objects.get(pk=pk)}
    context["problems"] = listing.problems_of(request, saved.query)
    return render(request, "feedback/saved_filters/form.html", context, status=422 if form.is_bound else 200)


@require_POST
def saved_filter_delete(request, pk):
    """The list stays open with the filter, so that a slip costs one click."""
    saved = get_object_or_404(SavedFilter.objects.visible_to(request.user), pk=pk)
    require(can_edit_filter(request.user, saved))
    saved.delete()
    toast(request, f"“{saved}” is deleted. Its filter is still in use here: save it again if that was a slip.")
    return redirect(saved)
