"""What the CSV of each list holds: columns as head → what a row says there."""

from collections.abc import Callable, Mapping

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils import timezone

from feedback.csv_export import stream_csv
from feedback.models import User
from feedback.permissions import can_see_author

CHUNK = 1000  # rows read at once, with all that belongs to them

Columns = Mapping[str, Callable]


def download(name: str, columns: Columns, rows: QuerySet | list) -> StreamingHttpResponse:
    """All rows of a list as `NAME-2026-11-22.csv`, read and sent in parts."""
    rows = rows.iterator(chunk_size=CHUNK) if isinstance(rows, QuerySet) else rows
    lines = ([say(row) for say in columns.values()] for row in rows)
    return stream_csv(f"{name}-{timezone.localdate()}.csv", list(columns), lines)


def joined(rows) -> str:
    return ", ".join(map(str, rows))


DEALS: Columns = {
    "CRM id": lambda deal: deal.external_id,
    "Source": lambda deal: deal.source,
    "Account": lambda deal: deal.account,
    "Deal": lambda deal: deal.name,
    "Outcome": lambda deal: deal.get_outcome_display(),
    "Stage": lambda deal: deal.stage,
    "Amount": lambda deal: deal.amount,
    "Estimated amount": lambda deal: deal.amount_estimate,
    "Currency": lambda deal: deal.currency,
    "Created on": lambda deal: deal.created_on,
    "Closed on": lambda deal: deal.closed_on,
    "Product": lambda deal: deal.product,
    "Lead source": lambda deal: deal.lead_source,
    "Owner": lambda deal: deal.owner,
}

OWED: Columns = {
    "CRM id": lambda deal: deal.external_id,
    "Account": lambda deal: deal.account,
    "Deal": lambda deal: deal.name,
    "Amount": lambda deal: deal.amount,
    "Estimated amount": lambda deal: deal.amount_estimate,
    "Currency": lambda deal: deal.currency,
    "Closed on": lambda deal: deal.closed_on,
    "Review due on": lambda deal: deal.review_due_on,
    "Put off until": lambda deal: deal.snoozed_until,
    "Owed by": lambda deal: deal.reviewer,
    "Stage": lambda deal: deal.stage,
}

IMPORTS: Columns = {
    "Source": lambda row: row.source,
    "At": lambda row: row.at,
    "State": lambda row: row.state_in_words,
    "Made": lambda row: row.created,
    "Changed": lambda row: row.updated,
    "Unchanged": lambda row: row.unchanged,
    "Refused": lambda row: row.refused,
    "By": lambda row: row.by or "Command line",
}

MEETINGS: Columns = {
    "First day": lambda meeting: meeting.first_day,
    "Last day": lambda meeting: meeting.last_day,
    "State": lambda meeting: "Closed" if meeting.is_closed else "Being prepared",
    "Held on": lambda meeting: meeting.held_on,
    "Facilitator": lambda meeting: meeting.facilitator,
    "Decisions": lambda meeting: meeting.decided,
    "Open actions": lambda meeting: meeting.undone,
}

NOTIFICATIONS: Columns = {
    "At": lambda notification: notification.at,
    "Title": lambda notification: notification.title,
    "Text": lambda notification: notification.body,
    "Read at": lambda notification: notification.read_at,
}


def reviews_for(user: User) -> Columns:
    """Without the author's name where this person may not see it; the deal's owner would tell it, too."""
    return {
        "Account": lambda review: review.opportunity.account,
        "Deal": lambda review: review.opportunity.name,
        "Kind": lambda review: review.get_kind_display(),
        "State": lambda review: "Submitted" if review.is_submitted else "Draft",
        "Where the money went": lambda review: review.destination,
        "Competitor": lambda review: review.competitor,
        "Competitors met": lambda review: joined(review.competitors_met.all()),
        "Primary reason": lambda review: review.reason,
        "Second level": lambda review: review.detail,
        "Contributing reasons": lambda review: joined(review.contributing.all()),
        "Other reason": lambda review: review.words_for(user, "other_reason"),
        "Evidence": lambda review: review.get_evidence_display(),
        "Outside the ICP": lambda review: review.outside_icp,
        "An objection went unhandled": lambda review: review.objection_unhandled,
        "Our message missed": lambda review: review.message_missed,
        "Re-engage in": lambda review: review.reengage_on,
        "What would have changed it": lambda review: review.words_for(user, "would_have_changed"),
        "Why we won": lambda review: review.words_for(user, "won_because"),
        "Amount": lambda review: review.opportunity.amount,
        "Estimated amount": lambda review: review.opportunity.amount_estimate,
        "Currency": lambda review: review.opportunity.currency,
        "Closed on": lambda review: review.opportunity.closed_on,
        "Author": lambda review: review.author if can_see_author(user, review) else None,
    }
