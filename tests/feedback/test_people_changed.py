"""Editing, deactivating and letting back in."""

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.actions.feeds import open_feed
from feedback.actions.invitations import invite_somebody
from feedback.actions.people import PersonRefused, change_person, deactivate_person, reactivate_person
from feedback.actions.tokens import make_token
from feedback.models import Opportunity, User
from tests.factories import make_lost, make_opportunity, make_team, make_user

LIST = reverse("feedback:person_list")


def at(name, pk):
    return reverse(f"feedback:{name}", args=[pk])


def fields_of(person, **changed):
    names = ("name", "email", "role", "team", "is_superuser")
    return {name: getattr(person, name) for name in names} | changed


@pytest.fixture
def admins(admin, sign_in):
    return sign_in(admin)


@pytest.fixture
def second_admin(company):
    return make_user("Bea Boss", is_superuser=True, is_staff=True)


def test_an_admin_changes_name_address_role_and_team(admins, admin, rep):
    west = make_team("West")
    given = {"name": "Rita R", "email": "rita.r@example.com", "role": "leader", "team": west.pk}
    assert admins.post(at("person_edit", rep.pk), given).url == at("person_detail", rep.pk)
    rep.refresh_from_db()
    assert (rep.name, rep.email, rep.username) == ("Rita R", "rita.r@example.com", "rita.r@example.com")
    assert (rep.role, rep.team, rep.is_superuser) == ("leader", west, False)
    assert rep.history.first().history_user == admin


def test_a_user_name_that_is_no_address_stays(admins, admin):
    old = make_user("Olga", username="olga")
    User.objects.filter(pk=old.pk).update(email="old@example.com")
    change_person(person=old, by=admin, **fields_of(old, email="olga@example.com"))
    old.refresh_from_db()
    assert old.username == "olga"


def test_a_new_admin_may_do_what_admins_do(admins, rep, sign_in):
    admins.post(at("person_edit", rep.pk), {"name": "Rita", "email": rep.email, "role": "rep", "is_superuser": "on"})
    assert sign_in(User.objects.get(pk=rep.pk)).get(reverse("feedback:person_create")).status_code == 200


def test_nobody_takes_admin_from_themselves(admins, admin, second_admin):
    page = admins.post(at("person_edit", admin.pk), {"name": "Ada", "email": admin.email, "role": "leader"})
    assert page.status_code == 422
    assert b"You would lock yourself out" in page.content
    admin.refresh_from_db()
    assert admin.is_superuser


def test_nobody_deactivates_themselves(admins, admin, second_admin):
    assert admins.post(at("person_deactivate", admin.pk)).status_code == 422
    admin.refresh_from_db()
    assert admin.is_active


def test_the_last_active_admin_stays_one_even_when_the_other_has_just_gone(admin, second_admin):
    make_user("Gone Admin", is_superuser=True, is_active=False)
    deactivate_person(person=second_admin, by=admin)
    with pytest.raises(PersonRefused, match="last admin"):
        deactivate_person(person=admin, by=second_admin)  # pressed on a page that was open before
    with pytest.raises(PersonRefused, match="last admin"):
        change_person(person=admin, by=second_admin, **fields_of(admin, is_superuser=False))


def test_the_confirmation_says_what_is_theirs(admins, rep):
    make_opportunity("Racks", owner=rep)
    make_lost("Shelves", owner=rep)
    page = admins.get(at("person_deactivate", rep.pk)).content.decode()
    assert "1 open deal" in page
    assert "1 owed review" in page
    assert "fall to Mona Manager, who manages North" in page


def test_deactivating_ends_their_visit_and_their_owed_reviews_fall_to_the_manager(admins, rep, manager, sign_in):
    reps, owed = sign_in(rep), make_lost("Shelves", owner=rep)
    assert admins.post(at("person_deactivate", rep.pk)).url == at("person_detail", rep.pk)
    assert reps.get(reverse("feedback:home")).status_code == 302
    assert list(Opportunity.objects.owing_review().for_reviewer(manager)) == [owed]


def test_who_never_signed_in_is_invited_instead_of_let_back_in(admins, company):
    ida = make_user("Ida Import", is_active=False)
    page = admins.post(at("person_reactivate", ida.pk))
    assert page.status_code == 422
    assert b"Invite them instead" in page.content


def test_who_had_a_password_is_let_back_in(admins, rep):
    rep.set_password("right horse battery")
    rep.save()
    admins.post(at("person_deactivate", rep.pk))
    assert admins.post(at("person_reactivate", rep.pk)).status_code == 302
    rep.refresh_from_db()
    assert rep.is_active


def test_a_leader_reads_people_but_changes_nothing(leader, rep, sign_in):
    client = sign_in(leader)
    page = client.get(at("person_detail", rep.pk))
    assert b"Deactivate" not in page.content
    assert client.post(at("person_deactivate", rep.pk)).status_code == 403


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"q": "rita"}, ["Rita Rep"]),
        ({"role": "marketer"}, ["Mara Marketer"]),
        ({"role": "admin"}, ["Ada Admin"]),
        ({"role": "leader"}, ["Lena Leader"]),
        ({"state": "not invited"}, ["Ida Import"]),
        ({"state": "deactivated"}, ["Dora Gone"]),
        ({"state": "active", "q": "otto"}, ["Otto Other"]),
        ({"team": "North"}, ["Rita Rep"]),
        ({"role": "king", "q": "rita"}, []),
    ],
)
def test_it_finds_people(query, names, admins, rep, other_rep, marketer, leader):
    make_user("Ida Import", is_active=False, username="ida")
    gone = make_user("Dora Gone", is_active=False, username="dora")
    gone.set_password("right horse battery")
    gone.save()
    if "team" in query:
        query = {"team": make_team(query["team"]).pk}
    found = [p.name for p in admins.get(LIST, query).context["page"]]
    assert found == names


def test_the_list_costs_the_same_number_of_queries_for_many(admins, company, django_assert_max_num_queries):
    for number in range(40):
        make_user(f"Person {number}", team=make_team(f"Team {number}"))
    with django_assert_max_num_queries(15):
        assert len(admins.get(LIST).context["page"].object_list) == 41


def test_tokens_and_calendar_end_for_good(admin, rep, client):
    _, key = make_token(user=rep, name="CRM sync", scopes=["read"], days=30)
    calendar = reverse("feedback:feed", args=[open_feed(user=rep)])
    User.objects.filter(pk=rep.pk).update(last_login=timezone.now())
    deactivate_person(person=rep, by=admin)
    rep.refresh_from_db()
    reactivate_person(person=rep, by=admin)
    assert client.get("/api/v1/me/", headers={"Authorization": f"Bearer {key}"}).status_code == 401
    assert client.get(calendar).status_code == 404


def test_a_link_sent_to_a_wrong_address_ends_when_it_is_put_right(admins, admin, client):
    wrong = User(name="Nina New", email="nina@wrong.example")
    invitation, token = invite_somebody(person=wrong, by=admin)
    person = invitation.person
    accept = reverse("feedback:invitation_accept", args=[token])
    change_person(person=person, by=admin, **fields_of(person, name="Nina N", email="NINA@wrong.example"))
    assert client.get(accept).status_code == 200
    given = {"name": "Nina", "email": "nina@right.example", "role": "rep"}
    assert admins.post(at("person_edit", person.pk), given).status_code == 302
    assert client.get(accept).status_code == 410
