import pytest
from django.urls import reverse

from feedback.models import Competitor, User
from tests.factories import make_competitor


@pytest.mark.parametrize("model", ["user", "team", "competitor", "product", "account", "source"])
def test_an_admin_opens_list_and_form(model, admin, sign_in):
    client = sign_in(admin)
    assert client.get(reverse(f"admin:feedback_{model}_changelist")).status_code == 200
    assert client.get(reverse(f"admin:feedback_{model}_add")).status_code == 200


def test_an_admin_makes_a_person_who_can_sign_in(admin, sign_in, client):
    word = "right horse battery"
    answers = {"username": "new@example.com", "name": "Nora New", "email": "new@example.com", "role": "rep"}
    answers |= {"time_zone": "UTC", "usable_password": "true", "password1": word, "password2": word}
    sign_in(admin).post(reverse("admin:feedback_user_add"), answers)
    assert User.objects.get(username="new@example.com").role == "rep"
    signed_in = client.post(reverse("login"), {"username": "new@example.com", "password": word})
    assert signed_in.status_code == 302


def test_a_new_name_is_matched_by_its_new_spelling(admin, sign_in):
    rival = make_competitor("Old Name")
    sign_in(admin).post(reverse("admin:feedback_competitor_change", args=[rival.pk]), {"name": "New Name"})
    assert Competitor.objects.named("newname").get() == rival
