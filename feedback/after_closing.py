"""What the page of a closed meeting says beside its pack of what came of it: promises, and who got its summary."""

from django.utils import timezone

from feedback.becoming import became_of, offers_for
from feedback.company_figures import course, measured
from feedback.models import Meeting, Pack, SummaryMail, User
from feedback.permissions import can_judge_decision, can_link_promise, can_send_summary
from feedback.points import Point
from feedback.sections.decisions import decided_in, ripe_words


def after_closing(meeting: Meeting, pack: Pack, user: User) -> dict:
    actions = list(meeting.actions.for_list())
    decisions = list(decided_in(meeting.decisions))
    told = {}
    return {
        "actions": _with_links(actions, user),
        "decided": [_with_course(each, told) for each in _with_links(decisions, user)],
        "offers": offers_for(user),
        "can_judge": can_judge_decision(user),
        "mails": SummaryMail.objects.filter(pack=pack).select_related("person"),
        "can_send": can_send_summary(user),
    }


def _with_links(promises, user):
    links = became_of(promises)
    for promise in promises:
        promise.became = links[promise]
        promise.ripe = ripe_words(promise, links[promise])
        promise.may_link = can_link_promise(user, promise)
    return promises


def _with_course(decision, told):
    """What the number it aims at said then, and says of the days since: `told` keeps each, for it is asked once."""
    then = decision.aim_then and Point.of_json(decision.aim_then)
    if then:
        after = decision.meeting.period[1]
        key = decision.aim, after
        if key not in told:
            told[key] = measured(decision.aim, timezone.localdate(), after=after)
        now = told[key]
        decision.then, decision.now = then, now
        decision.course = course(then, now, decision.hoped)
    return decision
