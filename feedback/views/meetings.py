import json
from datetime import date
from functools import wraps

from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from feedback import exports
from feedback import meetings as registry
from feedback.actions import meetings as actions
from feedback.after_closing import after_closing
from feedback.becoming import offers_for
from feedback.closing import doubts_about_closing
from feedback.forms.meetings import ActionForm, DecisionForm, MeetingForm, NewMeetingForm
from feedback.handouts.pdf import can_draw
from feedback.meanwhile import WrittenMeanwhile
from feedback.metrics import coverage
from feedback.models import Company, Meeting, Opportunity
from feedback.packs import days_of, removals
from feedback.paging import page_of
from feedback.permissions import (
    can_close_meeting,
    can_delete_meeting,
    can_prepare_meetings,
    can_reopen_meeting,
    can_write_in_meeting,
    require,
)
from feedback.preparing import standing
from feedback.readiness import readiness_of
from feedback.sections.since import since_then
from feedback.since_closing import changes_since
from feedback.toasts import toast
from feedback.views.meanwhile import answer_crossed, typed

PER_PAGE = 24
TYPED = ("text", "proof", "title", "prompt", "place")  # what people write in the forms of a meeting


def says_when_closed(view):
    """Tells who writes in a meeting that it was closed meanwhile, and gives back the words they typed."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except actions.MeetingClosed as closed:
            return _gives_back(request, "feedback/meetings/closed_meanwhile.html", meeting=closed.meeting)

    return answer


def says_when_deleted(view):
    """Tells who changes a row of a meeting that somebody deleted it meanwhile, and gives back the words they typed."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except Http404:
            if request.method != "POST" or not can_prepare_meetings(request.user):
                raise
            return _gives_back(request, "feedback/meetings/deleted_meanwhile.html")

    return answer


def _gives_back(request, template, **context):
    words_typed = [words for name in TYPED if (words := request.POST.get(name, "").strip())]
    page = render(request, template, context | {"typed": words_typed}, status=409)
    if request.htmx:  # the shell puts no other refusal in place, and the whole page has changed
        page.status_code = 422
        page["HX-Retarget"] = page["HX-Reselect"] = "#main"
        page["HX-Reswap"] = "outerHTML"
    return page


def require_open(request, meeting):
    """403 for those who do not prepare meetings; for a meeting that is closed, see `says_when_closed`."""
    require(can_prepare_meetings(request.user))
    if meeting.is_closed:
        raise actions.MeetingClosed(meeting)


def meeting_list(request):
    meetings = _listed(request.user)
    page = page_of(meetings, request.GET.get("page"), PER_PAGE)
    context = {"page": page, "can_prepare": can_prepare_meetings(request.user)}
    return render(request, "feedback/meetings/list.html", context)


def meeting_export(request):
    return exports.download("meetings", exports.MEETINGS, _listed(request.user))


def _listed(user):
    return (
        Meeting.objects.visible_to(user)
        .select_related("facilitator")
        .prefetch_related("packs")
        .annotate(
            decided=Count("decisions", distinct=True),
            undone=Count("actions", filter=Q(actions__done_at=None), distinct=True),
        )
        .order_by("-first_day", "-id")
    )


def meeting_create(request):
    require(can_prepare_meetings(request.user))
    form = NewMeetingForm(request.POST or None, initial={"facilitator": request.user})
    if request.method == "POST" and form.is_valid():
        meeting = actions.make_meeting(by=request.user, **form.given)
        toast(request, "Meeting ready to prepare.")
        return redirect(meeting)
    return render(request, "feedback/meetings/form.html", {"form": form}, status=422 if form.is_bound else 200)


@says_when_closed
def meeting_edit(request, pk):
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    require_open(request, meeting)
    form = MeetingForm(typed(request), instance=meeting)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_meeting(meeting=form.save(commit=False), **form.change)
        except WrittenMeanwhile as found:
            back = meeting.get_absolute_url()
            return answer_crossed(request, meeting, form, found, title="The meeting", back=back)
        toast(request, "Meeting saved.")
        return redirect(meeting)
    context = {"form": form, "meeting": meeting}
    return render(request, "feedback/meetings/form.html", context, status=422 if form.is_bound else 200)


def meeting_detail(request, pk):
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user).select_related("facilitator"), pk=pk)
    if meeting.is_closed:
        return _closed(request, meeting)
    chosen = registry.sections_of(meeting)
    context = live_context(request, meeting) | _handouts(meeting, chosen) | standing(meeting)
    context["shown"] = registry.preview(meeting, chosen)
    context |= {"invited": meeting.invited, "can_delete": can_delete_meeting(request.user, meeting)}
    if context["can_write"]:
        context["readiness"] = readiness_of(meeting)
        context["can_remind"] = meeting.reminded_on != timezone.localdate(timezone=Company.current().zone)
    return render(request, "feedback/meetings/detail.html", context)


def _handouts(meeting, chosen):
    definitions = registry.definitions_behind(chosen)
    return {"rows": registry.rows_behind(chosen, meeting), "definitions": definitions, "can_draw": can_draw()}


def _closed(request, meeting):
    pack = meeting.pack
    said = json.loads(pack.content)["meeting"]
    context = {
        "meeting": meeting,
        "pack": pack,
        "closed_on": days_of(pack)[0],
        "held_on": date.fromisoformat(said["held_on"]),
        "facilitator": said["facilitator"],
        "since": since_then(meeting, pack),
        "changes": changes_since(meeting, pack),
        "removals": removals(pack),
        "earlier": [(pack, *days_of(pack)) for pack in meeting.packs.all() if pack.reopened_at],
        "can_reopen": can_reopen_meeting(request.user, meeting),
        "can_prepare": can_prepare_meetings(request.user),
        "here": request.get_full_path(),
    }
    context |= after_closing(meeting, pack, request.user) | _handouts(meeting, registry.sections_of(meeting))
    return render(request, "feedback/meetings/closed.html", context)


def live_context(request, meeting, **forms):
    """What the sections of a meeting in preparation need besides their data."""
    return {
        "meeting": meeting,
        "live": True,
        "currency": Company.current().currency,
        "can_write": can_write_in_meeting(request.user, meeting),
        "can_close": can_close_meeting(request.user, meeting),
        "offers": offers_for(request.user),
        "here": _here(request, meeting),
        "decision_form": DecisionForm(auto_id="decision_%s"),
        "action_form": ActionForm(auto_id="action_%s"),
    } | forms


def _here(request, meeting):
    """Where what is made of an action or a decision leads back to: the page, also when htmx asks for a part of it."""
    return place_in(request, meeting, "decisions") if request.method == "POST" else request.get_full_path()


def place_in(request, meeting, section):
    """The page a form of a section was sent from: the run, or the whole meeting."""
    if request.POST.get("in") == "run":
        return f"{reverse('feedback:meeting_run', args=[meeting.pk])}?section={section}"
    return f"{meeting.get_absolute_url()}#{section}"


def meeting_close(request, pk):
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    # Closing twice is harmless, so that a second press of the button is no error.
    require(can_close_meeting(request.user, meeting) or can_reopen_meeting(request.user, meeting))
    if request.method == "POST":
        actions.close_meeting(meeting=meeting, by=request.user)
        toast(request, "Meeting closed. Its figures will not change any more.")
        return redirect(meeting)
    if meeting.is_closed:
        return redirect(meeting)
    context = {
        "meeting": meeting,
        "coverage": coverage(Opportunity.objects.closed_between(meeting.period)),
        "decided": meeting.decisions.count(),
        "promised": meeting.actions.count(),
        "picked": meeting.opportunities.count(),
        "doubts": doubts_about_closing(meeting),
    }
    return render(request, "feedback/meetings/close.html", context)


def meeting_reopen(request, pk):
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    require(can_reopen_meeting(request.user, meeting))
    if request.method == "POST":
        actions.reopen_meeting(meeting=meeting, by=request.user)
        toast(request, "Meeting open again. The closed version is kept.")
        return redirect(meeting)
    return render(request, "feedback/meetings/reopen.html", {"meeting": meeting, "pack": meeting.pack})
