"""What happened to a request or a piece of collateral, newest first, as entries of `_history.html`."""

from collections import defaultdict
from itertools import groupby, pairwise

from django.urls import reverse
from django.utils.text import capfirst

from feedback.metrics import number_of
from feedback.models import User
from objections.models import Collateral, ContentRequest, Move
from objections.models.sign_offs import Opinion
from objections.permissions import can_check_off

EDITS = 30


def request_entries(request: ContentRequest, user: User) -> list[dict]:
    """All that was done to it; what this person may take back has its `undo_url`."""
    entries = [{"by": request.by, "at": request.at, "text": "asked for it"}]
    entries += [{"by": move.by, "at": move.at, "text": _move_text(move)} for move in request.moves.all()]
    merges = Move.objects.filter(into=request).select_related("request", "by")
    entries += [{"by": m.by, "at": m.at, "text": f"merged “{m.request}” into it"} for m in merges]
    entries += _sign_offs(request)
    entries += _joins(request)
    entries += _checklist(request, can_check_off(user, request))
    entries += _edits(request)
    return sorted(entries, key=lambda entry: entry["at"], reverse=True)


def _sign_offs(request):
    """Those that it fits; what was sent back is a move."""
    for row in request.sign_offs.filter(verdict=Opinion.FITS).select_related("by", "version__collateral"):
        what = f"version {row.version.number} of “{row.version.collateral}”" if row.version else "it"
        yield {"by": row.by, "at": row.at, "text": f"signed off {what}" + (f": {row.words}" if row.words else "")}


def _joins(request):
    for join in request.joins.select_related("by", "opportunity__account"):
        deal = f" with {join.opportunity}" if join.opportunity else ""
        yield {"by": join.by, "at": join.at, "text": f"joined{deal}", "undone_at": join.left_at}


def _checklist(request, may_restore):
    """What was put on it together is one entry."""
    items = list(request.checklist.select_related("by", "done_by", "removed_by"))
    for (_, at), added in groupby(sorted(items, key=_added), key=_added):
        added = list(added)
        what = f"“{added[0]}”" if len(added) == 1 else number_of(len(added), "item")
        yield {"by": added[0].by, "at": at, "text": f"put {what} on the checklist"}
    for item in items:
        if item.done_at:
            yield {"by": item.done_by, "at": item.done_at, "text": f"ticked “{item}”"}
        if item.removed_at:
            undo = reverse("objections:item_restore", args=[item.pk]) if may_restore else ""
            text = f"took “{item}” off the checklist"
            yield {"by": item.removed_by, "at": item.removed_at, "text": text, "undo_url": undo}


def _added(item):
    return item.by_id, item.at


def collateral_entries(collateral: Collateral, versions) -> list[dict]:
    """`versions`: those the reader may see."""
    entries = [
        {"by": v.by, "at": v.at, "text": f"added version {v.number}" + (f": {v.note}" if v.note else "")}
        for v in versions
    ]
    for publication in collateral.publications.all():
        number = publication.version.number
        entries.append({"by": publication.by, "at": publication.at, "text": f"published version {number}"})
        if publication.retired_at:
            entries.append(
                {"by": publication.retired_by, "at": publication.retired_at, "text": f"retired version {number}"}
            )
    entries += _edits(collateral)
    return sorted(entries, key=lambda entry: entry["at"], reverse=True)


def _move_text(move):
    to = move.get_to_state_display().lower()
    words = {
        "merged": f"merged it into “{move.into}”",
        "routed": f"routed it to {move.get_routed_to_display().lower()}",
        "declined": "declined it",
        "retired": "retired it",
    }.get(move.to_state, f"moved it from {move.get_from_state_display().lower()} to {to}")
    return f"{words}: {move.why}" if move.why else words


def _edits(row):
    """Edits of fields, each named; a record that changed no field is the trace of a deed told elsewhere."""
    records = list(row.history.select_related("history_user")[: EDITS + 1])
    lists = _lists(records)
    for new, old in pairwise(records):
        fields = [change.field for change in new.diff_against(old, excluded_fields=lists).changes]
        fields += [name for name, held in lists.items() if held[new.pk] != held[old.pk]]
        fields = [_words(row, field) for field in fields]
        if fields:
            text = f"changed the {', the '.join(fields)}"
            yield {"by": new.history_user, "at": new.history_date, "text": text if new.history_user else capfirst(text)}


def _lists(records):
    """What the records held of each field that is a list, by record: a query a field; a diff takes two a record."""
    found = {}
    for field in records[0]._history_m2m_fields if records else ():
        held = found[field.name] = defaultdict(set)
        rows = getattr(type(records[0]), field.name).filter(history__in=records)
        for record, row in rows.values_list("history", field.m2m_reverse_field_name()):
            held[record].add(row)
    return found


def _words(row, field):
    return {"due_on": "due date", "review_by": "review date"}.get(field) or str(row._meta.get_field(field).verbose_name)
