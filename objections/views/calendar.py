from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.vary import vary_on_headers

from objections import calendar_page
from objections.filters.content import CalendarFilter
from objections.models import ContentRequest


@vary_on_headers("HX-Request")
def request_calendar(request):
    """Due days by month, over the filters of the queue; without a month that of today."""
    filterset = CalendarFilter(request.GET, queryset=ContentRequest.objects.visible_to(request.user), request=request)
    today = timezone.localdate()
    asked = filterset.form.cleaned_data.get("month") if filterset.form.is_valid() else None
    context = {
        "filter": filterset,
        "month": calendar_page.month(filterset.qs, asked or today.replace(day=1), today),
        "today": today,
    }
    part = "objections/content/_calendar.html"
    return render(request, part if request.htmx else "objections/content/calendar.html", context)
