from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from objections.actions.checklists import add_item, tick_item
from objections.actions.comments import add_comment
from objections.actions.joins import join_request
from objections.board import IN_A_COLUMN
from objections.models import ContentRequest
from objections.models.content import RequestState
from tests.factories import (
    make_collateral,
    make_competitor,
    make_lost,
    make_objection,
    make_opportunity,
    make_request,
    make_theme,
    make_user,
    place,
)

LIST = reverse("objections:request_list")
NEW = reverse("objections:request_create")


def url(name, row):
    return reverse(f"objections:{name}", args=[row.pk])


def titles(page):
    return [row.title for column in columns_of(page) for row in column.cards]


def columns_of(page):
    """Of a board without lanes."""
    return page.context["board"].lanes[0].columns


def test_the_board_shows_what_is_in_the_queue_by_state(rep, marketer, sign_in):
    make_request("Asked", by=rep)
    make_request("Held", by=rep, state="on hold")
    make_request("Done", by=rep, state="worked")

    columns = {c.title: [r.title for r in c.cards] for c in columns_of(sign_in(rep).get(LIST))}

    assert columns["New"] == ["Asked"]
    assert columns["Paused"] == ["Held"]
    assert "Closed: worked" not in columns


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "closed"}, ["Worked"]),
        ({"owner": "marketer"}, ["Owned"]),
        ({"type": "battlecard"}, ["Card"]),
        ({"theme": "theme"}, ["Themed"]),
        ({"clock": "overdue"}, ["Late"]),
        ({"whose": "asked"}, ["Mine"]),
        ({"q": "aRd"}, ["Card"]),
    ],
)
def test_one_filter_serves_board_and_table(rep, marketer, sign_in, query, found):
    theme = make_theme()
    make_request("Worked", by=marketer, state="worked")
    make_request("Owned", by=marketer, owner=marketer)
    make_request("Card", by=marketer, type="battlecard")
    make_request("Themed", by=marketer, themes=[theme])
    make_request("Late", by=marketer, state="triaged", due_on=timezone.localdate() - timedelta(days=4))
    make_request("Paused", by=marketer, state="on hold", due_on=timezone.localdate() - timedelta(days=1))
    make_request("Mine", by=rep)
    query = {k: {"marketer": marketer.pk, "theme": theme.pk}.get(v, v) for k, v in query.items()}
    client = sign_in(rep)

    assert titles(client.get(LIST, query)) == found
    assert [r.title for r in client.get(LIST, {**query, "view": "table"}).context["page"]] == found


def test_a_filter_that_means_nothing_does_not_break_the_page(rep, sign_in):
    assert sign_in(rep).get(LIST, {"state": "banana", "owner": "x", "view": "table", "page": "x"}).status_code == 200


@pytest.mark.parametrize("view", ["board", "table"])
def test_the_list_costs_the_same_number_of_queries_for_many(
    rep, marketer, sign_in, django_assert_max_num_queries, view
):
    themes = [make_theme(f"Theme {n}") for n in range(3)]
    for number in range(30):
        owner = make_user(f"Owner {number}", role="marketer")
        row = make_request(f"Request {number}", by=rep, themes=themes, state="triaged", owner=owner)
        row.opportunities.add(make_opportunity())
        place(make_objection(author=rep), themes[0])
    client = sign_in(marketer)
    with django_assert_max_num_queries(20):
        client.get(LIST, {"view": view})


def test_a_card_counts_each_voice_once_and_the_deals_that_wait(rep, sign_in):
    one, two = make_theme("One"), make_theme("Two")
    row = make_request(by=rep, themes=[one, two])
    place(make_objection(author=rep), one)
    place(make_objection(author=rep), two)
    place(make_objection(author=rep, withdrawn_at=timezone.now(), withdrawn_by=rep), two)
    row.opportunities.add(make_opportunity())

    page = sign_in(rep).get(LIST)

    assert "Heard 2 times · 1 deal waiting" in page.content.decode()


def test_requests_without_a_day_come_last(rep, sign_in):
    for title, due_on in (("No day", None), ("Late", date(2020, 1, 1)), ("Later", date(2030, 1, 1))):
        make_request(title, by=rep, due_on=due_on)
    assert titles(sign_in(rep).get(LIST)) == ["Late", "Later", "No day"]


def test_a_column_shows_its_most_urgent_and_says_how_many_more_there_are(rep, sign_in):
    today = timezone.localdate()
    for days in range(IN_A_COLUMN + 3, 0, -1):
        make_request(f"Sheet {days}", by=rep, due_on=today + timedelta(days=days))
    make_request("On hold", by=rep, state=RequestState.ON_HOLD)
    page = sign_in(rep).get(LIST)
    new, *others = columns_of(page)
    assert [row.title for row in new.cards] == [f"Sheet {days + 1}" for days in range(IN_A_COLUMN)]
    assert (new.count, new.more) == (IN_A_COLUMN + 3, 3)
    assert "and 3 more in the table" in page.text
    assert {column.more for column in others} == {0}


def test_htmx_gets_the_board_alone(rep, sign_in):
    page = sign_in(rep).get(LIST, headers={"HX-Request": "true"})
    assert "<html" not in page.content.decode()


def test_the_detail_page_shows_moves_with_who_and_why_at_a_bounded_cost(
    rep, marketer, sign_in, django_assert_max_num_queries
):
    row = make_request(by=rep, themes=[make_theme(f"T{n}") for n in range(5)])
    for number in range(12):
        make_collateral(f"Piece {number}", owner=marketer, request=row)
        row.opportunities.add(make_opportunity(account=f"Account {number}"))
        to = "on hold" if number % 2 else "needs info"
        person = make_user(f"P{number}")
        row.moves.create(from_state="new", to_state=to, by=person, why=f"why {number}")
        add_comment(request=row, text=f"@P{number} see what {number} says", by=make_user(f"Q{number}"))
        item = add_item(request=row, text=f"Check {number}", by=person)
        tick_item(item=item, done=number % 2 == 0, by=person)
        join_request(request=row, by=person, deal=make_opportunity(account=f"Joined {number}"))
    client = sign_in(marketer)

    with django_assert_max_num_queries(44):
        page = client.get(row.get_absolute_url())

    assert "moved it from new to on hold: why 11" in page.content.decode()


def test_asking_from_a_theme_fills_in_what_buyers_said(rep, company, sign_in):
    theme = make_theme("Too dear")
    deal = make_lost(amount=5000, closed_on=timezone.localdate())
    rival = make_competitor("Rivalry")
    for text in ("twice the price", "cannot justify it"):
        voice = make_objection(text, author=rep, opportunity=deal, is_quote=True, competitor=rival, raised_by="CFO")
        place(voice, theme)

    initial = sign_in(rep).get(NEW, {"theme": theme.pk}).context["form"].initial

    assert initial["title"] == "Answer to “Too dear”"
    assert initial["themes"] == [theme]
    assert "Heard 2 times on 1 deal. EUR 5,000 lost on 1 deal in the last 12 months." in initial["brief"]
    assert "– “twice the price” (CFO)" in initial["brief"]
    assert "Competitors named: Rivalry (2)." in initial["brief"]


@pytest.mark.parametrize("theme", ["x", "999999", "9" * 40, "-1"])
def test_a_theme_that_is_not_there_leaves_the_form_empty(rep, sign_in, theme):
    page = sign_in(rep).get(NEW, {"theme": theme})
    assert (page.status_code, page.context["form"].initial) == (200, {})


def test_a_reps_ask_enters_as_new_by_a_shorter_form(rep, sign_in):
    theme, client = make_theme(), sign_in(rep)
    assert "owner" not in client.get(NEW).context["form"].fields

    answer = client.post(NEW, {"title": "Sheet", "type": "pricing sheet", "themes": [theme.pk], "owner": rep.pk})

    row = ContentRequest.objects.get()
    assert answer.url == row.get_absolute_url()
    assert (row.state, row.owner, row.by) == ("new", None, rep)


def test_a_marketers_with_an_owner_is_triaged(marketer, sign_in):
    theme = make_theme()
    data = {"title": "Sheet", "type": "pricing sheet", "themes": [theme.pk], "size": "small", "owner": marketer.pk}
    sign_in(marketer).post(NEW, data)
    assert ContentRequest.objects.get().state == "triaged"


def test_a_form_without_a_theme_is_refused_and_keeps_what_was_typed(rep, sign_in):
    page = sign_in(rep).post(NEW, {"title": "My own title", "type": "pricing sheet", "brief": "My own brief"})
    assert page.status_code == 422
    assert "My own title" in page.content.decode()
    assert "My own brief" in page.content.decode()
    assert not ContentRequest.objects.exists()


@pytest.mark.parametrize(
    "bad", [{"due_on": "2020-01-01"}, {"due_on": "2999-01-01", "owner": ""}, {"owner": "rep"}, {"type": "poem"}]
)
def test_a_marketers_bad_input_is_refused(rep, marketer, sign_in, bad):
    data = {"title": "Sheet", "type": "pricing sheet", "themes": [make_theme().pk], "size": "small"}
    data["owner"] = marketer.pk
    page = sign_in(marketer).post(NEW, {**data, **{k: rep.pk if v == "rep" else v for k, v in bad.items()}})
    assert (page.status_code, ContentRequest.objects.count()) == (422, 0)


def test_editing_offers_only_open_deals_that_raised_its_themes(rep, marketer, sign_in):
    theme = make_theme()
    raised, lost, other = make_opportunity("Raised"), make_lost("Lost"), make_opportunity("Other")
    for deal in (raised, lost):
        place(make_objection(author=rep, opportunity=deal), theme)
    row = make_request(by=rep, themes=[theme])
    client, edit = sign_in(marketer), url("request_edit", row)
    assert list(client.get(edit).context["form"].fields["deals"].queryset) == [raised]

    data = {"title": "Sharper", "type": "pricing sheet", "themes": [theme.pk]}
    assert client.post(edit, {**data, "deals": [other.pk]}).status_code == 422
    assert client.post(edit, {**data, "deals": [raised.pk]}).status_code == 302

    row.refresh_from_db()
    assert (row.title, list(row.opportunities.all())) == ("Sharper", [raised])
    assert "changed the title" in client.get(row.get_absolute_url()).content.decode()


def test_of_many_waiting_deals_only_the_newest_are_shown_and_the_others_stay(marketer, sign_in):
    row = make_request(by=marketer, themes=[make_theme()])
    deals = [make_opportunity(f"Deal {number}") for number in range(53)]
    row.opportunities.set(deals)
    client, edit = sign_in(marketer), url("request_edit", row)

    form = client.get(edit).context["form"]
    shown = form["shown"].initial
    assert shown == [deal.pk for deal in reversed(deals[3:])]
    assert len(form["deals"].subwidgets) == 50
    assert form["deals"].help_text == "The newest 50 of 53. The other 3 stay as they are."
    data = {"title": "Sheet", "type": "pricing sheet", "themes": [row.themes.get().pk], "shown": shown}
    assert client.post(edit, {**data, "deals": shown[:1]}).status_code == 302

    assert set(row.opportunities.all()) == {*deals[:3], deals[-1]}


@pytest.mark.parametrize("shown", ["x", "9" * 40, "-1"])
def test_what_was_shown_may_say_anything(marketer, sign_in, shown):
    row = make_request(by=marketer, themes=[make_theme()])
    data = {"title": "Sheet", "type": "pricing sheet", "themes": [row.themes.get().pk], "shown": shown}
    assert sign_in(marketer).post(url("request_edit", row), data).status_code == 302


def test_the_detail_page_shows_twelve_waiting_deals_open_ones_first(marketer, sign_in):
    row = make_request(by=marketer, themes=[make_theme()])
    row.opportunities.set([make_lost(f"Lost {n}") for n in range(3)] + [make_opportunity(f"D {n}") for n in range(12)])
    page = sign_in(marketer).get(row.get_absolute_url())
    assert [deal.name for deal in page.context["waiting"]] == [f"D {n}" for n in reversed(range(12))]
    assert "and 3 more" in page.content.decode()


def test_a_rep_edits_an_own_ask_until_it_is_triaged(rep, sign_in):
    row, client = make_request(by=rep, themes=[make_theme()]), sign_in(rep)
    data = {"title": "Sharper", "type": "pricing sheet", "themes": [row.themes.get().pk]}
    assert client.post(url("request_edit", row), data).status_code == 302
    ContentRequest.objects.update(state=RequestState.TRIAGED)
    assert client.post(url("request_edit", row), data).status_code == 403


def test_a_button_moves_the_request_and_comes_back_to_the_board(marketer, sign_in):
    row = make_request(by=marketer, owner=marketer, state="triaged", due_on=date(2030, 1, 1))
    data = {"to": "in production", "next": f"{LIST}?whose=mine"}
    answer = sign_in(marketer).post(url("request_move", row), data)
    row.refresh_from_db()
    assert (row.state, answer.url) == ("in production", f"{LIST}?whose=mine")


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "nowhere"])
def test_it_never_sends_people_to_what_is_no_page_of_ours(elsewhere, marketer, sign_in):
    row = make_request(by=marketer, owner=marketer, state="triaged", due_on=date(2030, 1, 1))
    data = {"to": "in production", "next": elsewhere}
    assert sign_in(marketer).post(url("request_move", row), data).url == row.get_absolute_url()


@pytest.mark.parametrize("to", ["published", "banana", "", "worked"])
def test_an_illegal_move_answers_422_and_says_why(marketer, sign_in, to):
    row = make_request(by=marketer)
    page = sign_in(marketer).post(url("request_move", row), {"to": to})
    row.refresh_from_db()
    assert (page.status_code, row.state) == (422, "new")
    assert "cannot become" in page.content.decode()


def test_a_move_that_lacks_something_answers_422_and_says_what(marketer, sign_in):
    row = make_request(by=marketer, state="triaged", due_on=date(2030, 1, 1))
    page = sign_in(marketer).post(url("request_move", row), {"to": "in production"})
    assert page.status_code == 422
    assert "It still needs an owner." in page.content.decode()


def undo_of(page):
    (message,) = page.context["messages"]
    return message.extra_tags.removeprefix("undo:")


def test_publishing_offers_to_take_back_the_publication_it_made(marketer, sign_in):
    row = make_request(by=marketer, owner=marketer, state="approved", due_on=date(2030, 1, 1))
    piece, client = make_collateral(owner=marketer, request=row, published=False), sign_in(marketer)

    client.post(undo_of(client.post(url("request_move", row), {"to": "published"}, follow=True)))

    row.refresh_from_db()
    assert (row.state, piece.publications.count()) == ("approved", 0)


@pytest.mark.parametrize("is_live", [True, False])
def test_bringing_a_request_back_publishes_nothing_and_offers_no_undo(marketer, sign_in, is_live):
    row = make_request(by=marketer, owner=marketer, state="retired", due_on=date(2030, 1, 1))
    piece = make_collateral(owner=marketer, request=row)
    if not is_live:
        piece.publications.update(retired_at=timezone.now(), retired_by=marketer)

    page = sign_in(marketer).post(url("request_move", row), {"to": "published"}, follow=True)

    row.refresh_from_db()
    assert (page.status_code, row.state, undo_of(page)) == (200, "published", "")


def test_where_all_collateral_is_retired_the_next_step_is_new_collateral(marketer, sign_in):
    row = make_request(by=marketer, owner=marketer, state="approved", due_on=date(2030, 1, 1))
    piece = make_collateral(owner=marketer, request=row)
    piece.publications.update(retired_at=timezone.now(), retired_by=marketer)
    steps = sign_in(marketer).get(row.get_absolute_url()).context["steps"]
    assert steps[0].url == f"{reverse('objections:collateral_create')}?request={row.pk}"


def test_declining_without_a_reason_is_refused(marketer, sign_in):
    row = make_request(by=marketer)
    page = sign_in(marketer).post(url("request_move", row), {"to": "declined", "why": ""})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["why"])


@pytest.mark.parametrize("to", ["triaged", "declined", "merged", "routed", ""])
def test_every_move_has_a_page_that_works_without_javascript(marketer, sign_in, to):
    row = make_request(by=marketer)
    assert sign_in(marketer).get(url("request_move", row), {"to": to}).status_code == 200


def test_the_triage_form_gives_owner_size_and_due_date(rep, marketer, sign_in):
    row = make_request(by=rep)
    data = {"to": "triaged", "type": "battlecard", "size": "set", "owner": marketer.pk, "co_owner": rep.pk}
    page = sign_in(marketer).post(url("request_move", row), {**data, "owner": ""})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["owner"])

    sign_in(marketer).post(url("request_move", row), data)

    row.refresh_from_db()
    assert (row.state, row.type, row.size, row.owner, row.co_owner) == ("triaged", "battlecard", "set", marketer, rep)


def test_moving_to_where_it_is_changes_nothing(marketer, sign_in):
    row = make_request(by=marketer)
    answer = sign_in(marketer).post(url("request_move", row), {"to": "new"})
    assert (answer.status_code, row.moves.count()) == (302, 0)


MOVES = {"rep": 403, "manager": 403, "marketer": 302, "leader": 302, "admin": 302}


@pytest.mark.parametrize("role", MOVES)
def test_who_may_move_requests(request, sign_in, marketer, role):
    row = make_request(by=marketer, owner=marketer, state="triaged", due_on=date(2030, 1, 1))
    client = sign_in(request.getfixturevalue(role))
    assert client.post(url("request_move", row), {"to": "in production"}).status_code == MOVES[role]
    assert client.get(row.get_absolute_url()).status_code == 200
    assert client.get(LIST).status_code == 200
    assert client.get(NEW).status_code == 200


@pytest.mark.parametrize(("role", "status"), [("rep", 403), ("manager", 403), ("marketer", 200), ("leader", 200)])
def test_who_may_edit_the_request_of_another(request, sign_in, other_rep, role, status):
    row = make_request(by=other_rep)
    assert sign_in(request.getfixturevalue(role)).get(url("request_edit", row)).status_code == status


def test_the_rail_counts_late_and_new_ones_for_those_who_run_the_queue(rep, marketer, sign_in):
    make_request(by=rep, state="new")
    make_request(by=rep, state="triaged", due_on=timezone.localdate() - timedelta(days=4))
    make_request(by=rep, state="triaged", due_on=timezone.localdate())

    badges = {
        user.role: {e["label"]: e["badge"] for e in sign_in(user).get(LIST).context["shell"]["rail"]}
        for user in (rep, marketer)
    }

    assert badges["marketer"]["Content"] == 2
    assert badges["rep"]["Content"] == 0


def test_a_marketers_home_shows_the_queue_most_urgent_first(rep, marketer, sign_in):
    for days in (3, -5, 1):
        due = timezone.localdate() + timedelta(days=days)
        make_request(f"Due {days}", by=rep, state="triaged", due_on=due, owner=marketer)
    make_request("Held", by=rep, state="on hold", due_on=date(2020, 1, 1))

    shown = {p.key: c for p, c in sign_in(marketer).get(reverse("feedback:home")).context["panels"]}

    panel = shown["content-queue"]
    assert [row.title for row in panel["first"]] == ["Due -5", "Due 1", "Due 3"]
    assert (panel["count"], panel["late"]) == (4, 1)
