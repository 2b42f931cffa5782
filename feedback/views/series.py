from itertools import islice

from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from feedback.actions import series as actions
from feedback.forms.series import SeriesForm
from feedback.meanwhile import WrittenMeanwhile
from feedback.models import Company, Series
from feedback.permissions import can_prepare_meetings, require
from feedback.spans import in_words
from feedback.toasts import toast
from feedback.views.meanwhile import answer_crossed, typed

PER_PAGE = 50
SHOWN = 12  # meetings of a series shown on its page, the latest
AHEAD = 3  # meetings to come


def series_list(request):
    require(can_prepare_meetings(request.user))
    rows = Series.objects.visible_to(request.user).select_related("facilitator")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "feedback/series/list.html", {"page": page})


def series_detail(request, pk):
    series = _series(request, pk)
    today = timezone.localdate(timezone=Company.current().zone)
    coming = islice(series.coming(today), AHEAD) if series.is_on else ()
    context = {
        "series": series,
        "coming": [(in_words(days), series.held_on(days), series.made_on(days)) for days in coming],
        "meetings": series.meetings.select_related("facilitator").prefetch_related("packs")[:SHOWN],
        "attendees": series.attendees.all(),
    }
    return render(request, "feedback/series/detail.html", context)


def series_create(request):
    require(can_prepare_meetings(request.user))
    today = timezone.localdate(timezone=Company.current().zone)
    first = Series(starts_on=today.replace(day=1), facilitator=request.user)
    form = SeriesForm(request.POST or None, instance=first)
    if request.method == "POST" and form.is_valid():
        people = form.cleaned_data["attendees"]
        series = actions.make_series(series=form.save(commit=False), attendees=people, by=request.user)
        toast(request, f"{series} saved.")
        return redirect(series)
    return render(request, "feedback/series/form.html", {"form": form}, status=422 if form.is_bound else 200)


def series_edit(request, pk):
    series = _series(request, pk)
    require(can_prepare_meetings(request.user))
    form = SeriesForm(typed(request), instance=series)
    if request.method == "POST" and form.is_valid():
        try:
            series = actions.change_series(series=form.save(commit=False), **form.change)
        except WrittenMeanwhile as found:
            back = series.get_absolute_url()
            return answer_crossed(request, found.standing, form, found, title="The series", back=back)
        toast(request, f"{series} saved.")
        return redirect(series)
    context = {"form": form, "series": series}
    return render(request, "feedback/series/form.html", context, status=422 if form.is_bound else 200)


def _series(request, pk):
    return get_object_or_404(Series.objects.visible_to(request.user).select_related("facilitator"), pk=pk)
