import pytest
from django.contrib import admin as django_admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback.models import Account, Product, Source, User
from tests.factories import make_account, make_lost, make_objection, make_theme, place
from tests.scene import make_scene

CHANGED_HERE = {Account, Product, Source, User}
KEPT = sorted(
    (model for model in django_admin.site._registry if model not in CHANGED_HERE), key=lambda m: m._meta.label
)


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def scene(rep, marketer, leader):
    return make_scene(rep=rep, marketer=marketer, leader=leader)


@pytest.mark.parametrize("model", [Account, Product, Source], ids=lambda model: model.__name__)
def test_an_admin_opens_list_and_form(model, admin, sign_in):
    client = sign_in(admin)
    assert client.get(address(model, "changelist")).status_code == 200
    assert client.get(address(model, "add")).status_code == 200


def test_only_the_portals_own_rows_are_there():
    assert {model._meta.app_label for model in django_admin.site._registry} == {"feedback", "objections"}
    assert {"HistoricalTheme", "HistoricalReview", "HistoricalUser", "Pack", "Move", "Job"} <= {
        m.__name__ for m in KEPT
    }


def test_what_is_kept_is_read_and_never_changed(scene, admin, sign_in):
    """All of them in one test: the rows that they show take long to make."""
    client, seen = sign_in(admin), set()
    for model in KEPT:
        label, row = model.__name__, model._base_manager.first()
        page = client.get(address(model, "changelist"))
        assert page.status_code == 200, label
        assert b"delete_selected" not in page.content, label
        assert client.get(address(model, "add")).status_code == 403, label
        if row:
            seen.add(label)
            before = model._base_manager.filter(pk=row.pk).values().get()
            assert client.get(address(model, "change", row.pk)).status_code == 200, label
            assert client.post(address(model, "change", row.pk), {"name": "x"}).status_code == 403, label
            assert client.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403, label
            assert model._base_manager.filter(pk=row.pk).values().get() == before, label
    assert {"Objection", "Theme", "Placement", "Review", "Pack", "Import", "Job", "HistoricalTheme"} <= seen


@pytest.mark.parametrize("name", ["feedback_opportunity", "objections_objection", "objections_placement"])
def test_a_list_costs_the_same_however_many_rows(name, rep, admin, sign_in):
    client, url, theme = sign_in(admin), reverse(f"admin:{name}_changelist"), make_theme()
    counts = []
    for rows in (1, 12):
        for n in range(rows):
            deal = make_lost(f"Deal {rows} {n}", account=make_account(f"Account {rows} {n}"))
            place(make_objection(author=rep, opportunity=deal), theme)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_hashes_of_tokens_are_not_shown(scene, admin, sign_in):
    page = sign_in(admin).get(reverse("admin:feedback_invitation_change", args=[scene.invitation.pk]))
    assert scene.invitation.token_hash.encode() not in page.content


def test_who_may_do_what_is_not_changed_here(rep, admin, sign_in):
    client, url = sign_in(admin), reverse("admin:feedback_user_change", args=[rep.pk])
    client.post(url, {"is_superuser": "on", "role": "leader", "time_zone": "Europe/Berlin", "crm_id": "r1"})
    rep.refresh_from_db()
    assert (rep.is_superuser, rep.role, rep.crm_id) == (False, "rep", "r1")
    assert client.post(reverse("admin:feedback_user_delete", args=[rep.pk]), {"post": "yes"}).status_code == 403
    assert client.get(reverse("admin:feedback_user_add")).status_code == 403
    password = reverse("admin:auth_user_password_change", args=[rep.pk])
    assert client.post(password, {"password1": "x", "password2": "x"}).status_code == 403


def test_it_has_no_door_of_its_own(rep, admin, sign_in, client):
    login, index = reverse("admin:login"), reverse("admin:index")
    assert client.post(login, {"username": "x", "password": "y"}).url == f"{reverse('login')}?next={index}"
    assert sign_in(rep).get(login).status_code == 403
    assert sign_in(admin).get(login).url == index
    assert sign_in(admin).get(reverse("admin:password_change")).url == reverse("password_change")
