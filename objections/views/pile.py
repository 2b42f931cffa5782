from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from feedback.permissions import require
from feedback.toasts import toast
from objections.actions import sortings as actions
from objections.actions.moving import NameTaken
from objections.actions.placements import ThemeGone
from objections.forms.pile import NewThemeForm, RefuseForm, SkipForm, SortForm
from objections.models import Objection, Sorting, Theme
from objections.permissions import can_curate
from objections.pile_page import pile_page
from objections.theming.pile import guesses_of

SKIPPED = "pile_skipped"  # in the session: for now means until one signs out
MOST_SKIPPED = 1000
NAMED = 3  # objections left as they are that are named one by one


@vary_on_headers("HX-Request")
def pile(request):
    """The pile of unthemed objections, one offer at a time."""
    require(can_curate(request.user))
    return _page(request)


@require_POST
@vary_on_headers("HX-Request")
def pile_place(request):
    """Places what is checked of an offer; what of a group is unchecked is remembered not to belong to its theme."""
    require(can_curate(request.user))
    form = SortForm(request.POST)
    if not form.is_valid():
        return _page(request, problem=_first_error(form), status=422)
    data = form.cleaned_data
    chosen = _rows(request, data["objections"])
    refused = _rows(request, set(data["offered"]) - set(data["objections"]))
    guesses = guesses_of(chosen, data["guesses"])
    try:
        found = actions.sort_objections(
            objections=chosen, theme=data["theme"], by=request.user, guesses=guesses, refused=refused
        )
    except ThemeGone as why:
        return _page(request, problem=str(why), status=422)
    tell_sorted(request, found, data["theme"])
    return _go_on(request)


@require_POST
@vary_on_headers("HX-Request")
def pile_theme_create(request):
    require(can_curate(request.user))
    form = NewThemeForm(request.POST)
    found = _made(form, request) if form.is_valid() else None
    if found is None:
        return _page(request, form=form, problem=_first_error(form, besides=("name", "category")), status=422)
    toast(request, f"Made “{form.cleaned_data['name']}” and placed it there.", undo=_undo(found.sorting))
    return _go_on(request)


@require_POST
@vary_on_headers("HX-Request")
def pile_refuse(request):
    """None of the group belongs to the theme."""
    require(can_curate(request.user))
    form = RefuseForm(request.POST)
    if not form.is_valid():
        return _page(request, problem=_first_error(form), status=422)
    rows = _rows(request, form.cleaned_data["offered"])
    sorting = actions.refuse_theme(objections=rows, theme=form.cleaned_data["theme"], by=request.user)
    toast(request, f"None of them belongs to “{form.cleaned_data['theme']}”. Remembered.", undo=_undo(sorting))
    return _go_on(request)


@require_POST
@vary_on_headers("HX-Request")
def pile_skip(request):
    require(can_curate(request.user))
    form = SkipForm(request.POST)
    if not form.is_valid():
        return _page(request, problem=_first_error(form), status=422)
    skipped = [*request.session.get(SKIPPED, ()), *form.cleaned_data["objections"]]
    request.session[SKIPPED] = list(dict.fromkeys(skipped))[-MOST_SKIPPED:]
    return _go_on(request)


@require_POST
@vary_on_headers("HX-Request")
def pile_again(request):
    """Offers what was skipped, too."""
    require(can_curate(request.user))
    request.session.pop(SKIPPED, None)
    return _go_on(request)


@require_POST
@vary_on_headers("HX-Request")
def objection_set_aside(request, pk):
    objection = get_object_or_404(Objection.objects.visible_to(request.user).live().exclude(text=""), pk=pk)
    require(can_curate(request.user))
    found = actions.set_aside(objection=objection, by=request.user)
    if found.sorting:
        toast(request, "Set aside: it fits no theme, and is not asked again until reworded.", undo=_undo(found.sorting))
    _tell_left(request, found.left)
    return _go_on(request)


@require_POST
def objection_bring_back(request, pk):
    objection = get_object_or_404(Objection.objects.visible_to(request.user).live().exclude(text=""), pk=pk)
    require(can_curate(request.user))
    actions.bring_back(objection=objection)
    toast(request, "Back on the pile.", undo=reverse("objections:objection_set_aside", args=[pk]))
    return redirect("objections:theme_unthemed")


@require_POST
@vary_on_headers("HX-Request")
def sorting_undo(request, pk):
    sorting = get_object_or_404(Sorting, pk=pk)
    require(can_curate(request.user))
    back = actions.undo_sorting(sorting=sorting, by=request.user)
    toast(request, "Put back on the pile." if back else "It was moved on since, or taken back already.")
    return _go_on(request)


def tell_sorted(request, found, theme):
    """Says what an act on the pile did, with its undo, and what it left as it is."""
    if found.count:
        words = f"Placed in “{theme}”." if found.count == 1 else f"Placed {found.count} in “{theme}”."
        toast(request, words, undo=_undo(found.sorting))
    elif found.sorting:
        toast(request, f"None placed in “{theme}”. Remembered.", undo=_undo(found.sorting))
    elif not found.left:
        messages.warning(request, "Nothing was placed: it is no longer here.")
    _tell_left(request, found.left)


def _tell_left(request, left):
    """What somebody else placed or withdrew in the meantime stays as they left it."""
    if left:
        words = "; ".join(f"“{str(objection)[:60]}” {why}" for objection, why in left[:NAMED])
        more = f"; and {len(left) - NAMED} more" if len(left) > NAMED else ""
        messages.warning(request, f"Left as it is: {words}{more}.")


def _made(form, request):
    """What a valid form gives, or None with a word on it when its name or its objection is gone meanwhile."""
    data = form.cleaned_data
    theme = Theme(name=data["name"], category=data["category"])
    chosen = _rows(request, data["objections"])
    guesses = guesses_of(chosen, data["guesses"])
    try:
        return actions.sort_into_new(objections=chosen, theme=theme, by=request.user, guesses=guesses)
    except NameTaken as why:
        form.add_error("name", str(why))
    except actions.NothingToSort as why:
        form.add_error("objections", f"No theme was made: the objection {why}.")
    return None


def _rows(request, numbers):
    return list(Objection.objects.visible_to(request.user).exclude(text="").filter(pk__in=numbers).order_by("pk"))


def _undo(sorting):
    return reverse("objections:sorting_undo", args=[sorting.pk]) if sorting else ""


def _first_error(form, besides=()):
    return next((errors[0] for name, errors in form.errors.items() if name not in besides), "")


def _go_on(request):
    return _page(request) if request.htmx else redirect("objections:pile")


def _page(request, status=200, **more):
    context = pile_page(request.user, request.session.get(SKIPPED, ()), **more)
    template = "objections/themes/_pile.html" if request.htmx else "objections/themes/pile.html"
    return render(request, template, context, status=status)
