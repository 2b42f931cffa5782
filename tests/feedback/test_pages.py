"""The pages that are about nothing else: home, search, profile, notifications, definitions."""

import pytest
from django.urls import reverse

from feedback.actions.notifications import notify
from feedback.models import Company, Notification
from tests.factories import make_lost, make_opportunity, make_theme
from tests.scene import make_scene


@pytest.mark.parametrize("who", ["rep", "manager", "marketer", "leader", "admin"])
def test_home_costs_a_bounded_number_of_queries(
    who, rep, marketer, leader, request, sign_in, django_assert_max_num_queries
):
    make_scene(rep=rep, marketer=marketer, leader=leader)
    for number in range(15):
        make_lost(f"Deal {number}", account=f"Account {number}", owner=rep)
    client = sign_in(request.getfixturevalue(who))
    with django_assert_max_num_queries(60):
        page = client.get(reverse("feedback:home"))
    assert page.status_code == 200


def test_home_differs_by_role(rep, marketer, leader, sign_in):
    shown = {
        user.role: {panel.key for panel, _ in sign_in(user).get(reverse("feedback:home")).context["panels"]}
        for user in (rep, marketer, leader)
    }
    assert "owed" in shown["rep"]
    assert "owed" not in shown["leader"]
    assert shown["marketer"] != shown["leader"]


def test_search_finds_deals_themes_and_objections(rep, sign_in):
    make_opportunity("Racks", account="Hansa")
    make_theme("Hansa is dearer")
    page = sign_in(rep).get(reverse("feedback:search"), {"q": "hansa"})
    assert [title for title, _ in page.context["found"]][:2] == ["Deals", "Themes"]


@pytest.mark.parametrize("words", ["", "h", "%", "\x00x", "x" * 5000, "'; DROP TABLE"])
def test_search_bears_any_words(words, rep, sign_in):
    page = sign_in(rep).get(reverse("feedback:search"), {"q": words})
    assert page.status_code == 200
    assert page.context["found"] == []


def test_search_gives_htmx_the_results_alone(rep, sign_in):
    found = sign_in(rep).get(reverse("feedback:search"), {"q": "zz"}, headers={"HX-Request": "true"})
    assert b"<html" not in found.content


def test_what_the_palette_has_no_room_for_is_on_the_page(rep, sign_in):
    for number in range(8):
        make_opportunity(f"Line {number}", account="Hansa", owner=rep)
    asked = {"q": "hansa"}
    palette = sign_in(rep).get(reverse("feedback:search"), asked, headers={"HX-Request": "true"}).content.decode()
    page = sign_in(rep).get(reverse("feedback:search"), asked).content.decode()
    assert palette.count("Line ") == 6
    assert f"{reverse('feedback:search')}?q=hansa" in palette
    assert page.count("Line ") == 8
    assert "At most" not in page


def test_the_profile_refuses_an_unknown_time_zone(rep, sign_in):
    page = sign_in(rep).post(
        reverse("feedback:profile"), {"name": "Rita New", "email": "r@example.com", "time_zone": "Mars/Base"}
    )
    assert page.status_code == 422
    assert b"Rita New" in page.content
    rep.refresh_from_db()
    assert rep.name == "Rita Rep"


def test_colours_are_kept(rep, sign_in):
    client = sign_in(rep)
    client.post(reverse("feedback:profile_theme"), {"theme": "dark"})
    assert b'data-theme="dark"' in client.get(reverse("feedback:home")).content
    assert client.post(reverse("feedback:profile_theme"), {"theme": "pink"}).status_code == 422


def test_the_company_page_refuses_a_currency_that_is_none(admin, sign_in):
    page = sign_in(admin).post(
        reverse("feedback:company"), {"name": "Hansa", "currency": "€", "time_zone": "Europe/Berlin"}
    )
    assert page.status_code == 422
    assert Company.current().name == "Palletry"


def test_telling_twice_tells_once(rep, other_rep):
    for _ in range(2):
        notify(users=[rep, other_rep], kind="published", key="published-1", title="It is live", url="/")
    assert Notification.objects.count() == 2


def test_the_inactive_are_not_told(rep):
    rep.is_active = False
    assert notify(users=[rep], kind="published", key="k", title="t", url="/") == 0


def test_opening_a_notification_marks_it_read_and_goes_there(rep, sign_in):
    notify(users=[rep], kind="published", key="k", title="It is live", url="/deals/")
    note, client = Notification.objects.get(), sign_in(rep)
    assert client.post(reverse("feedback:notification_open", args=[note.pk])).url == "/deals/"
    assert not Notification.objects.unread().exists()


def test_a_notification_never_leads_away_from_the_portal(rep, sign_in):
    notify(users=[rep], kind="published", key="k", title="t", url="https://elsewhere.example/")
    answer = sign_in(rep).post(reverse("feedback:notification_open", args=[Notification.objects.get().pk]))
    assert answer.url == reverse("feedback:notification_list")


def test_definitions_show_text_and_formula(rep, sign_in):
    page = sign_in(rep).get(reverse("feedback:definition_detail", args=["win-rate"]))
    assert "won ÷ (won + lost)" in page.content.decode()
    assert sign_in(rep).get(reverse("feedback:definition_detail", args=["no-such"])).status_code == 404


def test_nobody_takes_anothers_e_mail_address(rep, leader, sign_in):
    page = sign_in(rep).post(
        reverse("feedback:profile"), {"name": "Rita", "email": leader.email.upper(), "time_zone": "UTC"}
    )
    assert page.status_code == 422
    assert b"Somebody else here has this e-mail address" in page.content


def test_an_open_screen_is_not_enough_to_change_the_address_a_new_password_is_sent_to(rep, sign_in):
    rep.set_password("right horse battery")
    rep.save()
    client, url, before = sign_in(rep), reverse("feedback:profile"), rep.email
    given = {"name": "Rita New", "email": "elsewhere@example.com", "time_zone": "UTC"}
    for wrong in ("", "wrong horse"):
        assert client.post(url, given | {"password": wrong}).status_code == 422
    assert client.post(url, given | {"email": before}).status_code == 302  # anything else needs none
    rep.refresh_from_db()
    assert (rep.name, rep.email) == ("Rita New", before)
    assert client.post(url, given | {"password": "right horse battery"}).status_code == 302
    rep.refresh_from_db()
    assert rep.email == "elsewhere@example.com"
