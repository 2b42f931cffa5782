"""One's own ways in: where one is signed in, and how that ends."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from feedback.actions.sessions import end_sessions
from feedback.models import CalendarFeed, Session
from feedback.second_factor import has_second_factor, must_have_one, recovery_codes_left
from feedback.toasts import toast


def security(request):
    sessions = list(Session.objects.live_of(request.user, timezone.now()))
    here = request.session.session_key
    context = {
        "sessions": sessions,
        "here": here,
        "second_factor": has_second_factor(request.user),
        "codes_left": recovery_codes_left(request.user),
        "feed": CalendarFeed.objects.filter(user=request.user).first(),
        "required": must_have_one(request.user),
        "elsewhere": sum(session.session_key != here for session in sessions),
    }
    return render(request, "feedback/people/security.html", context)


@require_POST
def sessions_end(request):
    """Signs the person out on every other device."""
    ended = end_sessions(user=request.user, but=request.session.session_key)
    toast(request, f"Signed out on {ended} other device{'' if ended == 1 else 's'}.")
    return redirect("feedback:security")
