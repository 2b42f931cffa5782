"""What the history of people keeps, and what it never does."""

import pytest
from django.urls import reverse

from feedback.models import User
from feedback.models.history import BEFORE
from tests.factories import make_team, make_user


def types(user):
    return [row.history_type for row in user.history.order_by("history_id")]


def test_it_keeps_a_change_of_role(rep, admin):
    rep.role, rep._history_user = "leader", admin
    rep.save()
    newest = rep.history.first()
    assert (newest.role, newest.history_user, newest.prev_record.role) == ("leader", admin, "rep")


def test_it_keeps_nothing_of_signing_in_passwords_and_colours(rep, client):
    rep.set_password("right horse battery")
    rep.theme = "dark"
    rep.save()
    client.post(reverse("login"), {"username": rep.username, "password": "right horse battery"})
    rep.refresh_from_db()
    assert rep.last_login
    assert types(rep) == ["+"]


@pytest.mark.parametrize("field", ["password", "last_login", "date_joined", "username"])
def test_it_has_no_place_for_secrets(field):
    assert field not in {f.name for f in User.history.model._meta.get_fields()}


def test_saving_some_fields_alone_keeps_what_they_changed(rep):
    rep.role, rep.theme = "leader", "dark"
    rep.save(update_fields=["theme"])
    assert types(rep) == ["+"]
    rep.save(update_fields=["role"])
    assert types(rep) == ["+", "~"]


def test_a_person_older_than_their_history_gets_what_stood_before_the_first_change(company):
    old = make_user("Olga Old")
    old.history.all().delete()
    old.theme = "dark"
    old.save()
    assert types(old) == []

    old.team = make_team("North")
    old.save()

    first, second = old.history.order_by("history_id")
    assert (first.team_id, first.history_change_reason, first.history_user) == (None, BEFORE, None)
    assert second.team == old.team
