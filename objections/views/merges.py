from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from feedback.metrics import number_of
from feedback.permissions import require
from feedback.toasts import toast
from objections.actions import merges, splits
from objections.forms.themes import MergeForm, SplitForm
from objections.models import Merge, Split, Theme
from objections.permissions import can_curate
from objections.theming import likest_themes


def theme_merge(request, pk):
    theme = get_object_or_404(Theme.objects.visible_to(request.user).active().with_voices(), pk=pk)
    require(can_curate(request.user))
    form = MergeForm(request.POST or None, theme=theme, initial={"into": request.GET.get("into")})
    if request.method == "POST" and form.is_valid():
        merge = merges.merge_themes(into=form.cleaned_data["into"], theme=theme, by=request.user)
        toast(request, f"Merged into “{merge.into}”.", undo=reverse("objections:merge_undo", args=[merge.pk]))
        return redirect(merge.into)
    context = {"form": form, "theme": theme, "likest": likest_themes(theme)}
    return render(request, "objections/themes/merge.html", context, status=422 if form.is_bound else 200)


@require_POST
def merge_undo(request, pk):
    merge = get_object_or_404(Merge.objects.select_related("theme", "into"), pk=pk)
    require(can_curate(request.user))
    back = merges.undo_merge(merge=merge, by=request.user)
    toast(request, f"Merge undone: {number_of(back, 'objection')} came back.")
    return redirect(merge.theme)


def theme_split(request, pk):
    theme = get_object_or_404(Theme.objects.visible_to(request.user).active(), pk=pk)
    require(can_curate(request.user))
    form = SplitForm(request.POST or None, theme=theme)
    if request.method == "POST" and form.is_valid():
        split = splits.split_theme(theme=theme, by=request.user, **form.cleaned_data)
        toast(request, f"“{split.made}” split off.", undo=reverse("objections:split_undo", args=[split.pk]))
        return redirect(split.made)
    context = {"form": form, "theme": theme}
    return render(request, "objections/themes/split.html", context, status=422 if form.is_bound else 200)


@require_POST
def split_undo(request, pk):
    split = get_object_or_404(Split.objects.select_related("theme", "made"), pk=pk)
    require(can_curate(request.user))
    back = splits.undo_split(split=split, by=request.user)
    toast(request, f"Split undone: {number_of(back, 'objection')} came back.")
    return redirect(split.theme)
