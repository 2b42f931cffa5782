"""A meeting as it is held: one section a screen, its clock, and what others write meanwhile."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.decorators.vary import vary_on_headers

from feedback import meetings as registry
from feedback.actions import meetings as actions
from feedback.clocks import reading
from feedback.forms.meetings import NoteForm
from feedback.meanwhile import WrittenMeanwhile, both, seen
from feedback.models import Meeting
from feedback.permissions import can_prepare_meetings, can_write_in_meeting, require
from feedback.sections.decisions import versions
from feedback.views.decisions import SECTION, rows_context
from feedback.views.meetings import live_context, place_in, require_open, says_when_closed

SEEN_NOTE, SEEN_ROWS, SEEN_CLOCK = "seen-note-", "seen-rows-", "seen-clock"


def meeting_run(request, pk):
    """One section a screen."""
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    if meeting.is_closed:
        return redirect(meeting)
    require(can_write_in_meeting(request.user, meeting))
    return render(request, "feedback/meetings/run.html", _run_context(request, meeting, request.GET.get("section")))


def _run_context(request, meeting, key):
    rows = _shown(meeting)
    order = [registry.section_of(row) for row in rows]
    place = next((at for at, section in enumerate(order) if section.key == key), None if key else 0)
    if place is None:
        raise Http404
    return (
        live_context(request, meeting)
        | {
            "running": True,
            "each": registry.preview(meeting, [order[place]])[0],
            "number": place + 1,
            "of": len(order),
            "first": order[0],
            "last": order[-1],
            "previous": order[place - 1] if place else None,
            "next": order[place + 1] if place + 1 < len(order) else None,
        }
        | _clock_context(meeting, rows, rows[place])
    )


def clock_context(meeting, key):
    """What `_clock.html` needs for somebody who looks at the section of this key; the first one when it is none."""
    rows = _shown(meeting)
    return _clock_context(meeting, rows, next((each for each in rows if each.key == key), rows[0]))


def _clock_context(meeting, rows, row):
    """The clock may stand at a section that no app registers any more: then there is none to lead to."""
    found = reading(meeting, rows, row, timezone.now())
    at = found.clock.section if found.clock else None
    is_known = at is not None and (at.is_own or at.key in registry.sections)
    return {"meeting": meeting, "reading": found, "clock_at": registry.section_of(at) if is_known else None}


def _shown(meeting):
    return [row for row in registry.agenda_of(meeting) if not row.is_left_out]


@require_POST
@vary_on_headers("HX-Request")
@says_when_closed
def meeting_note(request, pk, section):
    """Saves the words; asks when somebody else changed them since they were read."""
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    require_open(request, meeting)
    row = next((row for row in registry.agenda_of(meeting) if row.key == section), None)
    if row is None:
        raise Http404
    text, before, keep = _note_sent(request, meeting, section)
    each = registry.Shown(registry.section_of(row), {}, text)
    context = {"meeting": meeting, "each": each, "running": request.POST.get("in") == "run"}
    form = NoteForm({"text": text})
    if not form.is_valid():
        return _note_refused(request, meeting, row, form, context)
    given = {"text": form.cleaned_data["text"], "by": request.user, "before": before}
    try:
        note = actions.write_note(meeting=meeting, section=section, **given)
    except WrittenMeanwhile as found:
        told = {"standing": found.standing, "by": found.by, "at": found.at, "before": before}
        name, status = ("_note_saved", 422) if request.htmx else ("note_crossed", 409)
        return render(request, f"feedback/meetings/{name}.html", context | told, status=status)
    if not request.htmx:
        return redirect(place_in(request, meeting, section))
    if not keep:
        return render(request, "feedback/meetings/_note_saved.html", context | {"note": note})
    page = render(request, "feedback/meetings/_note.html", context | {"note": note, "autofocus": True})
    page["HX-Retarget"], page["HX-Reswap"] = f"#note-form-{section}", "outerHTML"
    return page


def _note_sent(request, meeting, section):
    """(text, what it stands on, whether one of two texts was chosen): mine, theirs or both where they crossed."""
    text, keep = request.POST.get("text", ""), request.POST.get("keep")
    if keep not in ("mine", "theirs", "both"):
        return text, request.POST.get(f"{SEEN_NOTE}{section}"), False
    standing = meeting.notes.filter(section=section).values_list("text", flat=True).first() or ""
    if keep != "mine":
        text = standing if keep == "theirs" else both(standing, text)
    return text, request.POST.get("theirs"), True


def _note_refused(request, meeting, row, form, context):
    if request.htmx:
        context |= {"form": form, "before": request.POST.get(f"{SEEN_NOTE}{row.key}")}
        return render(request, "feedback/meetings/_note_saved.html", context, status=422)
    shown = _run_context(request, meeting, None if row.is_left_out else row.key)
    return render(request, "feedback/meetings/run.html", shown | {"note_form": form}, status=422)


def meeting_news(request, pk):
    """What changed of what a page shows: it says by `seen-…` what it has; nothing (204) when that still stands."""
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user), pk=pk)
    require(can_prepare_meetings(request.user))
    if meeting.is_closed:
        return render(request, "feedback/meetings/_closed_told.html", {"meeting": meeting})
    key = request.GET.get("section")
    news = {"notes": _new_notes(request, meeting), "rows": _new_rows(request, meeting)}
    if SEEN_CLOCK in request.GET:
        clock = clock_context(meeting, key)
        news |= clock if clock["reading"].version != request.GET[SEEN_CLOCK] else {}
    if not any(news.values()):
        return HttpResponse(status=204)
    run = f"{reverse('feedback:meeting_run', args=[pk])}?section={SECTION}"
    here = f"{meeting.get_absolute_url()}#{SECTION}" if key is None else run
    context = live_context(request, meeting) | {"running": key is not None, "oob": True, "here": here}
    return render(request, "feedback/meetings/_news.html", context | news)


def _new_notes(request, meeting):
    had = {name.removeprefix(SEEN_NOTE): value for name, value in request.GET.items() if name.startswith(SEEN_NOTE)}
    texts = dict(meeting.notes.values_list("section", "text")) if had else {}
    changed = {key for key, version in had.items() if seen(texts.get(key, "")) != version}
    rows = [row for row in registry.agenda_of(meeting) if row.key in changed] if changed else []
    return [registry.Shown(registry.section_of(row), {}, texts.get(row.key, "")) for row in rows]


def _new_rows(request, meeting):
    """{"decision" or "action": its rows} of those lists that are no longer as the page has them."""
    had = {name.removeprefix(SEEN_ROWS): value for name, value in request.GET.items() if name.startswith(SEEN_ROWS)}
    standing = versions(meeting) if had else {}
    changed = [noun for noun, version in standing.items() if had.get(noun, version) != version]
    now = rows_context(meeting) if changed else {}
    return {noun: now[noun] for noun in changed}
