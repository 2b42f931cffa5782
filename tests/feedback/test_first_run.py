from django.urls import reverse

from feedback.actions.people import open_first_run
from feedback.models import Company, User


def answers(**changed):
    return {
        "name": "Hansa",
        "currency": "eur",
        "time_zone": "Europe/Berlin",
        "admin_name": "Ina Chef",
        "email": "ina@hansa.example",
        "password": "right horse battery",
        **changed,
    }


def url(token):
    return reverse("feedback:first_run", args=[token])


def test_the_link_makes_the_company_and_its_first_admin_and_goes_on_to_the_import(db, client):
    answer = client.post(url(open_first_run()), answers())

    admin = User.objects.get()
    assert (admin.username, admin.is_superuser, admin.time_zone) == ("ina@hansa.example", True, "Europe/Berlin")
    assert (Company.current().name, Company.current().currency) == ("Hansa", "EUR")
    assert answer.url == reverse("feedback:import_create")
    assert client.get(answer.url).status_code == 200


def test_the_link_works_once(db, client):
    token = open_first_run()
    client.post(url(token), answers())
    assert client.get(url(token)).status_code == 404
    assert client.post(url(token), answers(email="thief@example.com")).status_code == 404
    assert open_first_run() is None
    assert User.objects.count() == 1


def test_a_newer_link_ends_the_one_before(db, client):
    first, second = open_first_run(), open_first_run()
    assert client.get(url(first)).status_code == 404
    assert client.get(url(second)).status_code == 200


def test_it_refuses_a_weak_password_and_keeps_what_was_typed(db, client):
    page = client.post(url(open_first_run()), answers(password="12345", currency="euro"))
    assert page.status_code == 422
    assert b"ina@hansa.example" in page.content
    assert b"too short" in page.content
    assert User.objects.count() == 0
