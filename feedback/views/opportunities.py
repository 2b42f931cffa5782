from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from feedback import exports
from feedback.actions import opportunities as actions
from feedback.filters import OpportunityFilter
from feedback.forms.opportunities import ExclusionForm, OpportunityForm, ReassignForm, SnoozeForm, snooze_days
from feedback.lists import back_to, bar_of, opens_with_default
from feedback.models import Opportunity
from feedback.paging import page_of
from feedback.permissions import (
    can_edit_opportunity,
    can_exclude,
    can_make_opportunity,
    can_reassign_review,
    can_snooze,
    can_write_review,
    require,
)
from feedback.toasts import toast

PER_PAGE = 50


@vary_on_headers("HX-Request")
@opens_with_default("deals")
def opportunity_list(request):
    filterset = _filtered(request)
    page = page_of(filterset.qs, request.GET.get("page"), PER_PAGE)
    template = "feedback/opportunities/_table.html" if request.htmx else "feedback/opportunities/list.html"
    context = {
        "filter": filterset,
        "page": page,
        "bar": bar_of(request, "deals"),
        "can_make": can_make_opportunity(request.user),
    }
    return render(request, template, context)


def opportunity_export(request):
    filterset = _filtered(request)
    if filterset.problems:
        return back_to(request, "feedback:opportunity_list")
    return exports.download("deals", exports.DEALS, filterset.qs.select_related("product", "source"))


def _filtered(request):
    deals = Opportunity.objects.visible_to(request.user).select_related("account", "owner").open_first()
    return OpportunityFilter(request.GET, queryset=deals)


def opportunity_detail(request, pk):
    opportunities = Opportunity.objects.visible_to(request.user).select_related(
        "account", "owner__team__manager", "product", "source"
    )
    opportunity = get_object_or_404(opportunities, pk=pk)
    context = {
        "opportunity": opportunity,
        "owes": Opportunity.objects.owing_review().filter(pk=pk).exists(),
        "review": opportunity.reviews.live().visible_to(request.user).first(),
        "past_reviews": opportunity.reviews.visible_to(request.user).exclude(archived_at=None),
        "exclusion": opportunity.exclusions.live().first(),
        "rules": opportunity.exclusion_rules,
        "snooze": opportunity.snoozes.asleep().first(),
        "can_edit": can_edit_opportunity(request.user, opportunity),
        "can_review": can_write_review(request.user, opportunity),
        "can_exclude": can_exclude(request.user, opportunity),
        "can_reassign": can_reassign_review(request.user, opportunity),
    }
    return render(request, "feedback/opportunities/detail.html", context)


def opportunity_create(request):
    require(can_make_opportunity(request.user))
    form = OpportunityForm(request.POST or None, initial={"owner": request.user})
    if request.method == "POST" and form.is_valid():
        opportunity = actions.make_opportunity(opportunity=form.save(commit=False), by=request.user)
        toast(request, "Deal saved.")
        return redirect(opportunity)
    context = {"form": form}
    return render(request, "feedback/opportunities/form.html", context, status=422 if form.is_bound else 200)


def opportunity_edit(request, pk):
    opportunity = get_object_or_404(Opportunity.objects.visible_to(request.user), pk=pk)
    require(can_edit_opportunity(request.user, opportunity))
    form = OpportunityForm(request.POST or None, instance=opportunity)
    if request.method == "POST" and form.is_valid():
        actions.change_opportunity(opportunity=form.save(commit=False), fields=form.changed_columns, by=request.user)
        toast(request, "Deal saved.")
        return redirect(opportunity)
    context = {"form": form, "opportunity": opportunity}
    return render(request, "feedback/opportunities/form.html", context, status=422 if form.is_bound else 200)


def opportunity_exclude(request, pk):
    opportunity = get_object_or_404(Opportunity.objects.visible_to(request.user).lost(), pk=pk)
    require(can_exclude(request.user, opportunity))
    form = ExclusionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.exclude_from_reviews(opportunity=opportunity, by=request.user, **form.cleaned_data)
        only_reminders = form.cleaned_data["reminders_only"]
        words = "Nobody is reminded of this review. It is still owed." if only_reminders else "No review is due."
        undo = reverse("feedback:exclusion_undo", args=[opportunity.exclusions.live().get().pk])
        toast(request, words, undo=undo)
        return redirect(opportunity)
    context = {"form": form, "opportunity": opportunity}
    return render(request, "feedback/opportunities/exclude.html", context, status=422 if form.is_bound else 200)


@require_POST
def exclusion_undo(request, pk):
    opportunity = get_object_or_404(Opportunity.objects.visible_to(request.user), exclusions=pk)
    require(can_exclude(request.user, opportunity))
    actions.undo_exclusion(exclusion=opportunity.exclusions.get(pk=pk), by=request.user)
    toast(request, "The deal counts again.")
    return redirect(opportunity)


def opportunity_snooze(request, pk):
    opportunity = get_object_or_404(Opportunity.objects.visible_to(request.user).owing_review(), pk=pk)
    require(can_snooze(request.user, opportunity))
    form = SnoozeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        snooze = actions.snooze_review(opportunity=opportunity, until=form.cleaned_data["until"], by=request.user)
        words = f"Nobody is reminded of it before {date_format(snooze.until, 'j F')}."
        toast(request, words, undo=reverse("feedback:snooze_end", args=[snooze.pk]))
        return redirect("feedback:review_owed")
    context = {"form": form, "opportunity": opportunity, "days": snooze_days(timezone.localdate())}
    return render(request, "feedback/opportunities/snooze.html", context, status=422 if form.is_bound else 200)


@require_POST
def snooze_end(request, pk):
    opportunity = get_object_or_404(Opportunity.objects.visible_to(request.user), snoozes=pk)
    require(can_snooze(request.user, opportunity))
    actions.end_snooze(snooze=opportunity.snoozes.get(pk=pk))
    toast(request, "The review is back among those you are reminded of.")
    return redirect("feedback:review_owed")


def opportunity_reassign(request, pk):
    opportunity = get_object_or_404(Opportunity.objects.visible_to(request.user).lost(), pk=pk)
    require(can_reassign_review(request.user, opportunity))
    form = ReassignForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.reassign_review(opportunity=opportunity, to=form.cleaned_data["to"], by=request.user)
        toast(request, f"{form.cleaned_data['to']} has the review now.")
        return redirect(opportunity)
    context = {"form": form, "opportunity": opportunity}
    return render(request, "feedback/opportunities/reassign.html", context, status=422 if form.is_bound else 200)
