"""What people have in this app: open deals, owed reviews, promised actions, meetings, teams."""

from django.urls import reverse
from django.utils.http import urlencode

from feedback.actions.meetings import change_meeting
from feedback.actions.opportunities import reassign_review
from feedback.belongings import Belonging, add_belonging
from feedback.importing.history import CHANGED, record
from feedback.models import Action, Meeting, Opportunity, Series, Team
from feedback.permissions import can_make_opportunity, can_prepare_meetings


def register():
    add_belonging(
        Belonging(
            "deals",
            10,
            "open deal",
            "open deals",
            of=lambda person: Opportunity.objects.open().filter(owner=person),
            may_take=can_make_opportunity,
            whom="Deals are owned by reps and leaders.",
            hand_over=_hand_over_deals,
            address=lambda person: f"{reverse('feedback:opportunity_list')}?{_owned_by(person)}",
        )
    )
    add_belonging(
        Belonging(
            "reviews",
            20,
            "owed review",
            "owed reviews",
            of=lambda person: Opportunity.objects.owing_review().belonging_to(person),
            may_take=can_make_opportunity,
            whom="Reviews are written by reps and leaders.",
            hand_over=_hand_over_reviews,
        )
    )
    add_belonging(
        Belonging(
            "actions",
            40,
            "open action",
            "open actions",
            of=lambda person: Action.objects.open().filter(owner=person),
            may_take=lambda person: True,
            whom="",
            hand_over=_hand_over_actions,
        )
    )
    add_belonging(
        Belonging(
            "meetings",
            45,
            "meeting to lead",
            "meetings to lead",
            of=lambda person: Meeting.objects.being_prepared().filter(facilitator=person),
            may_take=can_prepare_meetings,
            whom="Meetings are led by marketers and leaders.",
            hand_over=_hand_over_meetings,
            address=lambda person: reverse("feedback:meeting_list"),
        )
    )
    add_belonging(
        Belonging(
            "series",
            46,
            "series of meetings to lead",
            "series of meetings to lead",
            of=lambda person: Series.objects.running().filter(facilitator=person),
            may_take=can_prepare_meetings,
            whom="Series are led by marketers and leaders.",
            hand_over=_hand_over_series,
            address=lambda person: reverse("feedback:series_list"),
        )
    )
    add_belonging(
        Belonging(
            "teams",
            50,
            "team to manage",
            "teams to manage",
            of=lambda person: Team.objects.filter(manager=person),
            may_take=lambda person: person.may_manage,
            whom="Teams are managed by reps and leaders.",
            hand_over=_hand_over_teams,
            address=lambda person: reverse("feedback:team_list"),
        )
    )


def _owned_by(person):
    return urlencode({"owner": person.pk, "outcome": "open"})


def _hand_over_deals(*, holder, to, by):
    held = Opportunity.objects.select_for_update().open().filter(owner=holder).order_by("pk")
    ids = list(held.values_list("pk", flat=True))
    if ids:
        deals = Opportunity.objects.filter(pk__in=ids)
        deals.update(owner=to)
        record(deals, CHANGED, by, f"handed over from {holder}"[:100])
    return len(ids)


def _hand_over_reviews(*, holder, to, by):
    owed = list(Opportunity.objects.owing_review().belonging_to(holder).order_by("pk"))
    for deal in owed:
        reassign_review(opportunity=deal, to=to, by=by)
    return len(owed)


def _hand_over_actions(*, holder, to, by):
    return _hand_over_rows(Action.objects.open().filter(owner=holder), "owner", to, by)


def _hand_over_meetings(*, holder, to, by):
    """Whoever leads one is invited to it."""
    led = list(Meeting.objects.being_prepared().filter(facilitator=holder).order_by("pk"))
    for meeting in led:
        meeting.facilitator = to
        change_meeting(meeting=meeting, fields=["facilitator"])
    return len(led)


def _hand_over_series(*, holder, to, by):
    return _hand_over_rows(Series.objects.running().filter(facilitator=holder), "facilitator", to, by)


def _hand_over_teams(*, holder, to, by):
    return _hand_over_rows(Team.objects.filter(manager=holder), "manager", to, by)


def _hand_over_rows(rows, field, to, by):
    """A few rows, each with its history."""
    rows = list(rows.select_for_update().order_by("pk"))
    for row in rows:
        setattr(row, field, to)
        row._history_user = by
        row.save(update_fields=[field])
    return len(rows)
