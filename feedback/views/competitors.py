from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from feedback.actions import competitors as actions
from feedback.competitors import namings, with_counts
from feedback.forms.competitors import MergeForm, NameForm, RenameForm
from feedback.models import Competitor, CompetitorMerge
from feedback.permissions import can_administer, require
from feedback.toasts import toast

PER_PAGE = 50


def competitor_list(request):
    rows = with_counts(Competitor.objects.visible_to(request.user).themselves()).prefetch_related("aliases")
    page = Paginator(rows.order_by("name", "id"), PER_PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.named = _named(row)
    context = {"page": page, "namings": namings, "can_change": can_administer(request.user)}
    return render(request, "feedback/competitors/list.html", context)


def competitor_create(request):
    require(can_administer(request.user))
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make_competitor(name=form.cleaned_data["name"], by=request.user)
        except actions.Refused as refused:
            form.add_error("name", str(refused))
        else:
            toast(request, f"“{made}” added.")
            return redirect(made)
    context = {"form": form, "title": "A new competitor", "verb": "Add"}
    return render(request, "feedback/competitors/form.html", context, status=422 if form.is_bound else 200)


def competitor_detail(request, pk):
    """The competitor with its other names; a POST adds one. The address of an alias leads to whose it is."""
    alias = Competitor.objects.visible_to(request.user).exclude(alias_of=None).filter(pk=pk).first()
    if alias:
        return redirect(alias)
    row = _competitor(request, pk)
    can_change = can_administer(request.user)
    form = NameForm(request.POST or None)
    if request.method == "POST":
        require(can_change)
        if form.is_valid() and _added(request, row, form):
            return redirect(row)
    row.named = _named(row)
    context = {
        "competitor": row,
        "namings": namings,
        "form": form,
        "can_change": can_change,
        "aliases": row.aliases.order_by("name"),
        "merges": row.merged_from.filter(undone_at=None).select_related("competitor", "by"),
    }
    return render(request, "feedback/competitors/detail.html", context, status=422 if form.is_bound else 200)


def _added(request, row, form):
    try:
        actions.add_alias(competitor=row, name=form.cleaned_data["name"], by=request.user)
    except actions.Refused as refused:
        form.add_error("name", str(refused))
        return False
    toast(request, f"“{row}” is found by this name, too.")
    return True


def competitor_edit(request, pk):
    row = _competitor(request, pk)
    require(can_administer(request.user))
    form = RenameForm(request.POST or None, initial={"name": row.name})
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.rename_competitor(competitor=row, by=request.user, **form.cleaned_data)
        except actions.Refused as refused:
            form.add_error("name", str(refused))
        else:
            toast(request, "Name saved.")
            return redirect(row)
    context = {"form": form, "competitor": row, "title": "Rename", "verb": "Save"}
    return render(request, "feedback/competitors/form.html", context, status=422 if form.is_bound else 200)


def competitor_merge(request, pk):
    row = _competitor(request, pk)
    require(can_administer(request.user))
    form = MergeForm(request.POST or None, competitor=row)
    if request.method == "POST" and form.is_valid():
        into = form.cleaned_data["into"]
        try:
            merge = actions.merge_competitors(competitor=row, into=into, by=request.user)
        except actions.Refused as refused:
            form.add_error("into", str(refused))
        else:
            undo = reverse("feedback:competitor_merge_undo", args=[merge.pk])
            toast(request, f"“{row}” is another name of “{into}” now.", undo=undo)
            return redirect(into)
    row.named = _named(row)
    context = {"form": form, "competitor": row, "namings": namings}
    return render(request, "feedback/competitors/merge.html", context, status=422 if form.is_bound else 200)


@require_POST
def competitor_merge_undo(request, pk):
    merge = get_object_or_404(CompetitorMerge.objects.select_related("into", "competitor"), pk=pk)
    require(can_administer(request.user))
    try:
        actions.undo_competitor_merge(merge=merge, by=request.user)
    except actions.Refused as refused:
        messages.error(request, str(refused))
        return redirect(merge.into)
    toast(request, f"“{merge.competitor}” is a competitor of its own again.")
    return redirect(merge.competitor)


@require_POST
def alias_remove(request, pk):
    alias = get_object_or_404(Competitor.objects.visible_to(request.user).exclude(alias_of=None), pk=pk)
    require(can_administer(request.user))
    try:
        actions.remove_alias(alias=alias, by=request.user)
        toast(request, f"“{alias}” is forgotten.")
    except actions.Refused as refused:
        messages.error(request, str(refused))
    return redirect("feedback:competitor_detail", alias.alias_of_id)


def _competitor(request, pk):
    return get_object_or_404(with_counts(Competitor.objects.visible_to(request.user).themselves()), pk=pk)


def _named(row):
    """How often it is named: (what, number)."""
    return [(naming.label, getattr(row, f"named_{place}")) for place, naming in enumerate(namings)]
