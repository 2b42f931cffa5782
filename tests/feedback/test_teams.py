import pytest
from django.urls import reverse

from feedback.models import ExclusionRule, Team
from tests.factories import make_team, make_user

LIST, NEW = reverse("feedback:team_list"), reverse("feedback:team_create")


def at(name, team):
    return reverse(f"feedback:{name}", args=[team.pk])


@pytest.fixture
def admins(admin, sign_in):
    return sign_in(admin)


def test_an_admin_makes_a_team_with_manager_and_members(admins, rep, other_rep):
    given = {"name": "West", "manager": rep.pk, "members": [other_rep.pk]}
    assert admins.post(NEW, given).url == LIST
    west = Team.objects.get(name="West")
    assert (west.manager, list(west.members.all())) == (rep, [other_rep])


def test_renaming_and_moving_members_is_written_down(admins, admin, rep, manager):
    north, newcomer = rep.team, make_user("Nils New")
    admins.post(at("team_edit", north), {"name": "Far north", "manager": manager.pk, "members": [newcomer.pk]})
    north.refresh_from_db()
    rep.refresh_from_db()
    assert (north.name, list(north.members.all()), rep.team) == ("Far north", [newcomer], None)
    assert {person.history.first().history_user for person in (rep, newcomer)} == {admin}
    assert north.history.first().prev_record.name == "North"


def test_who_moved_on_meanwhile_is_left_where_they_are(admins, rep, manager, admin):
    from feedback.actions.teams import save_team

    north = rep.team
    rep.team = make_team("Elsewhere")
    rep.save()
    save_team(team=north, leaving=[rep], by=admin)
    rep.refresh_from_db()
    assert rep.team.name == "Elsewhere"


def test_a_name_that_is_taken_is_refused(admins, rep, other_rep):
    page = admins.post(NEW, {"name": "North"})
    assert page.status_code == 422
    assert Team.objects.filter(name="North").count() == 1


@pytest.mark.parametrize("who", ["marketer", "gone"])
def test_only_reps_and_leaders_who_can_sign_in_are_on_offer_as_managers(who, admins, marketer):
    person = marketer if who == "marketer" else make_user("Gone", is_active=False)
    assert admins.post(NEW, {"name": "West", "manager": person.pk}).status_code == 422


def test_a_team_with_members_is_not_deleted_not_even_with_inactive_ones(admins, company):
    team = make_team("Old")
    make_user("Gone", team=team, is_active=False)
    page = admins.post(at("team_delete", team))
    assert page.status_code == 422
    assert b"Only a team without members" in page.content
    assert Team.objects.filter(pk=team.pk).exists()


def test_an_empty_team_is_deleted_and_its_name_stays_in_the_audit(admins, admin, company):
    team = make_team("Old")
    assert admins.post(at("team_delete", team)).url == LIST
    last = Team.history.first()
    assert (last.history_type, last.name, last.history_user) == ("-", "Old", admin)


def test_the_list_costs_the_same_number_of_queries_for_many(admins, company, django_assert_max_num_queries):
    for number in range(30):
        make_user(f"Person {number}", team=make_team(f"Team {number}", manager=make_user(f"Boss {number}")))
    with django_assert_max_num_queries(13):
        assert len(admins.get(LIST).context["teams"]) == 30


def test_a_team_that_an_exclusion_rule_names_stays(admins, admin):
    team = Team.objects.create(name="Renewals")
    ExclusionRule.objects.create(reason="Renewals are not reviewed", team=team, by=admin)
    page = admins.post(at("team_delete", team))
    assert page.status_code == 422
    assert "“Renewals are not reviewed” names this team" in page.content.decode()
    assert Team.objects.filter(pk=team.pk).exists()
