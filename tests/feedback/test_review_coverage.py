"""Coverage by team and by person: as far as one may read it, in the order of names, with n and its rows."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone

from feedback.actions.opportunities import exclude_from_reviews, snooze_review
from feedback.models import Opportunity, Team
from tests.factories import make_lost, make_review, make_team, make_user

URL = reverse("feedback:review_coverage")
TODAY = timezone.localdate()


def groups(client, **query):
    page = client.get(URL, query)
    return {title: {row.name: str(row.coverage) for row in rows} for title, _, rows in page.context["groups"]}


def test_leaders_and_admins_read_it_by_team_without_names(rep, other_rep, leader, admin, sign_in):
    make_review(make_lost("A", owner=rep), author=rep)
    make_lost("B", owner=other_rep)
    make_lost("C", owner=None)
    for reader in (leader, admin):
        client = sign_in(reader)
        found = groups(client)
        assert list(found) == ["By team"]
        assert list(found["By team"]) == ["North", "South", "No team"]
        assert found["By team"]["North"] == "reasons known for 1 of 1 lost deals, 100\u00a0% of the value"
        assert rep.name.encode() not in client.get(URL).content


def test_a_manager_reads_the_own_team_by_person_in_the_order_of_names(rep, manager, other_rep, sign_in):
    second = make_user("Anna Also", team=make_team("North"))
    make_review(make_lost("A", owner=rep), author=rep)
    make_lost("B", owner=second)
    make_lost("C", owner=other_rep)
    found = groups(sign_in(manager))
    assert list(found) == ["North, by person"]
    assert list(found["North, by person"]) == ["Anna Also", "Rita Rep"]  # not the worst first


def test_a_rep_reads_their_own_only(rep, other_rep, sign_in):
    make_lost("A", owner=rep)
    make_lost("B", owner=other_rep)
    assert groups(sign_in(rep)) == {
        "Your deals": {"Rita Rep": "reasons known for 0 of 1 lost deals, 0\u00a0% of the value"}
    }


def test_a_leader_who_manages_a_team_reads_both(rep, leader, sign_in):
    Team.objects.filter(name="North").update(manager=leader)
    make_lost("A", owner=rep)
    assert list(groups(sign_in(leader))) == ["By team", "North, by person"]


def test_it_is_of_the_last_ninety_days_unless_others_are_asked_for(rep, sign_in):
    make_lost("Old", owner=rep, closed_on=TODAY - timedelta(days=90))
    make_lost("New", owner=rep, closed_on=TODAY - timedelta(days=89))
    client = sign_in(rep)

    def lost(**query):
        [(_, _, rows)] = client.get(URL, query).context["groups"]
        return sum(row.coverage.lost for row in rows)

    assert (lost(), lost(all=""), lost(closed_to=str(TODAY - timedelta(days=90)))) == (1, 2, 1)
    page = client.get(URL, {"closed_from": "soon"})
    assert page.context["filter"].problems


def test_each_row_leads_to_its_deals(rep, other_rep, manager, sign_in):
    make_lost("Mine", owner=rep, closed_on=date(2026, 3, 3))
    make_lost("Theirs", owner=other_rep, closed_on=date(2026, 3, 3))
    client = sign_in(manager)
    days = {"closed_from": "2026-03-01", "closed_to": "2026-03-31"}
    [(_, _, [row])] = client.get(URL, days).context["groups"]
    assert [deal.name for deal in client.get(row.url).context["page"]] == ["Mine"]


def test_what_said_unknown_is_told_and_what_is_owed_leads_to_its_deals(rep, sign_in):
    make_lost("Owed", owner=rep)
    make_review(make_lost("Nobody knows", owner=rep), author=rep, code="UNKNOWN")
    client = sign_in(rep)
    page = client.get(URL)
    [(_, _, [row])] = page.context["groups"]
    assert (row.coverage.owed, row.coverage.said_unknown) == (1, 1)
    assert b"1 said unknown" in page.content
    assert row.owed_url.replace("&", "&amp;") in page.content.decode()
    assert [deal.name for deal in client.get(row.owed_url).context["page"]] == ["Owed"]


def test_what_was_left_out_with_a_reason_is_said_and_what_was_put_off_stays_owed(rep, sign_in):
    exclude_from_reviews(opportunity=make_lost("A", owner=rep), reason="A test", reminders_only=False, by=rep)
    snooze_review(opportunity=make_lost("B", owner=rep), until=TODAY + timedelta(days=2), by=rep)
    page = sign_in(rep).get(URL)
    [(_, _, [row])] = page.context["groups"]
    assert (row.coverage.lost, row.coverage.owed, row.coverage.by_somebody) == (2, 1, 1)
    assert b"1 with a reason" in page.content


def test_it_costs_the_same_number_of_queries_for_many_teams(leader, sign_in, django_assert_max_num_queries):
    for number in range(30):
        make_lost(f"Deal {number}", owner=make_user(f"Rep {number}", team=make_team(f"Team {number}")))
    client = sign_in(leader)
    with django_assert_max_num_queries(18):
        client.get(URL)
    assert Opportunity.objects.count() == 30


def test_days_the_wrong_way_round_are_told(leader, sign_in):
    page = sign_in(leader).get(URL, {"closed_from": "2026-12-01", "closed_to": "2026-01-01"}).content.decode()
    assert "This is before the first day" in page
