from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from feedback.actions import clocks as actions
from feedback.meetings import sections_of
from feedback.models import AgendaSection, Meeting
from feedback.views.meetings import require_open, says_when_closed
from feedback.views.runs import clock_context


@require_POST
@says_when_closed
def clock_show(request, pk, key):
    """Whoever the clock follows has this section before them."""
    return _at_section(request, pk, key, actions.show_section)


@require_POST
@says_when_closed
def clock_lead(request, pk, key):
    """From now on it follows this person's screen."""
    return _at_section(request, pk, key, actions.lead_clock)


@require_POST
@says_when_closed
def clock_pause(request, pk):
    meeting = _meeting(request, pk)
    actions.pause_clock(meeting=meeting)
    return _answer(request, meeting, _section_before(request, meeting))


@require_POST
@says_when_closed
def clock_resume(request, pk):
    meeting = _meeting(request, pk)
    actions.resume_clock(meeting=meeting)
    return _answer(request, meeting, _section_before(request, meeting))


@require_POST
@says_when_closed
def clock_reset(request, pk):
    meeting = _meeting(request, pk)
    actions.reset_clock(meeting=meeting)
    return redirect("feedback:meeting_agenda", pk)


def _at_section(request, pk, key, act):
    meeting = _meeting(request, pk)
    try:
        act(meeting=meeting, key=key, by=request.user)
    except AgendaSection.DoesNotExist:
        raise Http404 from None
    return _answer(request, meeting, key)


def _section_before(request, meeting):
    """The section whose screen the button was on; None for what is on no agenda."""
    key = request.POST.get("section")
    return key if key in {section.key for section in sections_of(meeting)} else None


def _meeting(request, pk):
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    require_open(request, meeting)
    return meeting


def _answer(request, meeting, key):
    if request.htmx:
        return render(request, "feedback/meetings/_clock.html", clock_context(meeting, key))
    page = reverse("feedback:meeting_run", args=[meeting.pk])
    return redirect(f"{page}?section={key}" if key else page)
