from feedback.metrics import Period
from feedback.models import Action, Decision, Meeting


def collect(period: Period, meeting: Meeting) -> dict:
    """What this meeting decided, and who promised what by when."""
    return {
        "decisions": [decision_row(each) for each in meeting.decisions.select_related("owner")],
        "actions": [action_row(each) for each in meeting.actions.select_related("owner", "meeting")],
    }


def decision_row(decision: Decision) -> dict:
    return {
        "id": decision.pk,
        "text": decision.text,
        "owner": str(decision.owner or ""),
        "due_on": decision.due_on,
        "proof": decision.proof,
    }


def action_row(action: Action) -> dict:
    return {
        "id": action.pk,
        "text": action.text,
        "owner": str(action.owner),
        "owner_id": action.owner_id,
        "due_on": action.due_on,
        "is_done": action.done_at is not None,
        "is_late": action.is_late,
        "month": action.meeting.month,
    }
