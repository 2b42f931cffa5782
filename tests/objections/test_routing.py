"""A theme routed to the team that can change something: with its requests, told, listed by team, and taken back."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from feedback.audit import Asked, entries
from feedback.business_days import add_business_days, business_days_between
from feedback.models import Notification
from objections.actions import routings
from objections.actions.content import move_request, request_content, triage_request
from objections.actions.moving import hold_themes
from objections.actions.placements import ThemeGone
from objections.actions.routings import (
    note_on_routing,
    restore_routing,
    route_theme,
    take_back_theme,
    undo_routing,
)
from objections.actions.themes import change_theme
from objections.models import Routing, Theme
from tests.factories import (
    make_collateral,
    make_lost,
    make_objection,
    make_opportunity,
    make_request,
    make_theme,
    place,
)

TRIAGE = reverse("objections:theme_triage")
ROUTED = reverse("objections:theme_routed")


@pytest.fixture
def theme(rep):
    return heard(make_theme("Dear"), rep, make_lost(amount=500))


def heard(theme, author, *deals):
    for deal in deals:
        place(make_objection("too dear", author=author, opportunity=deal), theme)
    return theme


def days_ago(moves, days):
    """As if the moves were made then; the day it was."""
    moves.update(at=timezone.now() - timedelta(days=days))
    return timezone.localdate() - timedelta(days=days)


def taken_back(theme, by):
    requests, _ = take_back_theme(theme=theme, by=by)
    return requests


def route(client, theme, **data):
    data = {"to": "pricing", "why": "The tariff is theirs"} | data
    return client.post(reverse("objections:routing_create", args=[theme.pk]), data, follow=True)


def test_one_step_takes_it_out_of_triage_and_undo_brings_it_back(theme, marketer, sign_in):
    client = sign_in(marketer)

    page = route(client, theme)

    theme.refresh_from_db()
    routing = Routing.objects.get()
    assert (theme.owner, routing.to, routing.by) == ("pricing", "pricing", marketer)
    assert routing.why == "The tariff is theirs"
    assert page.context["triage"].rows == []
    assert page.context["triage"].routed == 1
    undo = reverse("objections:routing_undo", args=[routing.pk])
    assert undo in page.content.decode()

    client.post(undo)
    theme.refresh_from_db()
    routing.refresh_from_db()
    assert (theme.owner, routing.ended_by) == ("marketing", marketer)
    assert [row.theme for row in client.get(TRIAGE).context["triage"].rows] == [theme]


@pytest.mark.parametrize("data", [{"to": ""}, {"to": "marketing"}, {"why": ""}, {"why": "x" * 501}])
def test_it_asks_for_a_team_and_a_reason(data, theme, marketer, sign_in):
    page = route(sign_in(marketer), theme, **data)

    assert page.status_code == 422
    assert not Routing.objects.exists()


def test_its_requests_go_along_with_the_same_reason_and_their_askers_are_told(theme, rep, marketer):
    request = request_content(themes=[theme], title="Price sheet", type="pricing sheet", by=rep)

    routing = route_theme(theme=theme, to="pricing", why="The tariff is theirs", by=marketer)

    move = request.moves.last()
    request.refresh_from_db()
    assert (request.state, move.routed_to, move.why) == ("routed", "pricing", "The tariff is theirs")
    assert list(routing.moves.all()) == [move]
    told = Notification.objects.get(to=rep)
    assert told.title == "“Price sheet” went to pricing"
    assert told.body == "The reason: The tariff is theirs"


def test_a_request_that_serves_another_theme_of_marketings_stays_until_that_goes_too(theme, rep, marketer):
    other, gone = make_theme("Slow"), make_theme("Gone", state="retired")
    request = make_request(by=rep, themes=[theme, other, gone])

    route_theme(theme=theme, to="pricing", why="x", by=marketer)
    request.refresh_from_db()
    assert request.state == "new"

    route_theme(theme=other, to="product", why="y", by=marketer)
    request.refresh_from_db()
    assert (request.state, request.moves.last().routed_to) == ("routed", "product")


@pytest.mark.parametrize("state", ["new", "in review"])
def test_taking_it_back_gives_the_requests_back_as_they_were_with_the_days_they_waited(state, theme, rep, marketer):
    today = timezone.localdate()
    request = make_request(by=rep, themes=[theme], state=state, due_on=today + timedelta(days=14))
    routing = route_theme(theme=theme, to="legal", why="x", by=marketer)
    routed_on = days_ago(routing.moves, 7)

    assert taken_back(theme, marketer) == [request]

    request.refresh_from_db()
    assert request.state == state
    assert not Notification.objects.filter(to=rep).exists()
    if state != "new":
        waited = business_days_between(routed_on, today)
        assert request.due_on == add_business_days(today + timedelta(days=14), waited)


@pytest.mark.parametrize("teams", [{"legal": 7}, {"product": 21, "legal": 7}])
def test_a_request_on_hold_comes_back_with_the_days_of_the_hold_and_at_each_team(teams, theme, rep, marketer):
    today = timezone.localdate()
    due_on = today + timedelta(days=14)
    request = make_request(by=rep, owner=marketer, themes=[theme], state="in production", due_on=due_on)
    move_request(request=request, to="on hold", why="Later", by=marketer)
    held_on = days_ago(request.moves, 28)
    expected = add_business_days(due_on, business_days_between(held_on, today))
    for team, days in teams.items():
        route_theme(theme=theme, to=team, why="x", by=marketer)
        routed_on = days_ago(request.moves.filter(routed_to=team), days)
        expected = add_business_days(expected, business_days_between(routed_on, today))

    assert taken_back(theme, marketer) == [request]
    request.refresh_from_db()
    assert (request.state, request.due_on) == ("on hold", expected)

    move_request(request=request, to="in production", by=marketer)
    assert request.due_on == expected


def test_a_request_that_was_taken_up_meanwhile_is_left_where_it_is(theme, rep, marketer):
    request = make_request(by=rep, themes=[theme])
    route_theme(theme=theme, to="legal", why="x", by=marketer)
    move_request(request=request, to="new", by=marketer)
    triage_request(request=request, by=marketer, owner=marketer)

    assert taken_back(theme, marketer) == []
    request.refresh_from_db()
    assert request.state == "triaged"


def test_each_of_two_themes_taken_back_is_in_triage_again(theme, rep, marketer, sign_in):
    other = heard(make_theme("Slow"), rep, make_lost("Slow"))
    request = make_request(by=rep, themes=[theme, other], state="in review")
    route_theme(theme=theme, to="pricing", why="x", by=marketer)
    second = route_theme(theme=other, to="product", why="y", by=marketer)
    assert second.moves.count() == 1

    assert taken_back(theme, marketer) == [request]
    request.refresh_from_db()
    assert (request.state, second.moves.count()) == ("in review", 0)
    triage = sign_in(marketer).get(TRIAGE).context["triage"]
    assert (triage.in_work, triage.routed) == (1, 1)

    assert taken_back(other, marketer) == []
    request.refresh_from_db()
    assert request.state == "in review"
    move_request(request=request, to="declined", why="No", by=marketer)
    assert len(sign_in(marketer).get(TRIAGE).context["triage"].rows) == 2


def test_it_goes_on_to_another_team_and_back_with_its_requests(theme, rep, marketer, leader):
    request = make_request("Price sheet", by=rep, themes=[theme], state="in review")
    first = route_theme(theme=theme, to="product", why="x", by=marketer)
    second = route_theme(theme=theme, to="legal", why="y", by=leader)

    first.refresh_from_db()
    assert (first.ended_by, second.replaces, second.from_owner) == (leader, first, "product")
    assert list(Routing.objects.live()) == [second]
    move = request.moves.last()
    assert (move.routed_to, move.why, list(second.moves.all())) == ("legal", "y", [move])
    told = Notification.objects.filter(to=rep, title="“Price sheet” went to legal")
    assert told.get().body == "The reason: y"

    assert taken_back(theme, marketer) == [request]
    request.refresh_from_db()
    assert request.state == "in review"
    assert not Notification.objects.filter(to=rep).exists()


def test_undo_gives_it_back_to_the_team_that_had_it_with_its_requests(theme, rep, marketer, leader, sign_in):
    request = make_request("Price sheet", by=rep, themes=[theme], state="in review")
    first = route_theme(theme=theme, to="product", why="No export", by=marketer)
    note_on_routing(routing=first, text="In the plan", by=marketer)
    move_request(request=request, to="new", by=marketer)
    own, client = make_request("Clause", by=rep, themes=[theme]), sign_in(leader)
    move_request(request=request, to="routed", routed_to="product", why="After all", by=marketer)
    first.moves.set(request.moves.filter(why="After all"))
    route(client, theme, to="legal", why="A clause")
    second = Routing.objects.live().get()
    assert {row.moves.last().routed_to for row in (request, own)} == {"legal"}

    undo = reverse("objections:routing_undo", args=[second.pk])
    words = client.post(undo, follow=True).content.decode()

    assert "is product&#x27;s again. 1 request came back to the queue." in words
    for row in (theme, request, own):
        row.refresh_from_db()
    assert (theme.owner, Routing.objects.live().get()) == ("product", first)
    assert (request.state, request.moves.last().routed_to, own.state) == ("routed", "product", "new")
    assert list(first.moves.all()).count(request.moves.last()) == 1
    assert not Notification.objects.filter(to=rep, title__endswith="to legal").exists()
    (row,) = client.get(ROUTED).context["teams"][0].themes
    assert (row.why, row.note.text) == ("No export", "In the plan")

    assert "nothing was undone" in client.post(undo, follow=True).content.decode()
    assert taken_back(theme, marketer) == [request]
    request.refresh_from_db()
    assert request.state == "new"


def test_undo_of_what_was_given_away_without_a_routing_gives_it_back_to_that_team(rep, marketer):
    theme = make_theme("Dear", owner="legal")
    request = make_request(by=rep, themes=[theme])
    routing = route_theme(theme=theme, to="product", why="x", by=marketer)

    assert undo_routing(routing=routing, by=marketer) == [request]
    theme.refresh_from_db()
    assert (theme.owner, Routing.objects.live().exists()) == ("legal", False)


def test_undo_of_a_routing_gives_back_what_went_along_with_another_theme(theme, rep, marketer):
    other = make_theme("Slow")
    request = make_request(by=rep, themes=[theme, other])
    first = route_theme(theme=theme, to="pricing", why="x", by=marketer)
    route_theme(theme=other, to="product", why="y", by=marketer)

    assert undo_routing(routing=first, by=marketer) == [request]


def test_a_theme_given_away_without_a_routing_takes_back_what_went_along_with_another(theme, rep, marketer):
    given = make_theme("Given", owner="legal")
    request = make_request(by=rep, themes=[theme, given])
    routing = route_theme(theme=theme, to="product", why="x", by=marketer)

    assert take_back_theme(theme=given, by=marketer) == ([request], None)
    assert not routing.moves.exists()


def test_a_taking_back_can_be_undone_and_requests_go_along_unless_they_moved(theme, rep, marketer, leader, sign_in):
    other = make_theme("Slow")
    shared = make_request("Shared", by=rep, themes=[theme, other])
    planned = {"by": rep, "owner": marketer, "due_on": timezone.localdate(), "state": "in review"}
    along, moved, routed = (make_request(name, themes=[theme], **planned) for name in ("Along", "Moved", "Routed"))
    old = route_theme(theme=theme, to="pricing", why="The tariff", by=marketer)
    route_theme(theme=other, to="product", why="y", by=marketer)
    note_on_routing(routing=old, text="A tier", by=marketer)
    client = sign_in(leader)

    page = client.post(reverse("objections:theme_take_back", args=[theme.pk]), follow=True).content.decode()
    restore = reverse("objections:routing_restore", args=[old.pk])
    assert "4 requests came back to the queue." in page
    assert restore in page
    move_request(request=moved, to="approved", why="Fits", by=marketer)
    move_request(request=routed, to="routed", routed_to="legal", why="Theirs", by=marketer)
    move_request(request=routed, to="new", by=marketer)
    asked_since = make_request("Since", by=rep, themes=[theme])
    page = client.post(restore, follow=True).content.decode()

    new = Routing.objects.live().get(theme=theme)
    assert reverse("objections:routing_undo", args=[new.pk]) in page
    assert (new.to, new.why, new.by, new.notes.get().text) == ("pricing", "The tariff", leader, "A tier")
    old.refresh_from_db()
    assert old.ended_by == leader
    for row in (along, shared, moved, routed, asked_since):
        row.refresh_from_db()
    assert [row.state for row in (along, shared)] == ["routed", "routed"]
    assert [row.state for row in (moved, routed, asked_since)] == ["approved", "new", "new"]
    assert (along.moves.last().routed_to, shared.moves.last().routed_to) == ("pricing", "product")
    assert Notification.objects.filter(to=rep, title="“Along” went to pricing").count() == 1

    assert "was routed anew meanwhile" in client.post(restore, follow=True).content.decode()
    assert set(taken_back(other, marketer)) == {shared}
    assert taken_back(theme, marketer) == [along]


def test_a_request_that_serves_a_theme_of_marketings_since_does_not_go_along_again(theme, rep, marketer):
    request = make_request(by=rep, themes=[theme])
    routing = route_theme(theme=theme, to="legal", why="x", by=marketer)
    take_back_theme(theme=theme, by=marketer)
    request.themes.add(make_theme("Slow"))

    assert list(restore_routing(routing=routing, by=marketer).moves.all()) == []


def test_what_is_the_teams_already_is_said_and_offers_no_undo(theme, marketer, leader, sign_in):
    routing = route_theme(theme=theme, to="legal", why="A clause", by=marketer)

    page = route(sign_in(leader), theme, to="legal", why="Their words")

    assert page.status_code == 422
    words = page.content.decode()
    assert "is legal&#x27;s already: A clause" in words
    assert "Their words" in words
    assert reverse("objections:routing_undo", args=[routing.pk]) not in words
    assert list(Routing.objects.all()) == [routing]

    page = route(sign_in(marketer), theme, to="legal", why="A clause")  # sent twice
    assert reverse("objections:routing_undo", args=[routing.pk]) in page.content.decode()


def test_taking_back_what_is_marketings_offers_no_undo(theme, marketer, sign_in):
    page = sign_in(marketer).post(reverse("objections:theme_take_back", args=[theme.pk]), follow=True).content.decode()

    assert "is marketing&#x27;s already." in page
    assert "/restore/" not in page


def test_twice_is_harmless(theme, marketer):
    routing = route_theme(theme=theme, to="legal", why="x", by=marketer)

    assert route_theme(theme=theme, to="legal", why="y", by=marketer) == routing
    assert take_back_theme(theme=theme, by=marketer) == ([], routing)
    assert take_back_theme(theme=theme, by=marketer) == ([], None)
    theme.refresh_from_db()
    assert theme.history.count() == 3
    note = note_on_routing(routing=routing, text="Done", by=marketer)
    assert note_on_routing(routing=routing, text="Done", by=marketer) == note


@pytest.mark.parametrize("name", ["theme_take_back", "routing_undo", "routing_restore"])
def test_a_theme_that_goes_at_the_same_moment_is_said(name, theme, marketer, sign_in, monkeypatch):
    routing, client = route_theme(theme=theme, to="legal", why="x", by=marketer), sign_in(marketer)

    def retires_first(*ids):
        Theme.objects.filter(pk=theme.pk).update(state="retired")
        return hold_themes(*ids)

    monkeypatch.setattr(routings, "hold_themes", retires_first)
    pk = theme.pk if name == "theme_take_back" else routing.pk
    page = client.post(reverse(f"objections:{name}", args=[pk]), {"next": ROUTED}, follow=True)

    assert "“Dear” was merged or retired." in page.content.decode()
    theme.refresh_from_db()
    assert theme.owner == "legal"


def test_a_theme_that_is_gone_is_not_routed(marketer, sign_in):
    gone = make_theme("Gone", state="retired")

    assert route(sign_in(marketer), gone).status_code == 404
    with pytest.raises(ThemeGone):
        route_theme(theme=gone, to="legal", why="x", by=marketer)


def test_the_database_keeps_one_live_routing_a_theme(theme, marketer):
    route_theme(theme=theme, to="legal", why="x", by=marketer)

    ended = {"ended_at": timezone.now(), "ended_by": marketer}
    for wrong in ({}, {"ended_at": timezone.now()}, {"to": "marketing"} | ended):
        with pytest.raises(IntegrityError), transaction.atomic():
            Routing.objects.create(**({"theme": theme, "to": "product", "why": "y", "by": marketer} | wrong))


def test_the_form_of_a_theme_leaves_its_owner_alone(theme, marketer, sign_in):
    data = {"name": "Dearer", "definition": "x", "category": theme.category_id, "owner": "pricing"}
    sign_in(marketer).post(reverse("objections:theme_edit", args=[theme.pk]), data)

    theme.refresh_from_db()
    assert (theme.name, theme.owner) == ("Dearer", "marketing")
    route_theme(theme=theme, to="legal", why="x", by=marketer)
    change_theme(theme=theme, by=marketer)  # a form that was opened before
    theme.refresh_from_db()
    assert theme.owner == "legal"


def test_the_page_lists_them_by_team_with_what_each_deal_costs_once(rep, marketer, sign_in):
    shared, opened = make_lost("Shared", amount=1000), make_opportunity("Open", amount=70)
    dear, dearer = heard(make_theme("Dear"), rep, shared, opened), heard(make_theme("Dearer"), rep, shared)
    slow = heard(make_theme("Slow"), rep, make_lost("Slow", amount=5000))
    routing = route_theme(theme=dear, to="pricing", why="The tariff is theirs", by=marketer)
    route_theme(theme=dearer, to="pricing", why="The same", by=marketer)
    route_theme(theme=slow, to="product", why="No export", by=marketer)
    heard(make_theme("Ours"), rep, shared)
    note_on_routing(routing=routing, text="Tested a tier", by=marketer)
    note_on_routing(routing=routing, text="The tier is live", by=marketer)

    page = sign_in(rep).get(ROUTED)

    product, pricing = page.context["teams"]
    assert (product.label, product.lost.total, [row.theme for row in product.themes]) == ("Product", 5000, [slow])
    assert (pricing.lost.total, pricing.open.total) == (1000, 70)
    assert [(row.theme, row.lost.total) for row in pricing.themes] == [(dear, 1000), (dearer, 1000)]
    assert (str(pricing.themes[0].note), pricing.themes[0].by) == ("The tier is live", marketer)
    words = page.content.decode()
    assert "The tariff is theirs" in words
    assert "Take back" not in words


def test_what_was_given_away_without_a_routing_is_listed_since_then_and_can_be_taken_back(rep, marketer, sign_in):
    theme = heard(make_theme("Dear"), rep, make_lost())
    long_ago = timezone.now() - timedelta(days=40)
    theme.history.update(history_date=long_ago - timedelta(days=9))
    theme.owner = "legal"
    theme.save()
    theme.history.filter(owner="legal").update(history_date=long_ago)
    theme.name = "Dearer"
    theme.save()
    client = sign_in(marketer)

    row = client.get(ROUTED).context["teams"][0].themes[0]
    assert (row.since, row.routing) == (long_ago, None)

    client.post(reverse("objections:theme_take_back", args=[theme.pk]))
    assert client.get(ROUTED).context["teams"] == []


def test_another_teams_theme_that_marketing_answers_is_listed_only_once_somebody_routed_it(rep, marketer, sign_in):
    asked, answered, waiting = (
        heard(make_theme(name, owner="pricing"), rep, make_lost()) for name in ("Asked", "Answered", "Waiting")
    )
    make_request(by=marketer, themes=[asked])
    make_collateral(owner=marketer, themes=[answered])
    client = sign_in(marketer)

    def listed():
        return {row.theme for team in client.get(ROUTED).context["teams"] for row in team.themes}

    assert listed() == {waiting}
    triage = client.get(TRIAGE).context["triage"]
    assert (triage.answered, triage.in_work, triage.routed) == (1, 1, 1)
    route_theme(theme=answered, to="pricing", why="Words do not help", by=marketer)
    assert listed() == {waiting, answered}


def test_a_theme_of_marketings_whose_request_was_routed_is_listed_with_it(theme, rep, marketer, sign_in):
    other = make_theme("Slow", owner="product")
    request = make_request(by=rep, themes=[theme, other])
    move_request(request=request, to="routed", routed_to="legal", why="A clause", by=marketer)

    page = sign_in(marketer).get(ROUTED)

    (row,) = page.context["teams"][0].themes
    assert (row.theme, row.team, row.why, row.request) == (theme, "legal", "A clause", request)
    assert request.get_absolute_url() in page.content.decode()


def test_what_came_of_it_is_kept_with_the_theme(theme, marketer, sign_in):
    routing = route_theme(theme=theme, to="pricing", why="The tariff is theirs", by=marketer)
    client, url = sign_in(marketer), reverse("objections:routing_note_create", args=[routing.pk])

    assert client.post(url, {"text": ""}).status_code == 422
    assert "The tier is live" in client.post(url, {"text": "The tier is live"}, follow=True).content.decode()
    assert "The tier is live" in client.get(url).content.decode()
    page = client.get(theme.get_absolute_url()).content.decode()
    assert "told what came of it: The tier is live" in page
    assert "routed it to pricing: The tariff is theirs" in page
    assert "gave it to pricing" not in page
    take_back_theme(theme=theme, by=marketer)
    assert client.get(url).status_code == 404


def test_the_audit_tells_it_with_the_reason(theme, marketer, admin, sign_in):
    routing = route_theme(theme=theme, to="pricing", why="The tariff is theirs", by=marketer)
    note_on_routing(routing=routing, text="The tier is live", by=marketer)
    take_back_theme(theme=theme, by=marketer)

    page = sign_in(admin).get(reverse("feedback:audit_list")).content.decode()

    for words in ("Theme routed", "The tariff is theirs", "The tier is live", "Theme&#x27;s routing ended"):
        assert words in page


def test_the_audit_tells_each_change_of_owner_once(theme, rep, marketer):
    def told():
        rows, _ = entries(Asked(), 50)
        return [
            (row.kind, change.after) for row in rows for change in row.changes if change.field in ("To", "Owner team")
        ]

    before = told()
    route_theme(theme=theme, to="product", why="x", by=marketer)
    assert told() == [("Theme routed", "Product"), *before]
    second = route_theme(theme=theme, to="legal", why="y", by=marketer)
    assert told()[:2] == [("Theme routed", "Legal"), ("Theme's routing ended", "Product")]
    undo_routing(routing=second, by=marketer)
    assert set(told()[:2]) == {("Theme", "Product"), ("Theme's routing ended", "Legal")}
    take_back_theme(theme=theme, by=marketer)
    assert told()[0] == ("Theme's routing ended", "Product")
    assert told().count(("Theme", "Marketing")) == before.count(("Theme", "Marketing"))

    given = make_theme("Given", owner="legal")
    take_back_theme(theme=given, by=marketer)
    assert told()[0] == ("Theme", "Marketing")


def test_it_explains_itself_while_nothing_is_routed(rep, sign_in):
    assert "Nothing is with another team" in sign_in(rep).get(ROUTED).content.decode()


@pytest.mark.parametrize("many", [2, 30])
def test_the_page_costs_the_same_queries_for_many_themes(many, rep, marketer, sign_in, django_assert_max_num_queries):
    for number in range(many):
        theme = heard(make_theme(f"Theme {number}"), rep, make_lost(f"Lost {number}"))
        routing = route_theme(theme=theme, to=["legal", "product"][number % 2], why="x", by=marketer)
        note_on_routing(routing=routing, text="Done", by=marketer)
    client = sign_in(marketer)

    with django_assert_max_num_queries(26):
        assert sum(len(team.themes) for team in client.get(ROUTED).context["teams"]) == many
