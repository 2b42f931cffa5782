from django.utils import timezone

from feedback.meetings import Rows
from feedback.metrics import Notes, Period, Share, Silence, coverage, last_year, other_share, same_notes, silence
from feedback.models import Meeting, Opportunity
from feedback.sections import plain

SHOWN = 4  # groups of notes, and silent deals
# From where on a number is asked about: a tenth of the notes, half of the silent losses, and no fewer than these.
COPIED, COPIED_LEAST = 0.1, 3
FORGOTTEN, FORGOTTEN_LEAST = 0.5, 4
YEAR = {"reason": "SILENT", "closed_from": "{2}", "closed_to": "{1}"}
ROWS = (
    Rows("Reviews", "feedback:review_export", {"kind": "loss", "closed_from": "{0}", "closed_to": "{1}"}),
    Rows("Silent losses of 12 months", "feedback:review_export", YEAR),
)
DEFINITIONS = ("other-and-unknown", "identical-notes", "silent-losses")

MINUTES = 2


def collect(period: Period, meeting: Meeting) -> dict:
    """What the reviews are worth: other and unknown, notes that repeat each other, silent losses never asked again."""
    deals = Opportunity.objects.closed_between(period)
    found, notes = coverage(deals), same_notes(deals)
    year = last_year(period[1])
    quiet = silence(Opportunity.objects.closed_between(year), timezone.now())
    return {
        "other": plain.share(other_share(deals)),
        "unknown": plain.share(Share(found.said_unknown, found.reviewed)),
        "notes": plain.share(Share(notes.repeated, notes.written)),
        "note_ids": sorted({review for group in notes.same for review in group.reviews}),
        "groups": [
            {"words": group.words, "n": len(group.reviews), "reviews": list(group.reviews)}
            for group in notes.same[:SHOWN]
        ],
        "silent": plain.share(quiet.share),
        "year": list(year),
        "silent_n": quiet.silent,
        "forgotten_ids": list(quiet.forgotten),
        "forgotten": [_deal(deal) for deal in _deals(quiet.forgotten[:SHOWN])],
        "asks": _asks(notes, quiet),
    }


def _asks(notes: Notes, quiet: Silence) -> str:
    """What the section asks about: "notes", "silent", or nothing."""
    if notes.repeated >= COPIED_LEAST and notes.repeated >= COPIED * notes.written:
        return "notes"
    forgotten = len(quiet.forgotten)
    return "silent" if forgotten >= FORGOTTEN_LEAST and forgotten >= FORGOTTEN * quiet.due else ""


def _deals(ids: tuple[int, ...]) -> list[Opportunity]:
    found = Opportunity.objects.select_related("account").in_bulk(ids)
    return [found[pk] for pk in ids]


def _deal(deal: Opportunity) -> dict:
    return {
        "id": deal.pk,
        "name": deal.name,
        "account": str(deal.account or "No account"),
        "value": deal.best_amount,
        "currency": deal.currency,
        "closed_on": deal.closed_on,
    }
