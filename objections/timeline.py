"""What happened to a request or a piece of collateral, newest first, as entries of `_history.html`."""

from itertools import pairwise

from django.utils.text import capfirst

from objections.models import Collateral, ContentRequest

EDITS = 30


def request_entries(request: ContentRequest) -> list[dict]:
    entries = [{"by": request.by, "at": request.at, "text": "asked for it"}]
    entries += [{"by": move.by, "at": move.at, "text": _move_text(move)} for move in request.moves.all()]
    entries += _edits(request)
    return sorted(entries, key=lambda entry: entry["at"], reverse=True)


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
    for new, old in pairwise(records):
        fields = [_words(row, change.field) for change in new.diff_against(old).changes]
        if fields:
            text = f"changed the {', the '.join(fields)}"
            yield {"by": new.history_user, "at": new.history_date, "text": text if new.history_user else capfirst(text)}


def _words(row, field):
    return {"due_on": "due date", "review_by": "review date"}.get(field) or str(row._meta.get_field(field).verbose_name)
