"""The private calendar: its address, made and taken back on one's security page, and what a program reads there."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from feedback.actions import feeds as actions
from feedback.actions.people import token_hash
from feedback.feeds import calendar_of
from feedback.models import CalendarFeed, Tries
from feedback.toasts import toast

HOUR = timedelta(hours=1)
WRONG_LIMIT = 30  # unknown addresses asked for by one client in an hour
LIMIT = 60  # readings of one calendar in an hour; programs read once or twice


@require_POST
@never_cache
def feed_create(request):
    """A new address, shown this once; the one before stops working."""
    url = request.build_absolute_uri(reverse("feedback:feed", args=[actions.open_feed(user=request.user)]))
    return render(request, "feedback/people/feed.html", {"url": url})


@require_POST
def feed_end(request):
    actions.close_feed(user=request.user)
    toast(request, "Your calendar's address no longer works.")
    return redirect("feedback:security")


@login_not_required
@never_cache
@require_safe
def feed(request, token):
    """The calendar of whoever was given the token; nothing once they are deactivated or have taken it back."""
    found = (
        CalendarFeed.objects.filter(token_hash=token_hash(token), user__is_active=True).select_related("user").first()
    )
    if found is None:
        if Tries.objects.spend("feed", who=request.META.get("REMOTE_ADDR", ""), limit=WRONG_LIMIT, per=HOUR):
            return HttpResponse(status=429, headers={"Retry-After": "3600"})
        raise Http404
    if Tries.objects.spend("calendar", who=str(found.pk), limit=LIMIT, per=HOUR):
        return HttpResponse(status=429, headers={"Retry-After": "3600"})
    with timezone.override(ZoneInfo(found.user.time_zone)):
        at = request.build_absolute_uri("/").rstrip("/")
        calendar = calendar_of(found.user, today=timezone.localdate(), at=at)
    headers = {"Referrer-Policy": "no-referrer", "Content-Disposition": 'attachment; filename="closed-loop.ics"'}
    return HttpResponse(calendar, content_type="text/calendar; charset=utf-8", headers=headers)
