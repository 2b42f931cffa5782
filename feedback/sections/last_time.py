from datetime import date

from django.db.models import Q
from django.utils import timezone

from feedback.metrics import Period
from feedback.models import Action, Decision, Judgement, Meeting
from feedback.sections.decisions import action_rows, decided_in, decision_rows

OVERDUE, OPEN, ENDED = "overdue", "open", "ended"
GROUPS = (OVERDUE, OPEN, ENDED)

MINUTES = 7
MEETINGS = 3  # so many a decision waits to be judged in, from its day on; then it is counted with those nobody judged


def collect(period: Period, meeting: Meeting) -> dict:
    """What earlier meetings decided and promised: what is overdue, what is open, and what came to its end since.

    Of all earlier meetings; those judged or done before the last one was closed are told no more, and decisions nobody
    judged in time are only counted.
    """
    closed = meeting.closed_before()
    last = closed or meeting.previous()
    if last is None:
        return {"last": None, "decisions": {}, "actions": {}, "count": 0, "never_judged": 0}
    earlier = Meeting.objects.before(meeting).order_by().values("pk")
    since, today = closed and closed.pack.closed_at, timezone.localdate()
    judged = Judgement.objects.live()
    lately = judged.filter(at__gte=since) if since else judged.none()
    waiting = Decision.objects.filter(meeting__in=earlier).exclude(pk__in=judged.values("decision"))
    recent = list(Meeting.objects.before(meeting)[:MEETINGS])
    heard = Q(meeting__in=recent) | Q(due_on__gte=min(each.period[0] for each in recent))
    decisions = Decision.objects.filter(meeting__in=earlier).filter(
        Q(pk__in=waiting.filter(heard)) | Q(meeting=last) | Q(pk__in=lately.values("decision"))
    )
    done_since = Q(done_at__gte=since) if since else Q(pk__in=[])
    actions = Action.objects.filter(meeting__in=earlier).filter(Q(done_at=None) | Q(meeting=last) | done_since)
    decided = decision_rows(decided_in(decisions).order_by("due_on", "id"), period[1])
    promised = action_rows(actions.for_list())
    return {
        "last": str(last),
        "decisions": _grouped(decided, today),
        "actions": _grouped(promised, today),
        "count": len(decided) + len(promised),
        "never_judged": waiting.exclude(meeting=last).exclude(pk__in=decisions.values("pk")).count(),
    }


def _grouped(rows: list[dict], today: date) -> dict[str, list[dict]]:
    """By how they stand, each with the days it is over; the longest overdue first, then by their days."""
    groups = {name: [] for name in GROUPS}
    for row in rows:
        due = row["due_on"]
        days = (today - due).days if due else 0
        ended = row.get("is_done") or row.get("kept") is not None
        name = ENDED if ended else OVERDUE if days > 0 else OPEN
        groups[name].append(row | {"days_over": days if name == OVERDUE else 0})
    groups[OVERDUE].sort(key=lambda row: (-row["days_over"], row["id"]))
    groups[OPEN].sort(key=lambda row: (row["due_on"] or date.max, row["id"]))
    return groups
