from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from feedback.actions.meetings import close_meeting
from feedback.home import panels_for
from feedback.models import Action
from tests.factories import make_lost, make_meeting, make_review


def shown(user):
    return {panel.key: found for panel, found in panels_for(user)}


def test_it_shows_a_leader_the_next_meeting_and_its_readiness(leader, rep, sign_in):
    today = timezone.localdate()
    meeting = make_meeting(today.replace(day=1), by=leader)
    deal = make_lost(closed_on=today.replace(day=1))
    make_review(deal, author=rep)
    meeting.opportunities.add(deal)
    found = shown(leader)["next_meeting"]
    assert (found["meeting"], found["coverage"].share.counts, found["picked"]) == (meeting, "1 of 1", 1)
    assert sign_in(leader).get(reverse("feedback:home")).status_code == 200

    close_meeting(meeting=meeting, by=leader)
    assert shown(leader)["next_meeting"] == {"meeting": None}


def test_it_shows_a_leader_twelve_months_and_coverage(leader, sign_in):
    make_lost(amount=700)
    found = shown(leader)
    assert (len(found["lost_by_month"]["months"]), found["lost_by_month"]["months"][-1].money.total) == (12, 700)
    assert found["coverage"]["recent"].owed == 1
    assert "Most was lost in" in sign_in(leader).get(reverse("feedback:home")).content.decode()


def test_it_shows_leaders_what_is_late_and_others_what_they_promised(leader, rep, other_rep):
    today = timezone.localdate()
    meeting = make_meeting(today.replace(day=1), by=leader)
    for text, days in (("Late", -1), ("In time", 1)):
        due_on = today + timedelta(days=days)
        Action.objects.create(meeting=meeting, text=text, owner=rep, due_on=due_on, by=leader)

    assert [action.text for action in shown(leader)["promised"]["first"]] == ["Late"]
    assert (shown(rep)["promised"]["count"], shown(rep)["promised"]["late"]) == (2, 1)
    assert "promised" not in shown(other_rep)


def test_it_keeps_figures_of_others_from_reps(rep):
    assert not {"coverage", "lost_by_month", "next_meeting", "top_four"} & set(shown(rep))


def test_it_opens_on_an_empty_portal(leader, sign_in):
    page = sign_in(leader).get(reverse("feedback:home")).content.decode()
    assert "No meeting is being prepared" in page
    assert "No deal was lost in the last twelve months" in page
