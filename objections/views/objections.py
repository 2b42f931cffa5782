from uuid import uuid4

from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from feedback.exports import download
from feedback.filters import searched
from feedback.forms.fields import is_number
from feedback.lists import back_to, bar_of, opens_with_default
from feedback.models import Opportunity, Review
from feedback.paging import page_of
from feedback.permissions import require
from feedback.toasts import toast
from objections.actions import objections as actions
from objections.actions.placements import ThemeGone
from objections.became import ways_of
from objections.exports import objections_for
from objections.filters.objections import ObjectionFilter
from objections.forms.objections import ROLES, HeardForm, ObjectionForm, deal_label
from objections.mentioned import mentioned_in
from objections.models import Objection
from objections.permissions import (
    can_curate,
    can_edit_objection,
    can_log,
    can_restore_objection,
    can_say_same,
    can_see_logger,
    can_split_objection,
)
from objections.search import shortened
from objections.suggestions import suggested_of
from objections.templatetags.heard import panel

PER_PAGE = 50
WAYS_PER_PAGE = 20


@vary_on_headers("HX-Request")
@opens_with_default("objections")
def objection_list(request):
    filterset = _filtered(request)
    page = page_of(filterset.qs, request.GET.get("page"), PER_PAGE)
    template = "objections/objections/_table.html" if request.htmx else "objections/objections/list.html"
    return render(request, template, {"filter": filterset, "page": page, "bar": bar_of(request, "objections")})


def objection_mine(request):
    """What this person logged, newest first, and what became of each."""
    mine = Objection.objects.visible_to(request.user).live().filter(author=request.user).with_rows()
    page = page_of(mine, request.GET.get("page"), WAYS_PER_PAGE)
    context = {"page": page, "ways": ways_of(page.object_list, request.user)}
    return render(request, "objections/objections/mine.html", context)


def objection_export(request):
    filterset = _filtered(request)
    if filterset.problems:
        return back_to(request, "objections:objection_list")
    rows = filterset.qs.select_related("product", "author__team")
    return download("objections", objections_for(request.user), rows)


def _filtered(request):
    objections = Objection.objects.visible_to(request.user).live().with_rows()
    return ObjectionFilter(request.GET, queryset=objections, request=request)


def objection_detail(request, pk):
    objections = (
        Objection.objects.visible_to(request.user)
        .with_mentions()
        .select_related("opportunity__account", "author__team", "competitor", "product")
    )
    objection = get_object_or_404(objections, pk=pk)
    user = request.user
    placements = list(objection.placements.select_related("theme", "by"))
    placement = next((placement for placement in placements if placement.undone_at is None), None)
    can_edit, can_restore = can_edit_objection(user, objection), can_restore_objection(user, objection)
    context = {
        "objection": objection,
        "shows_author": can_see_logger(user, objection),
        "placements": placements,
        "placement": placement,
        "versions": objection.history.select_related("history_user"),
        "reads_earlier_words": can_edit or can_restore,
        "reads_masked": objection.words_for(user) != objection.text and objection.is_masked,
        "mentions": mentioned_in(objection),
        "can_edit": can_edit,
        "can_restore": can_restore,
        "can_curate": can_curate(user),
        "suggested": None if objection.withdrawn_at else suggested_of(objection, user, placement),
        "can_say_same": can_say_same(user, objection),
        "set_aside": objection.refusals.live().of_all().exists(),
        "two": objection.twos.open().first() if can_split_objection(user, objection) else None,
        "others": _other_halves(objection),
    }
    return render(request, "objections/objections/detail.html", context)


def _other_halves(objection):
    """Live objections that were one note with this one."""
    others = Objection.objects.live().filter(Q(split_of=objection) | Q(pk=objection.split_of_id))
    return list(others.order_by("pk"))


def objection_create(request):
    require(can_log(request.user))
    deal = request.GET.get("deal", "")
    opportunity = Opportunity.objects.visible_to(request.user).filter(pk=deal).first() if is_number(deal) else None
    form = ObjectionForm(request.POST or None, user=request.user, opportunity=opportunity)
    objection = _logged(form, request.user) if request.method == "POST" and form.is_valid() else None
    if objection:
        _thank(request, form, objection)
        return redirect(objection)
    context = {"form": form, "roles": ROLES}
    return render(request, "objections/objections/form.html", context, status=422 if form.is_bound else 200)


def objection_edit(request, pk):
    objection = get_object_or_404(Objection.objects.visible_to(request.user), pk=pk)
    require(can_edit_objection(request.user, objection))
    form = ObjectionForm(request.POST or None, user=request.user, instance=objection)
    if request.method == "POST" and form.is_valid():
        actions.change_objection(objection=form.save(commit=False), by=request.user)
        toast(request, "Objection saved.")
        return redirect(objection)
    context = {"form": form, "objection": objection, "roles": ROLES}
    return render(request, "objections/objections/form.html", context, status=422 if form.is_bound else 200)


@require_POST
def objection_withdraw(request, pk):
    objection = get_object_or_404(Objection.objects.visible_to(request.user), pk=pk)
    if objection.withdrawn_at is None:
        require(can_edit_objection(request.user, objection))
        actions.withdraw_objection(objection=objection, by=request.user)
    toast(request, "Withdrawn. It no longer counts.", undo=reverse("objections:objection_restore", args=[pk]))
    if objection.author_id == request.user.pk or request.user.is_superuser:
        return redirect(objection)
    return redirect("objections:objection_list")


@require_POST
def objection_restore(request, pk):
    objection = get_object_or_404(Objection.objects.visible_to(request.user), pk=pk)
    if objection.withdrawn_at is not None:
        require(can_restore_objection(request.user, objection))
        actions.restore_objection(objection=objection, by=request.user)
    toast(request, "Restored. It counts again.")
    return redirect(objection)


def objection_deals(request):
    """Deals for the field one types into: a list of options, open deals first."""
    words = searched(request.GET.get("deal", ""))
    deals = (
        Opportunity.objects.visible_to(request.user).matching(words) if len(words) > 1 else Opportunity.objects.none()
    )
    labels = [deal_label(deal) for deal in deals.select_related("account").order_by("closed_on", "-id")[:12]]
    return render(request, "objections/objections/_deals.html", {"labels": labels})


@require_POST
def heard_create(request, deal):
    """Logs an objection from the panel of a deal or review page and gives the panel back."""
    opportunity = get_object_or_404(Opportunity.objects.visible_to(request.user), pk=deal)
    require(can_log(request.user))
    review = Review.objects.live().visible_to(request.user).filter(opportunity=opportunity).first()
    heard = Objection(opportunity=opportunity, review=review if request.POST.get("page") == "review" else None)
    form = HeardForm(request.POST, instance=heard)
    logged = _logged(form, request.user) if form.is_valid() else None
    if logged:
        _thank(request, form, logged)
        form = HeardForm()
        if not request.htmx:
            return redirect(_back(opportunity, review, request))
    context = panel(opportunity, request.user, form=form, page=request.POST.get("page", "deal"))
    template = "objections/objections/_heard.html" if request.htmx else "objections/objections/heard.html"
    return render(request, template, context, status=422 if form.is_bound else 200)


def _logged(form, by):
    """The objection a valid form gives, or None with a word on the form: its theme is gone meanwhile, or it is a form
    that one went back to and wrote other words into.
    """
    said = form.cleaned_data
    try:
        logged = actions.log_objection(
            objection=form.save(commit=False), by=by, same_as=said["same_as"], guesses=said["guesses"]
        )
    except ThemeGone as why:
        form.add_error("same_as", str(why))
        return None
    if said["text"].strip() in ("", logged.text.strip()):
        return logged
    form.data = form.data.copy()
    form.data["client_id"] = str(uuid4())
    before = shortened(logged.text or str(logged))
    form.add_error("text", f"This form has logged “{before}” before. Send it again to log these words as another.")
    return None


def _thank(request, form, objection):
    same_as = form.cleaned_data["same_as"]
    words = f"Logged as the same as “{same_as}”." if same_as else "Logged. Thank you."
    if objection.repeats():
        words = "Logged, though you logged these very words a moment ago. Undo it if that was by mistake."
    toast(request, words, undo=reverse("objections:objection_withdraw", args=[objection.pk]))


def _back(opportunity, review, request):
    name = "feedback:review_edit" if request.POST.get("page") == "review" else "feedback:opportunity_detail"
    return reverse(name, args=[opportunity.pk]) + "#objections"
