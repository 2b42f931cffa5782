"""One row of everything, as the pages of the portal need it; all of it is the rep's where it can be."""

from datetime import timedelta
from types import SimpleNamespace

from django.core.files.base import ContentFile
from django.utils import timezone

from feedback.actions.becomings import link_promise
from feedback.actions.competitors import add_alias, merge_competitors
from feedback.actions.definition_proposals import propose_definition
from feedback.actions.exclusion_rules import make_rule
from feedback.actions.invitations import invite_person
from feedback.actions.judgements import judge_decision
from feedback.actions.opportunities import exclude_from_reviews, snooze_review
from feedback.actions.taxonomy import add_row, retire_row, start_draft
from feedback.actions.tokens import make_token
from feedback.models import (
    Action,
    Decision,
    Definition,
    Destination,
    ExclusionRule,
    Holiday,
    Import,
    Job,
    Notification,
    Pack,
    Reason,
    SavedFilter,
    Segment,
    Series,
)
from feedback.packs import checksum, written_down
from objections.actions.checklists import remove_item
from objections.actions.comments import withdraw_comment
from objections.actions.content import move_request
from objections.actions.merges import merge_themes
from objections.actions.pins import pin_theme
from objections.actions.routings import note_on_routing, route_theme
from objections.actions.sharing import share_collateral
from objections.actions.sortings import set_aside
from objections.actions.splits import split_theme
from objections.models import Answer, Build, Noted, Proposal, TwoInOne, Usage, Version
from objections.theming.vectors import text_hash
from tests.factories import (
    make_collateral,
    make_competitor,
    make_lost,
    make_map,
    make_meeting,
    make_objection,
    make_opportunity,
    make_request,
    make_review,
    make_theme,
    make_user,
    make_webhook,
    place,
)


def make_scene(*, rep, marketer, leader):
    """Names → rows. Where a page needs a state (withdrawn, merged, closed), a row in that state has its name."""
    today, now = timezone.localdate(), timezone.now()
    s = SimpleNamespace(rep=rep)
    s.open, s.owed = make_opportunity("Open", owner=rep), make_lost("Owed", owner=rep)
    coded = {"destination": Destination.objects.in_force().get(code="competitor")}  # so that it is in the sample
    s.review = make_review(make_lost("Reviewed", owner=rep), author=rep, **coded)
    s.draft = make_review(make_lost("Begun", owner=rep), author=rep, submitted=False)
    s.exclusion = exclude_from_reviews(
        opportunity=make_lost("Left out", owner=rep), reason="A test", reminders_only=False, by=rep
    )
    s.snooze = snooze_review(opportunity=s.owed, until=today + timedelta(days=3), by=rep)
    s.objection = make_objection("too dear", author=rep, opportunity=s.open)
    s.withdrawn = make_objection("nothing", author=rep, withdrawn_at=now, withdrawn_by=rep)
    s.theme, s.other_theme = make_theme("Too dear"), make_theme("Too slow", category="product")
    s.placement = place(s.objection, s.theme)
    s.merge = merge_themes(into=s.other_theme, theme=make_theme("Too late"), by=marketer)
    apart = [make_objection(words, author=rep) for words in ("slow", "slower")]
    for objection in apart:
        place(objection, s.other_theme)
    s.split = split_theme(theme=s.other_theme, objections=apart[:1], name="Slow", by=marketer)
    s.waiting_theme, s.routed_theme = make_theme("Too big"), make_theme("No trial", category="terms")
    for theme in (s.waiting_theme, s.routed_theme):
        place(make_objection("not for us", author=rep, opportunity=s.open), theme)
    s.pin = pin_theme(theme=s.waiting_theme, reason="The board asks for it", by=marketer)
    s.routing = route_theme(theme=s.routed_theme, to="legal", why="Only they can change the terms", by=marketer)
    note_on_routing(routing=s.routing, text="A trial clause is drafted", by=marketer)
    s.map = make_map([s.objection, *apart, make_objection("no idea", author=rep), s.withdrawn])
    job = Job.objects.create(kind="build_themes", state="done")
    s.build = Build.objects.create(job=job, by=marketer, ended_at=now)
    s.proposal = Proposal.objects.create(build=s.build, kind="retire", theme=s.theme, why="Nobody raised it")
    s.waiting = make_objection("no parking for our lorries", author=rep)
    s.sorting = set_aside(objection=make_objection("nice lunch", author=rep), by=marketer).sorting
    s.two = TwoInOne.objects.create(objection=s.waiting, halves=TwoInOne.joined("no parking", "for our lorries"))
    s.noted = Noted.objects.create(review=s.draft, column="would_have_changed", text_hash=text_hash(""), spans=[[0, 1]])
    s.answer = Answer.objects.create(theme=s.theme, text="It pays back", approved_by=marketer, approved_at=now)
    s.request = make_request(by=marketer, themes=[s.theme])
    s.item, s.second_item, s.removed_item = (
        s.request.checklist.create(text=text, position=position, by=marketer)
        for position, text in enumerate(["Legal has read it", "Prices are of today", "Nothing"])
    )
    remove_item(item=s.removed_item, by=marketer)
    s.comment = s.request.comments.create(text="Any news?", author=rep)
    s.withdrawn_comment = s.request.comments.create(text="Never mind", author=rep)
    withdraw_comment(comment=s.withdrawn_comment, by=rep)
    s.join = s.request.joins.create(by=rep, opportunity=s.open)
    s.reviewed_request = make_request("Under review", by=marketer, co_owner=rep, owner=marketer, state="in review")
    s.merged_request = make_request("Merged", by=marketer, themes=[s.theme])
    move_request(request=s.merged_request, to="merged", by=marketer, into=s.request)
    s.collateral = make_collateral(owner=marketer, themes=[s.theme])
    s.unpublished = make_collateral("Draft", owner=marketer, themes=[s.theme], published=False)
    s.version = Version.objects.create(
        collateral=s.collateral, number=2, file=ContentFile(b"words", "a.txt"), file_name="a.txt", by=marketer
    )
    s.publication = s.collateral.publication
    s.usage = Usage.objects.create(collateral=s.collateral, opportunity=s.open, by=rep)
    s.share_link = share_collateral(collateral=s.collateral, by=rep)
    s.notification = Notification.objects.create(to=rep, key="k", title="It is live", url="/")
    s.saved_filter = SavedFilter.objects.create(owner=rep, list="deals", name="Lost ones", query="outcome=lost")
    s.token, _ = make_token(user=rep, name="CRM sync", scopes=["read"], days=30)
    s.import_ = Import.objects.create(source="crm", by=leader, ended_at=now)
    s.trial = Import.objects.create(source="crm", by=leader, ended_at=now, dry_run=True)
    s.meeting = make_meeting(by=leader)
    s.meeting.held_on = today + timedelta(days=3)
    s.meeting.save()
    s.meeting.opportunities.add(s.owed)
    s.unstarted = make_meeting(today.replace(day=1, year=today.year - 2), by=leader)
    s.series = Series.objects.create(name="Monthly review", starts_on=today.replace(day=1), made_by=leader)
    s.closed = make_meeting(today.replace(day=1, year=today.year - 1), by=leader)
    s.pack = make_pack(s.closed, by=leader, at=now)
    s.decision = Decision.objects.create(meeting=s.meeting, text="Ship it", by=leader)
    s.action = Action.objects.create(meeting=s.meeting, text="Write it", owner=rep, due_on=today, by=leader)
    s.judgement = judge_decision(decision=s.decision, verdict="kept", why="It is out", by=leader)
    s.becoming = link_promise(promise=s.action, kind="request", number=s.request.pk, by=leader)
    win_rate = Definition.objects.get(slug="win-rate")
    said = {"text": "Won deals of those closed", "formula": "", "why": "Shorter"}
    s.definition_proposal = propose_definition(definition=win_rate, by=marketer, **said)
    s.team = rep.team
    s.holiday = Holiday.objects.create(day=today.replace(month=12, day=25), name="Christmas Day")
    s.segment = Segment.objects.create(dimension="region", value="North")
    s.invited = make_user("Ines Invited", is_active=False)
    s.invitation = invite_person(person=s.invited, by=leader)[0]
    s.endpoint = make_webhook(by=leader)
    s.delivery = s.endpoint.deliveries.create(
        key="k", event_id="msg_1", event="test", content={"words": "Told", "path": "/", "data": {}}, state="delivered"
    )
    s.delivery.attempts.create(status=200, milliseconds=80, words="ok")
    s.competitor = make_competitor("Rivalry")
    s.alias = add_alias(competitor=s.competitor, name="The Rivals", by=leader)
    s.competitor_merge = merge_competitors(competitor=make_competitor("Rivalry GmbH"), into=s.competitor, by=leader)
    s.rule = make_rule(rule=ExclusionRule(reason="Too small", amount_below=1), by=leader)
    add_taxonomy(s, by=leader)
    return s


def make_pack(meeting, *, by, at):
    """A true pack of no sections, for working them all out takes long."""
    content, html = written_down(meeting=meeting, shown=[], version=1, by=by, at=at)
    signed = {"content": content, "html": html, "checksum": checksum(content, html)}
    return Pack.objects.create(meeting=meeting, version=1, closed_by=by, closed_at=at, **signed)


def add_taxonomy(s, *, by):
    """A draft with one row added, one retired and one as it was."""
    s.draft_taxonomy = start_draft(by=by)
    s.reason_row, row = s.draft_taxonomy.reasons.get(code="PRICE"), s.draft_taxonomy.reasons.get(code="TERMS")
    s.retired_row = retire_row(row=row, replaced_by=s.reason_row, by=by)
    s.new_row = add_row(draft=s.draft_taxonomy, kind="reasons", row=Reason(label="Procurement"), by=by)
