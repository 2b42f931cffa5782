from django.core.paginator import Paginator
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from feedback.actions import company as actions
from feedback.forms.company import HolidaysForm, SegmentForm, SegmentMergeForm, SegmentRenameForm, ServiceLevelsForm
from feedback.forms.people import CompanyChangeForm
from feedback.models import Company, Holiday, Segment
from feedback.permissions import can_administer, can_read_settings, require
from feedback.toasts import toast

PER_PAGE = 50


def company(request):
    return _company_page(request, CompanyChangeForm, "feedback/company/form.html", "feedback:company")


def service_levels(request):
    return _company_page(request, ServiceLevelsForm, "feedback/company/service_levels.html", "feedback:service_levels")


def _company_page(request, form_class, template, here):
    require(can_administer(request.user))
    form = form_class(request.POST or None, instance=Company.current())
    if request.method == "POST" and form.is_valid():
        actions.save_company(company=form.save(commit=False), by=request.user)
        toast(request, "Saved.")
        return redirect(here)
    return render(request, template, {"form": form}, status=422 if form.is_bound else 200)


def holiday_list(request):
    """The days, and for admins the form that adds more."""
    require(can_read_settings(request.user))
    if request.method == "POST":
        require(can_administer(request.user))
    form = HolidaysForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        count = actions.add_holidays(days=form.cleaned_data["days"], by=request.user)
        toast(request, f"{count} day{'' if count == 1 else 's'} added or renamed.")
        return redirect("feedback:holiday_list")
    context = {
        "form": form,
        "page": Paginator(Holiday.objects.order_by("-day"), PER_PAGE).get_page(request.GET.get("page")),
        "can_administer": can_administer(request.user),
    }
    return render(request, "feedback/company/holidays.html", context, status=422 if form.is_bound else 200)


@require_POST
def holiday_delete(request, pk):
    require(can_administer(request.user))
    holiday = get_object_or_404(Holiday, pk=pk)
    actions.remove_holiday(holiday=holiday, by=request.user)
    toast(request, f"{holiday} is a business day again.")
    return redirect("feedback:holiday_list")


def segment_list(request):
    """The segments of each dimension, and for admins the form that adds one."""
    require(can_read_settings(request.user))
    if request.method == "POST":
        require(can_administer(request.user))
    form = SegmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        saved = actions.save_segment(segment=form.save(commit=False), by=request.user)
        toast(request, f"{saved} added.")
        return redirect("feedback:segment_list")
    context = {
        "form": form,
        "segments": Segment.objects.annotate(count=Count("accounts")),
        "can_administer": can_administer(request.user),
    }
    return render(request, "feedback/company/segments.html", context, status=422 if form.is_bound else 200)


def segment_edit(request, pk):
    require(can_administer(request.user))
    segment = get_object_or_404(Segment, pk=pk)
    form = SegmentRenameForm(request.POST or None, instance=Segment.objects.get(pk=pk))
    if request.method == "POST" and form.is_valid():
        actions.save_segment(segment=form.save(commit=False), by=request.user)
        toast(request, "Segment saved.")
        return redirect("feedback:segment_list")
    return _segment_page(request, segment, form, SegmentMergeForm(segment=segment))


@require_POST
def segment_merge(request, pk):
    require(can_administer(request.user))
    segment = get_object_or_404(Segment, pk=pk)
    form = SegmentMergeForm(request.POST, segment=segment)
    if form.is_valid():
        try:
            count = actions.merge_segments(segment=segment, into=form.cleaned_data["into"], by=request.user)
            toast(request, f"{segment} is merged. {count} account{'' if count == 1 else 's'} moved.")
            return redirect("feedback:segment_list")
        except actions.SegmentRefused as refused:
            form.add_error(None, str(refused))
    return _segment_page(request, segment, SegmentRenameForm(instance=segment), form)


@require_POST
def segment_delete(request, pk):
    require(can_administer(request.user))
    segment = get_object_or_404(Segment, pk=pk)
    try:
        actions.delete_segment(segment=segment, by=request.user)
    except actions.SegmentRefused as refused:
        form = SegmentMergeForm({}, segment=segment)
        form.add_error(None, str(refused))
        return _segment_page(request, segment, SegmentRenameForm(instance=segment), form)
    toast(request, f"{segment} is gone.")
    return redirect("feedback:segment_list")


def _segment_page(request, segment, form, merge_form):
    context = {"segment": segment, "form": form, "merge_form": merge_form, "count": segment.accounts.count()}
    status = 422 if form.is_bound or merge_form.is_bound else 200
    return render(request, "feedback/company/segment.html", context, status=status)
