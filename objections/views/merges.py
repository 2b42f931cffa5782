from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from feedback.metrics import number_of
from feedback.permissions import require
from feedback.toasts import toast
from objections.actions import merges, splits
from objections.actions.moving import NameTaken
from objections.actions.placements import ThemeGone
from objections.forms.themes import MergeForm, SplitForm
from objections.models import Merge, Split, Theme
from objections.permissions import can_curate
from objections.theming import likest_themes


def theme_merge(request, pk):
    theme = get_object_or_404(Theme.objects.visible_to(request.user).with_voices(), pk=pk)
    require(can_curate(request.user))
    form = MergeForm(request.POST or None, theme=theme, initial={"into": request.GET.get("into")})
    merge = _merged(form, theme, request.user) if form.is_bound and form.is_valid() else None
    if merge:
        toast(request, f"Merged into “{merge.into}”.", undo=reverse("objections:merge_undo", args=[merge.pk]))
        return redirect(merge.into)
    if not (theme.is_active or form.is_bound):
        raise Http404
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
    form = SplitForm(request.POST or None, theme=theme, user=request.user)
    split = _split(form, theme, request.user) if form.is_bound else None
    if split:
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


def _merged(form, theme, by):
    """The merge a valid form asks for, also when it was pressed twice; None with a word on the form if it cannot be."""
    try:
        return merges.merge_themes(into=form.cleaned_data["into"], theme=theme, by=by)
    except ThemeGone as why:
        form.add_error(None, str(why))
        return None


def _split(form, theme, by):
    """The split the form asks for, also when it was pressed twice; None with a word on the form if it cannot be."""
    chosen = [int(pk) for pk in form.data.getlist("objections") if pk.isdecimal()]
    if not form.is_valid():
        return splits.same_split(theme=theme, objections=chosen, name=form.data.get("name", "").strip())
    try:
        return splits.split_theme(theme=theme, by=by, **form.cleaned_data)
    except NameTaken as why:
        form.add_error("name", str(why))
        return None
    except (ThemeGone, splits.NothingToSplit) as why:
        form.add_error(None, str(why))
        return None
