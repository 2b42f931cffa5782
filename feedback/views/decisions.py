from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from feedback import meetings as registry
from feedback.actions import decisions as actions
from feedback.forms.meetings import ActionForm, DecisionForm
from feedback.meanwhile import WrittenMeanwhile, read_before
from feedback.models import Action, Decision, Meeting
from feedback.permissions import can_end_action, can_prepare_meetings, require
from feedback.sections.decisions import versions
from feedback.toasts import toast
from feedback.views.meanwhile import answer_crossed, typed
from feedback.views.meetings import live_context, place_in, require_open, says_when_closed, says_when_deleted

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
        return _added(request, meeting, "decision")
    return _form(request, meeting, form, "decision", "A decision")


@vary_on_headers("HX-Request")
@says_when_closed
def action_create(request, pk):
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    require_open(request, meeting)
    form = ActionForm(request.POST or None, auto_id="action_%s")
    if request.method == "POST" and form.is_valid():
        actions.add_action(meeting=meeting, action=form.save(commit=False), by=request.user)
        return _added(request, meeting, "action")
    return _form(request, meeting, form, "action", "An action")


def rows_context(meeting):
    """The lists of decisions and actions, {"rows", "version"} of each; the version changes with what they show."""
    data, named = registry.sections[SECTION].collect(meeting.period, meeting), versions(meeting)
    return {noun: {"rows": data[f"{noun}s"], "version": named[noun]} for noun in named}


def _added(request, meeting, noun):
    """An empty form again, and beside it the list with what was added: nothing else that is typed is touched."""
    if not request.htmx:
        return redirect(place_in(request, meeting, SECTION))
    context = _context(request, meeting) | {"noun": noun, "rows": {noun: rows_context(meeting)[noun]}, "oob": True}
    context[f"{noun}_form"].fields["text"].widget.attrs["autofocus"] = True  # one often follows the other
    return render(request, "feedback/meetings/_added.html", context)


def _context(request, meeting, **forms):
    return live_context(request, meeting, **forms) | {"running": request.POST.get("in", request.GET.get("in")) == "run"}


def _form(request, meeting, form, noun, title):
    if request.htmx and form.is_bound:
        context = _context(request, meeting, **{f"{noun}_form": form})
        return render(request, f"feedback/meetings/_{noun}_add.html", context, status=422)
    context = {"form": form, "meeting": meeting, "title": title}
    return render(request, "feedback/meetings/decision_form.html", context, status=422 if form.is_bound else 200)


@vary_on_headers("HX-Request")
@says_when_closed
@says_when_deleted
def decision_edit(request, pk):
    decision = _decision(request, pk)
    form = DecisionForm(typed(request), instance=decision, auto_id=f"decision-{pk}_%s")
    if request.method == "POST" and form.is_valid():
        given = {"fields": form.changed_data, "by": request.user, "before": read_before(form)}
        return _change(request, decision, form, "decision", lambda row: actions.change_decision(decision=row, **given))
    return _edit_form(request, decision, form, "decision")


def _change(request, row, form, noun, change):
    meeting = row.meeting
    try:
        change(form.save(commit=False))
    except WrittenMeanwhile as found:
        back = f"{meeting.get_absolute_url()}#{SECTION}"
        return answer_crossed(request, meeting, form, found, title=f"The {noun}", back=back)
    if not request.htmx:
        return _saved(request, meeting)
    rows = rows_context(meeting)[noun]
    context = _context(request, meeting) | {"noun": noun, "shown": rows["rows"], "version": rows["version"]}
    return render(request, "feedback/meetings/_rows.html", context)


def _edit_form(request, row, form, noun):
    """In the place of the row for htmx, which sends the form itself; else a page."""
    context = {"form": form, "meeting": row.meeting, "noun": noun, "row": row, "title": f"Edit the {noun}"}
    status = 422 if form.is_bound else 200
    if not request.htmx:
        return render(request, "feedback/meetings/decision_form.html", context, status=status)
    page = render(request, "feedback/meetings/_row_form.html", context | _context(request, row.meeting), status=status)
    if form.is_bound:
        page["HX-Retarget"], page["HX-Reswap"] = f"#{noun}-edit-{row.pk}", "outerHTML"
    return page


@says_when_closed
def decision_delete(request, pk):
    return _delete(request, _decision(request, pk), "decision")


def _decision(request, pk):
    meetings = Meeting.objects.visible_to(request.user)
    decision = get_object_or_404(Decision.objects.filter(meeting__in=meetings).select_related("meeting"), pk=pk)
    require_open(request, decision.meeting)
    return decision


@vary_on_headers("HX-Request")
@says_when_deleted
def action_edit(request, pk):
    """Owner and day may change after the meeting was closed; what it saw does not."""
    action = _action(request, pk)
    require(can_prepare_meetings(request.user))
    form = ActionForm(typed(request), instance=action, auto_id=f"action-{pk}_%s")
    if request.method == "POST" and form.is_valid():
        given = {"fields": form.changed_data, "before": read_before(form)}
        return _change(request, action, form, "action", lambda row: actions.change_action(action=row, **given))
    return _edit_form(request, action, form, "action")


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
    return back_to_action(request, action.meeting)


@require_POST
def action_undo(request, pk):
    action = _action(request, pk)
    require(can_end_action(request.user, action))
    actions.resume_action(action=action)
    toast(request, "Open again.")
    return back_to_action(request, action.meeting)


def back_to_action(request, meeting):
    """Where the button was pressed: a later meeting looks back at actions of earlier ones. Home for all others."""
    pressed_on = request.POST.get("on", "")
    pk = int(pressed_on) if pressed_on.isdecimal() and len(pressed_on) <= DIGITS else meeting.pk
    page = Meeting.objects.visible_to(request.user).filter(pk=pk).first()
    if request.POST.get("in") == "home" or page is None:
        return redirect("feedback:home")
    return redirect(place_in(request, page, "last_time" if page != meeting else SECTION))
