from django.shortcuts import render

from feedback import trends, trends_page
from feedback.exports import download
from feedback.forms.fields import is_number
from feedback.models import Meeting, Series


def meeting_trends(request):
    """What closed meetings show side by side, as each was frozen: all, or those of one series."""
    meetings, series, chosen = _chosen(request)
    mets = trends.closed_meetings(meetings)
    promises = trends.promises(mets)
    context = {
        "mets": mets,
        "promises": promises[::-1],
        "kept": trends.total(row.kept for row in promises),
        "on_time": trends.total(row.on_time for row in promises),
        "aimed": trends.aimed(mets),
        "shown": trends_page.shown(trends.lines(mets), mets),
        "most": trends.MOST,
        "series": series,
        "chosen": chosen,
    }
    return render(request, "feedback/meetings/trends.html", context)


def meeting_trends_export(request):
    meetings, _, _ = _chosen(request)
    mets = trends.closed_meetings(meetings)
    return download("meeting-trends", trends_page.csv_columns(trends.lines(mets)), trends.promises(mets))


def _chosen(request):
    """The meetings, the series that have closed ones, to choose from, and the one that is chosen, or None."""
    meetings = Meeting.objects.visible_to(request.user)
    series = list(Series.objects.filter(pk__in=meetings.closed().order_by().values("series")).order_by("name", "pk"))
    asked = request.GET.get("series", "")
    chosen = next((row for row in series if is_number(asked) and row.pk == int(asked)), None)
    return meetings.filter(series=chosen) if chosen else meetings, series, chosen
