from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from feedback.becoming import Became, Promise, became_of
from feedback.company_figures import course, measured
from feedback.meanwhile import seen
from feedback.metrics import Period
from feedback.models import Action, Decision, Judgement, Meeting
from feedback.models.judgements import Kept
from feedback.packs import canonical
from feedback.points import Point

MINUTES = 5


def collect(period: Period, meeting: Meeting) -> dict:
    """What this meeting decided, and who promised what by when."""
    return {
        "decisions": decision_rows(decided_in(meeting.decisions), period[1]),
        "actions": action_rows(meeting.actions.for_list()),
    }


def versions(meeting: Meeting) -> dict[str, str]:
    """Of the lists "decision" and "action" a word that changes with what people wrote in them. Two cheap queries: pages
    ask for it every few seconds, while the numbers that decisions aim at take longer."""
    decided = meeting.decisions.values_list("pk", "text", "owner", "due_on", "proof", "aim", "hoped", "judgements")
    promised = meeting.actions.values_list("pk", "text", "owner", "due_on", "done_at")
    return {noun: seen(canonical(list(rows))) for noun, rows in (("decision", decided), ("action", promised))}


def decided_in(decisions):
    return decisions.select_related("owner", "meeting").prefetch_related("judgements")


def decision_rows(decisions: Iterable[Decision], until: date) -> list[dict]:
    """What is shown of each: the meeting's own with what its number says now, earlier ones with then and now.

    `until` is the last day the meeting that shows them looks at. Each number is worked out once.
    """
    decisions, found = list(decisions), {}
    links = became_of(decisions)
    return [_decision(each, links[each], _aim(each, until, found)) for each in decisions]


def _decision(decision: Decision, links: list[Became], aim: dict | None) -> dict:
    return {
        "id": decision.pk,
        "text": decision.text,
        "owner": str(decision.owner or ""),
        "due_on": decision.due_on,
        "proof": decision.proof,
        "of": str(decision.meeting),
        "aim": aim,
        "kept": _judgement(decision.judgement),
        "became": _links(links),
        "ripe": ripe_words(decision, links),
    }


def _judgement(said: Judgement | None) -> dict | None:
    """Who said it is not named: what counts is the word."""
    if said is None:
        return None
    return {
        "id": said.pk,
        "verdict": said.verdict,
        "label": said.get_verdict_display(),
        "tone": Kept(said.verdict).tone,
        "why": said.why,
    }


def _aim(decision: Decision, until: date, found: dict) -> dict | None:
    """What the number said when it was decided and says of the days since, with n; None where none was named."""
    if not decision.aim:
        return None
    decided_until = decision.meeting.period[1]
    is_earlier = decided_until < until
    then, now = decision.aim_then, None
    after = decided_until if is_earlier else None
    key = decision.aim, after
    if key not in found:
        found[key] = measured(decision.aim, until, after=after)
    if is_earlier:
        now = found[key]
    else:
        then = found[key] and found[key].as_json
    went = course(then and Point.of_json(then), now, decision.hoped)
    label = (then and then["label"]) or (now and now.label) or ""
    return {
        "label": label,
        "hoped": decision.hoped,
        "then": then and _shown(Point.of_json(then)),
        "now": now and _shown(now),
        "course": went.as_json,
    }


def _shown(point: Point) -> dict:
    return point.as_json | {"shown": point.shown}


def action_rows(actions: Iterable[Action]) -> list[dict]:
    actions = list(actions)
    links = became_of(actions)
    return [_action(each, links[each]) for each in actions]


def _action(action: Action, links: list[Became]) -> dict:
    update = next(iter(action.updates.all()), None)
    return {
        "id": action.pk,
        "text": action.text,
        "owner": str(action.owner),
        "owner_id": action.owner_id,
        "due_on": action.due_on,
        "is_done": action.done_at is not None,
        "done_on": action.done_on,
        "is_late": action.is_late,
        "update": update.text if update else "",
        "update_on": timezone.localdate(update.at) if update else None,
        "of": str(action.meeting),
        "became": _links(links),
        "ripe": ripe_words(action, links),
    }


def _links(links: list[Became]) -> list[dict]:
    return [
        {
            "id": each.row.pk,
            "kind": each.row.kind,
            "noun": each.noun,
            "label": each.thing.label,
            "url": each.thing.url,
            "state": each.thing.state,
            "tone": each.thing.tone,
        }
        for each in links
    ]


def ripe_words(promise: Promise, links: list[Became]) -> str:
    """Why it may be done by now: all that it became is over. Blank while it is not, or where it is done already."""
    is_open = promise.done_at is None if isinstance(promise, Action) else promise.judgement is None
    if not is_open or not links or not all(each.thing.is_over for each in links):
        return ""
    asked = "Is it done?" if isinstance(promise, Action) else "Was it kept?"
    return f"What it became is over. {asked}"
