from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from feedback import agendas
from feedback import meetings as registry
from feedback.actions import agenda_sections as actions
from feedback.actions.agendas import save_template
from feedback.forms.agendas import MinutesForm, OwnSectionForm
from feedback.meanwhile import WrittenMeanwhile, read_before
from feedback.models import AgendaSection, Meeting
from feedback.permissions import can_save_agenda, require
from feedback.toasts import toast
from feedback.views.meanwhile import answer_crossed, typed
from feedback.views.meetings import require_open, says_when_closed

STEPS = {"up": -1, "down": 1}


@vary_on_headers("HX-Request")
@says_when_closed
def meeting_agenda(request, pk):
    """The sections in their order with minutes, and the form that adds one of the meeting's own."""
    meeting = _meeting(request, pk)
    form = OwnSectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.add_section(meeting=meeting, section=form.save(commit=False), by=request.user)
        return redirect("feedback:meeting_agenda", pk)
    return _page(request, meeting, form=form, status=422 if form.is_bound else 200)


@vary_on_headers("HX-Request")
@says_when_closed
def agenda_section_edit(request, pk, key):
    """Its minutes, and of an own section title and prompt."""
    meeting = _meeting(request, pk)
    row = _row(meeting, key)
    form_class = OwnSectionForm if row.is_own and not request.htmx else MinutesForm
    form = form_class(typed(request), instance=row, auto_id=f"{key}_%s")
    if request.method == "POST" and form.is_valid():
        given = {"fields": form.changed_data, "by": request.user, "before": read_before(form)}
        try:
            actions.change_section(section=form.save(commit=False), **given)
        except WrittenMeanwhile as found:
            return answer_crossed(request, meeting, form, found, title=_title(row), back=_address(meeting))
        return _changed(request, meeting)
    if request.htmx:
        return _page(request, meeting, wrong=(key, form), status=422)
    context = {"meeting": meeting, "form": form, "title": _title(row), "back": _address(meeting)}
    return render(request, "feedback/meetings/decision_form.html", context, status=422 if form.is_bound else 200)


@require_POST
@says_when_closed
def agenda_section_move(request, pk, key):
    """One place up or down (`to`), or in front of another section (`before`, blank for the end)."""
    meeting = _meeting(request, pk)
    row = _row(meeting, key)
    if "before" in request.POST:
        actions.place_section(meeting=meeting, key=row.key, before=request.POST["before"])
    elif step := STEPS.get(request.POST.get("to")):
        actions.move_section(meeting=meeting, key=row.key, step=step)
    return _changed(request, meeting)


@require_POST
@says_when_closed
def agenda_section_leave_out(request, pk, key):
    meeting = _meeting(request, pk)
    actions.leave_out_section(meeting=meeting, key=_row(meeting, key).key, by=request.user)
    return _changed(request, meeting)


@require_POST
@says_when_closed
def agenda_section_take_in(request, pk, key):
    meeting = _meeting(request, pk)
    actions.take_in_section(meeting=meeting, key=_row(meeting, key).key, by=request.user)
    return _changed(request, meeting)


@require_POST
@says_when_closed
def agenda_template_save(request, pk):
    meeting = _meeting(request, pk)
    require(can_save_agenda(request.user))
    save_template(meeting=meeting)
    toast(request, "Saved. New meetings start from this agenda.")
    return redirect("feedback:meeting_agenda", pk)


def _meeting(request, pk):
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    require_open(request, meeting)
    return meeting


def _row(meeting, key) -> AgendaSection:
    found = next((row for row in registry.agenda_of(meeting) if row.key == key), None)
    if found is None:
        raise Http404
    return found


def _address(meeting):
    return reverse("feedback:meeting_agenda", args=[meeting.pk])


def _title(row):
    return registry.section_of(row).title


def _changed(request, meeting):
    return _page(request, meeting) if request.htmx else redirect("feedback:meeting_agenda", meeting.pk)


def _page(request, meeting, *, form=None, wrong=(None, None), status=200):
    order = registry.agenda_of(meeting)
    noted = set(meeting.notes.exclude(text="").values_list("section", flat=True))
    places = [
        {
            "row": row,
            "section": registry.section_of(row),
            "form": wrong[1] if row.key == wrong[0] else MinutesForm(instance=row, auto_id=f"{row.key}_%s"),
            "is_needed": row.key in agendas.NEEDED,
            "is_noted": row.key in noted,
        }
        for row in order
    ]
    planned = agendas.planned_minutes(order)
    context = {
        "meeting": meeting,
        "places": [place for place in places if not place["row"].is_left_out],
        "left_out": [place for place in places if place["row"].is_left_out],
        "planned": planned,
        "over": planned - meeting.minutes,
        "started": any(row.started_at for row in order),
        "form": form or OwnSectionForm(),
        "can_save": can_save_agenda(request.user),
    }
    name = "_agenda" if request.htmx else "agenda"
    return render(request, f"feedback/meetings/{name}.html", context, status=status)
