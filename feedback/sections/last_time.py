from feedback.metrics import Period
from feedback.models import Action, Meeting
from feedback.sections.decisions import action_row, decision_row


def collect(period: Period, meeting: Meeting) -> dict:
    """What the meeting before decided, what became of its actions, and what older ones still owe."""
    last = Meeting.objects.filter(month__lt=meeting.month).order_by("-month").first()
    if last is None:
        return {"month": None, "decisions": [], "actions": [], "older": []}
    actions = Action.objects.select_related("owner", "meeting")
    older = actions.open().filter(meeting__month__lt=last.month)
    return {
        "month": last.month,
        "decisions": [decision_row(each) for each in last.decisions.select_related("owner")],
        "actions": [action_row(each) for each in actions.filter(meeting=last)],
        "older": [action_row(each) for each in older],
    }
