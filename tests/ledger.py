"""What the database must say at the end of a day on which everything was acknowledged."""

from django.core.management import call_command
from django.db import connection
from django.db.models import Count

from feedback.models import Action, Decision, Import, ImportChange, Job, Notification, Opportunity, Review
from objections.models import (
    Build,
    Collateral,
    ContentRequest,
    Move,
    Objection,
    Placement,
    Proposal,
    Publication,
    Theme,
    Vector,
    Version,
)
from tests.day import ROWS


def check(day):
    """Fails the test when something of this day is missing, there twice, or there in part."""
    for part in (jobs, voices, reviews, content, meeting, imports, builds, database):
        part(day)


def jobs(day):
    left = list(Job.objects.exclude(state="done").values("kind", "state", "attempt", "error"))
    assert left == [], left


def voices(day):
    said = sorted((author.pk, text) for author, text in day.said)
    logged = Objection.objects.filter(text__startswith=f"Day {day.number}, ")
    assert sorted(logged.values_list("author", "text")) == said
    for voice in logged:
        assert Job.objects.filter(kind="place_objection", payload__objection=voice.pk).count() == 1
        assert voice.history.count() == 1
    assert Vector.objects.filter(objection__in=logged).count() == len(said)
    live = Placement.objects.live().values("objection").annotate(places=Count("id"))
    assert not live.filter(places__gt=1).exists()
    placed = Placement.objects.filter(objection=day.loose)
    assert list(placed.live().values_list("theme", "by")) == [(day.theme.pk, day.marketer.pk)]


def reviews(day):
    for rep, deals in day.lost.items():
        for deal in deals:
            review = Review.objects.get(opportunity=deal)
            assert [str(review.destination_id), str(review.reason_id)] == [day.destination, day.reason]
            assert review.would_have_changed == f"Day {day.number}: a lower price"
            assert [(s.by_id, s.withdrawn_at) for s in review.submissions.all()] == [(rep.pk, None)]


def content(day):
    assert Theme.objects.filter(name=f"Made on day {day.number}").count() == 1
    piece = Collateral.objects.get(title=f"Sheet {day.number}")
    with piece.versions.get().file.open() as file:
        assert file.read() == b"It pays back in a year."
    publication = Publication.objects.get(collateral=piece)
    assert _told(f"publication-{publication.pk}") == sorted([day.rep.pk, day.other_rep.pk])
    assert ContentRequest.objects.get(pk=day.asked.pk).state == "declined"
    move = Move.objects.get(request=day.asked)
    assert _told(f"request-move-{move.pk}") == sorted([day.rep.pk, day.other_rep.pk])


def meeting(day):
    assert Decision.objects.filter(meeting=day.meeting).count() == 1
    action = Action.objects.get(meeting=day.meeting)
    assert _told(f"action:{action.pk}") == [day.rep.pk]
    assert day.meeting.packs.count() == 1
    call_command("verify_meetings", verbosity=0)


def imports(day):
    for source in (f"page-{day.number}", f"command-{day.number}"):
        assert Opportunity.objects.filter(source__name=source).count() == ROWS
        taken = Import.objects.filter(source=source)
        assert not taken.filter(ended_at=None).exists()
        assert sum(parent.created for parent in taken) == ROWS
        made = ImportChange.objects.filter(parent__in=taken, model="opportunity", before__isnull=True)
        assert made.count() == made.values("row_id").distinct().count() == ROWS


def builds(day):
    assert not Build.objects.filter(ended_at=None).exists()
    for build in Build.objects.select_related("job"):
        assert Proposal.objects.filter(build=build).count() == build.job.result["proposals"]


def database(day):
    for version in Version.objects.exclude(file=""):
        assert version.file.storage.exists(version.file.name)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert cursor.execute("PRAGMA foreign_key_check").fetchall() == []


def _told(key):
    """Ids of those told of an event, as often as they were."""
    return sorted(Notification.objects.filter(key=key).values_list("to", flat=True))
