from datetime import date

import pytest
from django.urls import reverse

from feedback.actions.handover import hand_over
from feedback.belongings import belongings, held_by
from feedback.models import Notification, Opportunity, Series, Team
from tests.factories import (
    make_collateral,
    make_lost,
    make_meeting,
    make_opportunity,
    make_request,
    make_review,
    make_theme,
)


@pytest.fixture
def loaded(leader, manager):
    """A leader with one of everything."""
    make_opportunity("Open", owner=leader)
    make_lost("Owed", owner=leader)
    meeting = make_meeting(date(2026, 9, 1), by=manager, facilitator=leader)
    Series.objects.create(name="Review", starts_on=date(2026, 9, 1), facilitator=leader, made_by=manager)
    meeting.actions.create(text="Write it", owner=leader, due_on=date(2026, 10, 1), by=manager)
    request = make_request("A one-pager", by=manager, themes=[make_theme("Too dear")])
    request.owner = leader
    request.save()
    make_collateral("A sheet", owner=leader)
    Team.objects.create(name="West", manager=leader)
    return leader


def counts(person):
    return {held.belonging.key: held.count for held in held_by(person)}


ONE_OF_EACH = {
    "deals": 1,
    "reviews": 1,
    "requests": 1,
    "collateral": 1,
    "actions": 1,
    "meetings": 1,
    "series": 1,
    "teams": 1,
}


def test_it_counts_what_a_person_has(loaded):
    assert counts(loaded) == ONE_OF_EACH


def test_everything_changes_hands_at_once_and_is_told(loaded, admin):
    told = hand_over(holder=loaded, keys=belongings, to=admin, by=loaded)
    told_of_each = ["1 open deal", "1 owed review", "1 content request", "1 piece of collateral", "1 open action"]
    led = ["1 meeting to lead", "1 series of meetings to lead"]
    assert told == [*told_of_each, *led, "1 team to manage"]
    assert counts(loaded) == dict.fromkeys(ONE_OF_EACH, 0)
    assert counts(admin) == ONE_OF_EACH
    assert Notification.objects.get(to=admin).title.startswith("Lena Leader handed you what Lena Leader had: 1 open")


def test_each_row_says_who_handed_it_over(loaded, admin):
    hand_over(holder=loaded, keys=["deals"], to=admin, by=admin)
    deal = Opportunity.objects.get(name="Open")
    newest = deal.history.first()
    assert (newest.owner_id, newest.history_user) == (admin.pk, admin)
    assert newest.history_change_reason == "handed over from Lena Leader"
    assert deal.history.count() == 2


def test_what_the_other_may_not_have_keeps_all_of_it_where_it_is(loaded, rep, admin, sign_in):
    url = reverse("feedback:person_hand_over", args=[loaded.pk])
    page = sign_in(admin).post(url, {"what": ["deals", "requests"], "to": rep.pk})
    assert page.status_code == 422
    assert "Rita Rep cannot have content requests." in page.content.decode()
    assert counts(loaded) == ONE_OF_EACH


def test_a_marketer_gets_no_deals(loaded, marketer):
    with pytest.raises(ValueError, match="owned by reps and leaders"):
        hand_over(holder=loaded, keys=["deals"], to=marketer, by=loaded)


def test_only_what_is_ticked_changes_hands(loaded, rep, admin, sign_in):
    url = reverse("feedback:person_hand_over", args=[loaded.pk])
    assert sign_in(admin).post(url, {"what": ["deals"], "to": rep.pk}).status_code == 302
    assert counts(rep)["deals"] == 1
    assert counts(loaded) == ONE_OF_EACH | {"deals": 0}


@pytest.mark.parametrize("given", [{"what": ["deals"]}, {"to": "self", "what": ["deals"]}, {"what": ["secrets"]}])
def test_a_form_half_filled_in_changes_nothing(given, loaded, admin, sign_in):
    url = reverse("feedback:person_hand_over", args=[loaded.pk])
    if given.get("to") == "self":
        given = given | {"to": loaded.pk}
    assert sign_in(admin).post(url, given).status_code == 422
    assert counts(loaded) == ONE_OF_EACH


def test_handing_over_twice_is_harmless(loaded, admin):
    hand_over(holder=loaded, keys=belongings, to=admin, by=admin)
    assert hand_over(holder=loaded, keys=belongings, to=admin, by=admin) == []
    assert counts(admin) == ONE_OF_EACH


def test_reviews_of_who_is_gone_are_handed_over_with_their_drafts(rep, other_rep, admin):
    owed = make_lost("Begun", owner=rep)
    draft = make_review(owed, author=rep, submitted=False)
    rep.is_active = False
    rep.save()
    assert hand_over(holder=rep, keys=["reviews"], to=other_rep, by=admin) == ["1 owed review"]
    draft.refresh_from_db()
    assert draft.author == other_rep
    assert list(Opportunity.objects.owing_review().for_reviewer(other_rep)) == [owed]


def test_what_was_done_and_closed_stays_with_its_owner(rep, other_rep, admin):
    won = make_opportunity("Won", owner=rep, outcome="won", closed_on=date(2026, 1, 1))
    reviewed = make_lost("Reviewed", owner=rep)
    make_review(reviewed, author=rep)
    hand_over(holder=rep, keys={"deals", "reviews", "actions"}, to=other_rep, by=admin)
    for deal in (won, reviewed):
        deal.refresh_from_db()
        assert deal.owner == rep
