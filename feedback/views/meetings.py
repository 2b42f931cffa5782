import json
from datetime import date
from functools import wraps

from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from feedback import exports
from feedback import meetings as registry
from feedback.actions import meetings as actions
from feedback.figures import oldest
from feedback.filters import searched
from feedback.forms.meetings import ActionForm, DecisionForm, MeetingForm, NewMeetingForm, NoteForm, PickForm
from feedback.metrics import coverage
from feedback.models import Action, Company, Meeting, Opportunity
from feedback.packs import removals
from feedback.paging import page_of
from feedback.permissions import (
    can_close_meeting,
    can_prepare_meetings,
    can_reopen_meeting,
    can_write_in_meeting,
    require,
)
from feedback.sections.deals import suggested
from feedback.sections.since import since_then
from feedback.toasts import toast

PER_PAGE = 24
OFFERED = 20  # deals offered for discussion at once
TYPED = ("text", "proof")  # what people write in the forms of a meeting


def says_when_closed(view):
    """Tells who writes in a meeting that it was closed meanwhile, and gives back the words they typed."""

    @wraps(view)
    def answer(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except actions.MeetingClosed as closed:
            typed = [words for name in TYPED if (words := request.POST.get(name, "").strip())]
            context = {"meeting": closed.meeting, "typed": typed}
            page = render(request, "feedback/meetings/closed_meanwhile.html", context, status=409)
        if request.htmx:  # the shell puts no other refusal in place, and the whole page has changed
            page.status_code = 422
            page["HX-Retarget"] = page["HX-Reselect"] = "#main"
            page["HX-Reswap"] = "outerHTML"
        return page

    return answer


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
        .order_by("-month", "-id")
    )


def meeting_create(request):
    require(can_prepare_meetings(request.user))
    form = NewMeetingForm(request.POST or None, initial={"facilitator": request.user})
    if request.method == "POST" and form.is_valid():
        meeting = actions.make_meeting(by=request.user, **form.cleaned_data)
        toast(request, "Meeting ready to prepare.")
        return redirect(meeting)
    return render(request, "feedback/meetings/form.html", {"form": form}, status=422 if form.is_bound else 200)


@says_when_closed
def meeting_edit(request, pk):
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    require_open(request, meeting)
    form = MeetingForm(request.POST or None, instance=meeting)
    if request.method == "POST" and form.is_valid():
        actions.change_meeting(meeting=form.save(commit=False), fields=form.changed_data)
        toast(request, "Meeting saved.")
        return redirect(meeting)
    context = {"form": form, "meeting": meeting}
    return render(request, "feedback/meetings/form.html", context, status=422 if form.is_bound else 200)


def meeting_detail(request, pk):
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user).select_related("facilitator"), pk=pk)
    if meeting.is_closed:
        return _closed(request, meeting)
    shown = registry.preview(meeting)
    context = live_context(request, meeting) | {"shown": shown, "as_of": oldest(*shown)}
    return render(request, "feedback/meetings/detail.html", context)


def _closed(request, meeting):
    pack = meeting.pack
    said = json.loads(pack.content)["meeting"]
    context = {
        "meeting": meeting,
        "pack": pack,
        "held_on": date.fromisoformat(said["held_on"]),
        "facilitator": said["facilitator"],
        "since": since_then(meeting, pack),
        "actions": Action.objects.filter(meeting=meeting).select_related("owner"),
        "removals": removals(pack),
        "earlier": [pack for pack in meeting.packs.all() if pack.reopened_at],
        "can_reopen": can_reopen_meeting(request.user, meeting),
        "can_prepare": can_prepare_meetings(request.user),
    }
    return render(request, "feedback/meetings/closed.html", context)


def live_context(request, meeting, **forms):
    """What the sections of a meeting in preparation need besides their data."""
    return {
        "meeting": meeting,
        "live": True,
        "currency": Company.current().currency,
        "can_write": can_write_in_meeting(request.user, meeting),
        "can_close": can_close_meeting(request.user, meeting),
        "decision_form": DecisionForm(auto_id="decision_%s"),
        "action_form": ActionForm(auto_id="action_%s"),
    } | forms


def meeting_run(request, pk):
    """One section a screen."""
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    if meeting.is_closed:
        return redirect(meeting)
    require(can_write_in_meeting(request.user, meeting))
    return render(request, "feedback/meetings/run.html", _run_context(request, meeting, request.GET.get("section")))


def _run_context(request, meeting, key):
    order = registry.in_order()
    place = next((at for at, section in enumerate(order) if section.key == key), None if key else 0)
    if place is None:
        raise Http404
    return live_context(request, meeting) | {
        "running": True,
        "each": registry.preview(meeting, [order[place]])[0],
        "number": place + 1,
        "of": len(order),
        "previous": order[place - 1] if place else None,
        "next": order[place + 1] if place + 1 < len(order) else None,
    }


@require_POST
@says_when_closed
def meeting_note(request, pk, section):
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    require_open(request, meeting)
    if section not in registry.sections:
        raise Http404
    form = NoteForm(request.POST)
    if not form.is_valid():
        if request.htmx:
            return render(request, "feedback/meetings/_note_saved.html", {"form": form}, status=422)
        context = _run_context(request, meeting, section) | {"note_form": form}
        return render(request, "feedback/meetings/run.html", context, status=422)
    note = actions.write_note(meeting=meeting, section=section, text=form.cleaned_data["text"], by=request.user)
    if request.htmx:
        return render(request, "feedback/meetings/_note_saved.html", {"note": note})
    return redirect(place_in(request, meeting, section))


def place_in(request, meeting, section):
    """The page a form of a section was sent from: the run, or the whole meeting."""
    if request.POST.get("in") == "run":
        return f"{reverse('feedback:meeting_run', args=[meeting.pk])}?section={section}"
    return f"{meeting.get_absolute_url()}#{section}"


@says_when_closed
def meeting_deals(request, pk):
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    require_open(request, meeting)
    form = PickForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.pick_opportunity(meeting=meeting, opportunity=form.cleaned_data["opportunity"])
        return redirect("feedback:meeting_deals", pk)
    words = searched(request.GET.get("q", ""))
    picked = list(meeting.opportunities.select_related("account"))
    context = {
        "meeting": meeting,
        "form": form,
        "words": words,
        "picked": picked,
        "offered": [deal for deal in _offered(meeting, words) if deal not in picked],
    }
    return render(request, "feedback/meetings/deals.html", context, status=422 if form.is_bound else 200)


def _offered(meeting, words):
    """The largest losses of the month, or lost deals of any time that have these words."""
    if not words:
        return suggested(meeting.period, OFFERED)
    found = Opportunity.objects.lost().matching(words).select_related("account")
    return found.order_by("-closed_on", "-pk")[:OFFERED]


@require_POST
@says_when_closed
def meeting_deal_remove(request, pk, deal):
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    require_open(request, meeting)
    actions.unpick_opportunity(meeting=meeting, opportunity=get_object_or_404(meeting.opportunities, pk=deal))
    return redirect("feedback:meeting_deals", pk)


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
