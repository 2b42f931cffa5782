"""The demo company, seeded once for all tests of this file; each test takes back what it writes."""

import hashlib
import json
from collections import Counter
from datetime import date, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F, Q

from feedback.business_days import add_business_days
from feedback.kept import kept_once
from feedback.models import (
    Account,
    Action,
    ActionUpdate,
    Assignment,
    Company,
    Exclusion,
    Job,
    Meeting,
    Notification,
    Opportunity,
    Review,
    Series,
    Submission,
    User,
)
from feedback.taxonomy import seed as seed_taxonomy
from objections.demo import PASSWORD, sign_ins
from objections.demo.corpus import remarks, themes
from objections.demo.courses import courses
from objections.demo.days import Days
from objections.demo.seeding import seed
from objections.demo.story import tell
from objections.metrics import Impact
from objections.models import (
    Answer,
    Build,
    Collateral,
    ContentRequest,
    Move,
    Objection,
    Pin,
    Placement,
    Proposal,
    Publication,
    Routing,
    RoutingNote,
    Theme,
    Usage,
    Vector,
    Verdict,
    Version,
)
from objections.models.content import RequestState
from objections.models.objections import Ending, Kind, Weight
from objections.overview import year
from objections.routed_page import routed_by_team
from objections.seeds import seed_themes
from objections.triage_page import triage

pytestmark = pytest.mark.django_db

TODAY = date(2025, 6, 18)  # behind every clock these tests may meet
DAYS = Days(TODAY, ZoneInfo("Europe/Berlin"))
DEAL = "opportunity__external_id"
TABLES = {
    User: ["username", "role", "team__name", "is_active"],
    Account: ["name", "employees"],
    Opportunity: ["external_id", "name", "outcome", "stage", "amount", "created_on", "closed_on", "lead_source"],
    Objection: ["text", "heard_on", "logged_at", DEAL, "author__username", "outcome_when_heard"],
    Placement: ["objection__text", "theme__name", "confidence", "by__username", "at"],
    Review: [DEAL, "kind", "reason__code", "destination__code", "would_have_changed", "started_at"],
    Submission: ["review__opportunity__external_id", "at"],
    ContentRequest: ["title", "state", "due_on", "at"],
    Move: ["request__title", "from_state", "to_state", "at"],
    Publication: ["collateral__title", "at", "retired_at"],
    Usage: ["collateral__title", DEAL, "at", "helped"],
    Notification: ["to__username", "title", "body", "at", "read_at"],
    Action: ["text", "due_on", "done_at"],
    Pin: ["theme__name", "reason", "by__username", "at"],
    Routing: ["theme__name", "to", "why", "at"],
    RoutingNote: ["routing__theme__name", "text", "at"],
}


def digest():
    rows = {
        model.__name__: sorted(map(repr, model.objects.order_by().values_list(*fields)))
        for model, fields in TABLES.items()
    }
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()


@pytest.fixture(scope="module", autouse=True)
def first_digest(django_db_setup, django_db_blocker):
    """Seeds twice around a rollback, and takes everything back after the last test; gives the digest of the first."""
    with django_db_blocker.unblock(), transaction.atomic():
        seed_taxonomy()
        seed_themes()
        once = transaction.savepoint()
        seed(TODAY)
        first = digest()
        transaction.savepoint_rollback(once)
        seed(TODAY)
        yield first
        transaction.set_rollback(True)


def run():
    out = StringIO()
    call_command("seed_demo", stdout=out)
    return out.getvalue()


def voices_of(slug):
    return Objection.objects.filter(placements__theme__name=themes()[slug]["name"], placements__undone_at=None)


def heard_open(slug):
    return voices_of(slug).filter(outcome_when_heard="open").values("opportunity")


def test_it_writes_the_same_twice(first_digest):
    assert digest() == first_digest


def test_it_makes_a_company_with_everybody_and_their_teams():
    assert Company.current().name == "Palletry"
    assert User.objects.filter(is_active=True).count() == 12
    assert all(user.check_password(PASSWORD) for user in User.objects.filter(is_active=True))
    assert not User.objects.get(is_active=False).has_usable_password()
    assert Account.objects.filter(segments__isnull=False).distinct().count() >= 90


def test_it_has_600_deals_open_won_and_lost():
    outcomes = Counter(Opportunity.objects.values_list("outcome", flat=True))
    assert sum(outcomes.values()) == 600
    assert min(outcomes.values()) > 50
    assert outcomes["lost"] > outcomes["won"]
    assert Opportunity.objects.lost().filter(amount=None, amount_estimate__gt=0).count() > 20
    assert Opportunity.objects.exclude(currency="EUR").count() == 3


def test_it_says_every_remark_once():
    spoken = Counter(Objection.objects.exclude(text="").values_list("text", flat=True))
    assert spoken == Counter(remark["text"] for all_of in remarks().values() for remark in all_of)
    assert Objection.objects.filter(text="", is_same=True).count() > 50
    assert Objection.objects.filter(opportunity=None).count() > 10


def test_it_hears_nothing_on_a_deal_that_had_closed_unless_it_was_told_afterwards():
    heard = Objection.objects.heard_while_open()
    assert not heard.filter(heard_on__gt=F("opportunity__closed_on")).exists()
    assert not heard.filter(heard_on__lt=F("opportunity__created_on")).exists()
    told = Objection.objects.filter(outcome_when_heard="lost")
    assert told.count() > 100
    assert not told.filter(heard_on__lt=F("opportunity__closed_on")).exists()
    assert told.filter(review__isnull=False).count() > 50


def test_it_lets_nothing_happen_today_or_later():
    started = DAYS.close_of(DAYS.last) + timedelta(minutes=1)
    for model, field in ((Objection, "logged_at"), (Placement, "at"), (Submission, "at"), (Move, "at"),
                         (Publication, "at"), (Usage, "at"), (Notification, "at"), (ContentRequest, "at"),
                         (Answer, "approved_at"), (Opportunity, "added_at"), (Theme, "made_at"), (Pin, "at"),
                         (Routing, "at"), (RoutingNote, "at")):  # fmt: skip
        assert not model.objects.filter(**{f"{field}__gt": started}).exists(), model
    assert not Opportunity.objects.filter(Q(closed_on__gte=TODAY) | Q(created_on__gte=TODAY)).exists()
    weekend = Opportunity.objects.filter(closed_on__iso_week_day__gte=6)
    assert not weekend.exists()


def test_it_leaves_remarks_without_a_theme_to_the_theme_builder():
    loose = {remark["text"] for name, all_of in remarks().items() if name not in themes() for remark in all_of}
    assert set(Objection.objects.unthemed().values_list("text", flat=True)) == loose
    placements = Placement.objects.live()
    assert placements.filter(by=None, confidence__gt=0.5).count() > placements.by_people().count() > 100


def test_it_renames_seed_themes_and_doubles_none():
    assert set(Theme.objects.heard().values_list("name", flat=True)) == {theme["name"] for theme in themes().values()}
    reused = {theme["course"]["seed"] for theme in themes().values() if "seed" in theme["course"]}
    assert set(Theme.objects.heard().exclude(seed=None).values_list("seed", flat=True)) == reused


def test_it_shows_requests_in_every_state():
    assert set(ContentRequest.objects.values_list("state", flat=True)) == set(RequestState.values)
    assert ContentRequest.objects.overdue(TODAY).count() >= 3
    assert ContentRequest.objects.filter(opportunities__isnull=False).distinct().count() > 10


def test_it_shows_triage_with_a_pin_and_what_other_teams_made_of_themes():
    found = triage(TODAY)
    (pinned, *others) = found.rows
    assert pinned.pin.by.name == "Marta Lindqvist"
    assert len(others) >= 3
    assert others == sorted(others, key=lambda row: -row.score.total)
    assert max(row.score.total for row in others) > pinned.score.total > 0
    themes = [theme for team in routed_by_team(year(TODAY).value, TODAY) for theme in team.themes]
    assert {row.routing.to: bool(row.note) for row in themes if row.routing} == {"legal": True, "sales process": True}
    assert all(row.why for row in themes if row.request)


def test_it_walks_each_request_from_state_to_state():
    for request in ContentRequest.objects.prefetch_related("moves"):
        moves = list(request.moves.all())
        states = ["new", *(move.to_state for move in moves)]
        assert [move.from_state for move in moves] == states[:-1]
        assert states[-1] == request.state
        assert all(later.at > earlier.at for earlier, later in zip(moves, moves[1:], strict=False))
        assert all(move.at > request.at for move in moves)


def test_it_publishes_what_can_be_opened():
    for version in Version.objects.exclude(file="").select_related("collateral"):
        with version.file.open("rb") as file:
            assert file.read().decode().startswith(f"# {version.collateral.title}\n")
    assert Collateral.objects.published().count() == 10
    assert Collateral.objects.retired().count() == 1
    assert Collateral.objects.drafts().count() == 2
    assert Collateral.stages.through.objects.count() > Collateral.objects.count()
    assert Answer.objects.filter(retired_at=None).count() == 10


def test_it_uses_collateral_only_while_it_is_published_and_the_deal_is_open():
    assert Usage.objects.count() > 30
    assert set(Usage.objects.values_list("helped", flat=True)) == {"yes", "partly", "no", ""}
    assert not Usage.objects.filter(at__lt=F("collateral__publications__at")).exists()
    assert not Usage.objects.filter(at__date__gte=F("opportunity__closed_on")).exists()


def test_it_tells_those_who_raised_a_theme():
    assert Notification.objects.filter(title__contains="is live").count() > 30
    assert Notification.objects.filter(title__contains="was declined").exists()
    assert Notification.objects.unread().filter(to__role="rep").exists()
    assert Notification.objects.exclude(read_at=None).exists()


def test_it_reviews_most_deals_and_leaves_some_owed():
    asked = Opportunity.objects.counted_for_reviews()
    assert 0.75 < asked.reviewed().count() / asked.count() < 0.95
    for person in User.objects.filter(is_active=True, opportunities__isnull=False).distinct():
        assert 1 <= Opportunity.objects.owing_review().for_reviewer(person).count() <= 6, person
    assert Opportunity.objects.owing_review().overdue(TODAY).exists()
    assert Review.objects.filter(submissions=None).count() == 7
    assert Exclusion.objects.live().filter(reminders_only=True).count() == 2
    assert Exclusion.objects.live().filter(reminders_only=False).count() == 8
    assert Assignment.objects.filter(ended_at=None).count() == 2


def test_it_gives_reviews_reasons_that_were_heard():
    reviews = Review.objects.submitted().filter(kind="loss").select_related("reason")
    assert {review.reason.code for review in reviews} >= {"PRICE", "TRUST", "VALUE", "UNKNOWN", "SILENT"}
    assert not reviews.filter(detail__isnull=False).exclude(detail__parent=F("reason")).exists()
    assert not reviews.filter(destination__code="competitor", competitor=None).exists()
    assert Review.objects.submitted().filter(kind="win").exclude(won_because="").count() > 10
    sentences = Counter(reviews.exclude(would_have_changed="").values_list("would_have_changed", flat=True))
    assert len(sentences) > 30
    assert max(sentences.values()) == 1


def test_it_has_every_kind_weight_and_ending():
    for field, choices in (("kind", Kind), ("weight", Weight), ("ending", Ending)):
        assert set(Objection.objects.exclude(text="").values_list(field, flat=True)) == set(choices.values)


def test_it_holds_three_meetings_and_prepares_one():
    assert list(Meeting.objects.values_list("first_day", flat=True)) == [DAYS.month(ago) for ago in (1, 2, 3, 4)]
    assert list(Meeting.objects.closed().values_list("held_on", flat=True)) == DAYS.meetings[::-1]
    for meeting in Meeting.objects.closed():
        assert meeting.pack.closed_at.date() == meeting.held_on
        assert meeting.notes.count() == 5
        assert meeting.decisions.count() >= 3
        assert meeting.actions.exclude(done_at=None).exists()
    assert Action.objects.open().count() == 4
    assert Meeting.objects.first().opportunities.count() == 4
    series = Series.objects.get()
    assert series.meetings.count() == 4
    assert series.made_until == Meeting.objects.first().last_day
    assert ActionUpdate.objects.exists()


def test_it_closes_meetings_that_verify():
    call_command("verify_meetings", stdout=StringIO())


def test_one_answer_has_been_measured_to_its_end_and_others_are_too_young():
    """Verdicts were given by the figures of their day; the clearest of them says what the figures suggest."""
    assert Verdict.objects.count() == 5
    assert not Verdict.objects.filter(move__why="").exists()
    found = {verdict.request.title: Impact.of_json(verdict.figures) for verdict in Verdict.objects.all()}
    clear = found.pop("Video: first shift of a new picker")
    assert clear.is_enough
    assert clear.suggestion == ContentRequest.objects.get(title="Video: first shift of a new picker").state == "worked"
    assert all(" of 20 deals" in each.progress for each in found.values())


def test_it_freezes_meetings_with_what_was_known_then():
    """The first meeting knew neither the reviews nor the answers that came later."""
    meeting = Meeting.objects.last()
    content = json.loads(meeting.pack.content)
    coverage = next(part["data"] for part in content["sections"] if part["key"] == "coverage")
    lost = Opportunity.objects.counted_for_reviews().closed_between(meeting.period)
    assert coverage["reviewed"] < lost.reviewed().count()


def test_it_hears_less_of_what_was_answered_and_more_of_what_was_not():
    course_of = courses(DAYS)
    for slug in ("depotonic-half-price", "pickers-will-not-learn-it"):
        live = course_of[slug].published_on
        before = voices_of(slug).filter(heard_on__lt=live).count() / (live - DAYS.first).days
        after = voices_of(slug).filter(heard_on__gte=live).count() / (TODAY - live).days
        assert after < before
    for slug in ("works-council-picker-tracking", "ferrum-module-enough"):
        late = voices_of(slug).filter(heard_on__gte=DAYS.month(6)).count()
        assert late > voices_of(slug).count() / 2


def test_it_wins_more_against_themes_once_they_are_answered():
    course_of = courses(DAYS)
    before, after = Counter(), Counter()
    for slug, theme in themes().items():
        course = course_of[slug]
        if theme["state"] == "answered_long_ago" and course.helps:
            closed = Opportunity.objects.closed().filter(pk__in=heard_open(slug))
            before.update(closed.filter(closed_on__lt=course.published_on).values_list("outcome", flat=True))
            after.update(closed.filter(closed_on__gte=course.published_on).values_list("outcome", flat=True))
    assert min(before.total(), after.total()) > 30
    assert after["won"] / after.total() > before["won"] / before.total() + 0.15


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2025, 1, 1), date(2025, 3, 31), date(2025, 8, 3)])
def test_it_tells_a_sound_story_on_any_day(today):
    days = Days(today, ZoneInfo("Europe/Berlin"))
    with kept_once():  # as seeding does
        story = tell(days)
    assert len(story.deals) == 600
    assert Counter(deal.outcome for deal in story.deals).keys() == {"open", "won", "lost"}
    for voice in story.voices:
        assert days.first <= voice.day <= voice.at.date() <= days.last < today
        if voice.was_open and voice.deal.outcome != "open":
            assert voice.day <= voice.at.date() <= voice.deal.ends_on
    assert all(held == add_business_days(held, 0) < today for held in days.meetings)
    assert {deal.review.kind for deal in story.deals if deal.review} == {"loss", "win"}


def test_it_names_one_account_for_each_role():
    lines = sign_ins()
    assert PASSWORD in lines[0]
    roles = ["rep", "team manager", "marketer", "leader", "admin"]
    assert [line.split("  ")[0].strip() for line in lines[1:]] == roles
    people = [User.objects.get(username=line.split()[-1]) for line in lines[1:]]
    assert len(set(people)) == 5
    assert people[1].managed_teams.exists()
    assert people[4].is_superuser


def test_it_names_nobody_where_there_is_no_demo():
    Company.objects.update(name="Acme")
    assert sign_ins() == []


def test_it_changes_nothing_when_run_again(first_digest):
    build = Build.objects.create(by=User.objects.first(), job=Job.objects.create(kind="build_themes"))
    Build.objects.filter(pk=build.pk).update(ended_at=build.at)
    assert "here already" in run()
    assert digest() == first_digest


def test_it_refuses_the_portal_of_another_company():
    Company.objects.update(name="Acme")
    with pytest.raises(CommandError, match="belongs to Acme"):
        run()


def test_it_refuses_a_portal_with_people_in_it():
    Company.objects.all().delete()
    with pytest.raises(CommandError, match="has people or deals already"):
        run()


def test_it_leaves_proposals_to_decide_and_vectors_of_all_it_read():
    some = [remark["text"] for remark in remarks()["emerging_ai-and-their-data"]]
    for slug in ("depotonic-half-price", "stops-without-wifi", "not-before-peak"):
        some += [remark["text"] for remark in remarks()[slug]]
    marketer = User.objects.get(name="Marta Lindqvist")
    Objection.objects.exclude(text__in=some).update(withdrawn_at=DAYS.close_of(DAYS.last), withdrawn_by=marketer)
    assert "proposals" in run()
    assert Vector.objects.count() == len(some)
    emerging = Proposal.objects.open().filter(kind="new", objections__text__in=some[:14]).distinct()
    assert emerging.exists()
    assert Build.objects.get().by == marketer
