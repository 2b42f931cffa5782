"""One row of everything, as the pages of the portal need it; all of it is the rep's where it can be."""

from types import SimpleNamespace

from django.core.files.base import ContentFile
from django.utils import timezone

from feedback.actions.opportunities import exclude_from_reviews
from feedback.models import Action, Decision, Import, Job, Notification, Pack
from objections.actions.merges import merge_themes
from objections.actions.splits import split_theme
from objections.models import Answer, Build, Proposal, Usage, Version
from tests.factories import (
    make_collateral,
    make_lost,
    make_meeting,
    make_objection,
    make_opportunity,
    make_request,
    make_review,
    make_theme,
    place,
)


def make_scene(*, rep, marketer, leader):
    """Names → rows. Where a page needs a state (withdrawn, merged, closed), a row in that state has its name."""
    today, now = timezone.localdate(), timezone.now()
    s = SimpleNamespace(rep=rep)
    s.open, s.owed = make_opportunity("Open", owner=rep), make_lost("Owed", owner=rep)
    s.review = make_review(make_lost("Reviewed", owner=rep), author=rep)
    s.draft = make_review(make_lost("Begun", owner=rep), author=rep, submitted=False)
    s.exclusion = exclude_from_reviews(
        opportunity=make_lost("Left out", owner=rep), reason="A test", reminders_only=False, by=rep
    )
    s.objection = make_objection("too dear", author=rep, opportunity=s.open)
    s.withdrawn = make_objection("nothing", author=rep, withdrawn_at=now, withdrawn_by=rep)
    s.theme, s.other_theme = make_theme("Too dear"), make_theme("Too slow", category="product")
    s.placement = place(s.objection, s.theme)
    s.merge = merge_themes(into=s.other_theme, theme=make_theme("Too late"), by=marketer)
    apart = [make_objection(words, author=rep) for words in ("slow", "slower")]
    for objection in apart:
        place(objection, s.other_theme)
    s.split = split_theme(theme=s.other_theme, objections=apart[:1], name="Slow", by=marketer)
    job = Job.objects.create(kind="build_themes", state="done")
    s.build = Build.objects.create(job=job, by=marketer, ended_at=now)
    s.proposal = Proposal.objects.create(build=s.build, kind="retire", theme=s.theme, why="Nobody raised it")
    s.answer = Answer.objects.create(theme=s.theme, text="It pays back", approved_by=marketer, approved_at=now)
    s.request = make_request(by=marketer, themes=[s.theme])
    s.collateral = make_collateral(owner=marketer, themes=[s.theme])
    s.unpublished = make_collateral("Draft", owner=marketer, themes=[s.theme], published=False)
    s.version = Version.objects.create(
        collateral=s.collateral, number=2, file=ContentFile(b"words", "a.txt"), file_name="a.txt", by=marketer
    )
    s.publication = s.collateral.publication
    s.usage = Usage.objects.create(collateral=s.collateral, opportunity=s.open, by=rep)
    s.notification = Notification.objects.create(to=rep, key="k", title="It is live", url="/")
    s.import_ = Import.objects.create(source="crm", by=leader, ended_at=now)
    s.trial = Import.objects.create(source="crm", by=leader, ended_at=now, dry_run=True)
    s.meeting = make_meeting(by=leader)
    s.meeting.opportunities.add(s.owed)
    s.closed = make_meeting(today.replace(day=1, year=today.year - 1), by=leader)
    Pack.objects.create(
        meeting=s.closed, version=1, content="{}", html="<p>Said</p>", checksum="0", closed_by=leader, closed_at=now
    )
    s.decision = Decision.objects.create(meeting=s.meeting, text="Ship it", by=leader)
    s.action = Action.objects.create(meeting=s.meeting, text="Write it", owner=rep, due_on=today, by=leader)
    return s
