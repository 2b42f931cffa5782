from dataclasses import replace
from datetime import datetime

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from feedback.audit import all_entries, entries
from feedback.csv_export import stream_csv
from feedback.forms.audit import AuditForm
from feedback.forms.fields import EARLIEST, LATEST
from feedback.permissions import can_read_settings, require

PER_PAGE = 50
HEADS = ["at", "by", "kind", "row", "deed", "field", "from", "to"]


@require_GET
@vary_on_headers("HX-Request")
def audit_list(request):
    require(can_read_settings(request.user))
    form = AuditForm(request.GET)
    before = _place(request.GET.get("before", ""))
    asked = replace(form.asked(), before=before, reader=request.user)
    found, following = entries(asked, PER_PAGE)
    context = {
        "filter": {"form": form},
        "entries": found,
        "following": following and "~".join([following[0].isoformat(), following[1], str(following[2])]),
        "is_first": before is None,
    }
    template = "feedback/audit/_table.html" if request.htmx else "feedback/audit/list.html"
    return render(request, template, context)


@require_GET
def audit_export(request):
    """One line for each field that changed; a deed that changed none has a line of its own."""
    require(can_read_settings(request.user))
    today = timezone.localdate()
    return stream_csv(f"audit-{today:%Y-%m-%d}.csv", HEADS, _lines(all_entries(AuditForm(request.GET).asked())))


def _lines(found):
    for entry in found:
        told = [entry.at, entry.by or "the portal", entry.kind, entry.row, entry.deed or "changed"]
        for change in entry.changes:
            yield [*told, change.field, change.before, change.after]
        if not entry.changes:
            yield [*told, None, None, None]


def _place(text):
    """The place of an entry as its link has it; None for anything else, which shows the newest."""
    try:
        moment, key, pk = text.split("~")
        moment, pk = datetime.fromisoformat(moment), int(pk)
    except ValueError:
        return None
    return (moment, key, pk) if moment.tzinfo and 0 <= pk < 2**63 and EARLIEST <= moment.date() <= LATEST else None
