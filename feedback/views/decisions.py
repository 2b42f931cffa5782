from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from feedback import meetings as registry
from feedback.actions import meetings as actions
from feedback.forms.meetings import ActionForm, DecisionForm
from feedback.models import Action, Decision, Meeting
from feedback.permissions import can_end_action, can_prepare_meetings, require
from feedback.toasts import toast
from feedback.views.meetings import live_context, place_in, require_open, says_when_closed

SECTION = "decisions"
DIGITS = 18  # of any number that can be a row's


@vary_on_headers("HX-Request")
@says_when_closed
def decision_create(request, pk):
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    require_open(request, meeting)
    form = DecisionForm(request.POST or None, auto_id="decision_%s")
    if request.method == "POST" and form.is_valid():
        actions.add_decision(meeting=meeting, decision=form.save(commit=False), by=request.user)
        return _added(request, meeting)
    return _form(request, meeting, form, "decision_form", "A decision")


@vary_on_headers("HX-Request")
@says_when_closed
def action_create(request, pk):
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    require_open(request, meeting)
    form = ActionForm(request.POST or None, auto_id="action_%s")
    if request.method == "POST" and form.is_valid():
        actions.add_action(meeting=meeting, action=form.save(commit=False), by=request.user)
        return _added(request, meeting)
    return _form(request, meeting, form, "action_form", "An action")


def _added(request, meeting):
    if request.htmx:
        return _section(request, meeting)
    return redirect(place_in(request, meeting, SECTION))


def _section(request, meeting, status=200, **forms):
    """The section's lists and forms alone, as htmx puts them in place."""
    shown = registry.preview(meeting, [registry.sections[SECTION]])[0]
    context = live_context(request, meeting, **forms) | {
        "data": shown.data,
        "running": request.POST.get("in") == "run",
    }
    return render(request, shown.section.template, context, status=status)


def _form(request, meeting, form, name, title):
    if request.htmx and form.is_bound:
        return _section(request, meeting, status=422, **{name: form})
    context = {"form": form, "meeting": meeting, "title": title}
    return render(request, "feedback/meetings/decision_form.html", context, status=422 if form.is_bound else 200)


@says_when_closed
def decision_edit(request, pk):
    decision = _decision(request, pk)
    form = DecisionForm(request.POST or None, instance=decision)
    if request.method == "POST" and form.is_valid():
        actions.change_decision(decision=form.save(commit=False), fields=form.changed_data)
        return _saved(request, decision.meeting)
    return _form(request, decision.meeting, form, "decision_form", "Edit the decision")


@says_when_closed
def decision_delete(request, pk):
    return _delete(request, _decision(request, pk), "decision")


def _decision(request, pk):
    meetings = Meeting.objects.visible_to(request.user)
    decision = get_object_or_404(Decision.objects.filter(meeting__in=meetings).select_related("meeting"), pk=pk)
    require_open(request, decision.meeting)
    return decision


def action_edit(request, pk):
    """Owner and day may change after the meeting was closed; what it saw does not."""
    action = _action(request, pk)
    require(can_prepare_meetings(request.user))
    form = ActionForm(request.POST or None, instance=action)
    if request.method == "POST" and form.is_valid():
        actions.change_action(action=form.save(commit=False), fields=form.changed_data)
        return _saved(request, action.meeting)
    return _form(request, action.meeting, form, "action_form", "Edit the action")


@says_when_closed
def action_delete(request, pk):
    action = _action(request, pk)
    require_open(request, action.meeting)
    return _delete(request, action, "action")


def _action(request, pk):
    return get_object_or_404(Action.objects.visible_to(request.user).select_related("meeting"), pk=pk)


def _saved(request, meeting):
    toast(request, "Saved.")
    return redirect(f"{meeting.get_absolute_url()}#{SECTION}")


def _delete(request, row, noun):
    if request.method == "POST":
        actions.delete_from_meeting(row=row)
        toast(request, f"The {noun} is gone.")
        return redirect(f"{row.meeting.get_absolute_url()}#{SECTION}")
    context = {"row": row, "meeting": row.meeting, "noun": noun}
    return render(request, "feedback/meetings/delete.html", context)


@require_POST
def action_done(request, pk):
    action = _action(request, pk)
    require(can_end_action(request.user, action))
    actions.end_action(action=action, by=request.user)
    toast(request, "Marked as done.", undo=reverse("feedback:action_undo", args=[pk]))
    return _back(request, action.meeting)


@require_POST
def action_undo(request, pk):
    action = _action(request, pk)
    require(can_end_action(request.user, action))
    actions.resume_action(action=action)
    toast(request, "Open again.")
    return _back(request, action.meeting)


def _back(request, meeting):
    """Where the button was pressed: a later meeting looks back at actions of earlier ones. Home for all others."""
    pressed_on = request.POST.get("on", "")
    pk = int(pressed_on) if pressed_on.isdecimal() and len(pressed_on) <= DIGITS else meeting.pk
    page = Meeting.objects.visible_to(request.user).filter(pk=pk).first()
    if request.POST.get("in") == "home" or page is None:
        return redirect("feedback:home")
    return redirect(place_in(request, page, "last_time" if page != meeting else SECTION))
