"""What the CSV of each list holds: columns as head → what a row says there."""

from datetime import date

from feedback.exports import Columns, joined
from feedback.models import User
from objections.metrics import PARTS, STEPS, Moment
from objections.permissions import can_see_logger


def objections_for(user: User) -> Columns:
    """Without the name of who logged it, and with buyers' names masked, where this person may not see them."""
    return {
        "Objection": lambda objection: objection.words_for(user),
        "Buyer's own words": lambda objection: objection.is_quote,
        "Theme": lambda objection: objection.placement and objection.placement.theme,
        "Kind": lambda objection: objection.get_kind_display(),
        "Weight": lambda objection: objection.get_weight_display(),
        "Raised by": lambda objection: objection.words_for(user, "raised_by"),
        "Heard on": lambda objection: objection.heard_on,
        "Language": lambda objection: objection.language,
        "Account": lambda objection: objection.opportunity and objection.opportunity.account,
        "Deal": lambda objection: objection.opportunity and objection.opportunity.name,
        "Stage": lambda objection: objection.stage,
        "Deal when heard": lambda objection: objection.outcome_when_heard,
        "Competitor": lambda objection: objection.competitor,
        "Product": lambda objection: objection.product,
        "Answered with": lambda objection: objection.words_for(user, "answer_used"),
        "How it ended": lambda objection: objection.get_ending_display(),
        "Logged by": lambda objection: objection.author if can_see_logger(user, objection) else None,
    }


def _points(place: int):
    return lambda row: row.score.parts[place].points


THEMES: Columns = {
    "Theme": lambda row: row.theme.name,
    "Definition": lambda row: row.theme.definition,
    "Category": lambda row: row.theme.category,
    "Owner": lambda row: row.theme.get_owner_display(),
    "State": lambda row: row.theme.get_state_display(),
    "Lost value, 12 months": lambda row: row.lost.total,
    "Heard, 12 months": lambda row: row.heard,
    "Won with it": lambda row: row.against and row.against.theme.part,
    "Closed with it": lambda row: row.against and row.against.theme.whole,
    "Won without it": lambda row: row.against and row.against.base.part,
    "Closed without it": lambda row: row.against and row.against.base.whole,
    "Answer": lambda row: row.answer.label,
}

TRIAGE: Columns = {
    "Place": lambda row: row.place,
    "Theme": lambda row: row.theme.name,
    "Category": lambda row: row.theme.category,
    "Score": lambda row: row.score.total,
    "Pinned because": lambda row: row.pin and row.pin.reason,
    "Open value exposed": lambda row: row.worth.open.total,
    "Lost value, 90 days": lambda row: row.worth.lost.total,
    "Deals heard in late stages": lambda row: row.worth.late.part,
    "Deals heard while open": lambda row: row.worth.late.whole,
    "Heard, three months": lambda row: row.worth.trend.now,
    "Heard, three months before": lambda row: row.worth.trend.before,
    "Heard, 12 months": lambda row: row.worth.voices,
    "People who would use an answer": lambda row: row.worth.reuse.people,
    "Open deals": lambda row: row.worth.reuse.deals,
    **{f"Points: {part.label}": _points(place) for place, part in enumerate(PARTS)},
    "Answer": lambda row: row.answer.label,
}

REQUESTS: Columns = {
    "Request": lambda row: row.title,
    "Type": lambda row: row.get_type_display(),
    "State": lambda row: row.get_state_display(),
    "Due on": lambda row: row.due_on,
    "Size": lambda row: row.get_size_display(),
    "Owner": lambda row: row.owner,
    "Themes": lambda row: joined(row.themes.all()),
    "Heard": lambda row: row.voices,
    "Deals waiting": lambda row: row.deals,
    "Asked by": lambda row: row.by,
    "Asked at": lambda row: row.at,
    "Brief": lambda row: row.brief,
}

COLLATERAL: Columns = {
    "Collateral": lambda piece: piece.title,
    "Type": lambda piece: piece.get_type_display(),
    "State": lambda piece: _state(piece),
    "When to use it": lambda piece: piece.summary,
    "Themes": lambda piece: joined(piece.themes.all()),
    "Stages": lambda piece: joined(piece.stages.all()),
    "Against": lambda piece: piece.competitor,
    "Owner": lambda piece: piece.owner,
    "Version": lambda piece: piece.publication and piece.publication.version.number,
    "Published at": lambda piece: piece.publication and piece.publication.at,
    "Review by": lambda piece: piece.review_by,
    "Used on deals": lambda piece: piece.uses,
}

PROPOSALS: Columns = {
    "Proposal": lambda proposal: proposal.get_kind_display(),
    "Theme": lambda proposal: proposal.theme,
    "Into": lambda proposal: proposal.into,
    "Name": lambda proposal: proposal.name,
    "Why": lambda proposal: proposal.why,
    "Confidence": lambda proposal: proposal.confidence,
    "Asked again": lambda proposal: proposal.again,
    "Objections": lambda proposal: len(proposal.voices),
}


def loop_at(today: date) -> Columns:
    """Of chains: the day of each moment, the days of each step, empty where they came the other way round."""
    columns = {"Theme": lambda chain: chain.theme, "State": lambda chain: chain.theme.get_state_display()}
    columns |= {f"{moment.label} on": lambda chain, m=moment: chain.on.get(m) for moment in Moment}
    columns |= {f"{step.name}, days": lambda chain, step=step: _days(chain, step) for step in STEPS}
    columns |= {f"Waits, {step.name}, days": lambda chain, step=step: _waited(chain, step, today) for step in STEPS}
    return columns


def _days(chain, step):
    days = chain.days(step.start, step.end)
    return days if days is None or days >= 0 else None


def _waited(chain, step, today):
    return (today - chain.on[step.start]).days if chain.waits_for(step.start, step.end) else None


# Of rows (`ImpactRow`, deal, why it is left out).
IMPACT: Columns = {
    "CRM id": lambda row: row[1].external_id,
    "Account": lambda row: row[1].account,
    "Deal": lambda row: row[1].name,
    "Raised it": lambda row: row[0].raised,
    "Counts from": lambda row: row[0].met.on,
    "Part": lambda row: row[0].part,
    "Closed on": lambda row: row[0].met.closed_on,
    "Outcome": lambda row: row[1].get_outcome_display(),
    "Counted": lambda row: row[0].is_counted,
    "Left out because": lambda row: row[2],
    "Use noted": lambda row: {"yes": "while open", "late": "once closed"}.get(row[0].use, ""),
}


def _state(piece) -> str:
    if piece.publication:
        return "Published"
    return "Retired" if piece.publications.all() else "Draft"
