"""Lanes of the board, what is late first, and the load by person beside it."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.business_days import add_business_days
from feedback.kept import kept_once
from feedback.models import SavedFilter
from objections.board import IN_A_LANE, LANES
from objections.metrics import load_by_owner
from objections.models import ContentRequest
from objections.models.content import Size
from tests.factories import make_request, make_theme, make_user

LIST = reverse("objections:request_list")
FRIDAY, MONDAY = date(2026, 11, 27), date(2026, 11, 30)


@pytest.fixture
def people(marketer):
    return {"Mara": marketer, "Ben": make_user("Ben Hartog", role="marketer"), None: None}


def lanes(page):
    """Title → titles of cards by column."""
    return {
        lane.title: {column.title: [row.title for row in column.cards] for column in lane.columns if column.cards}
        for lane in page.context["board"].lanes
    }


def test_it_has_a_lane_for_each_owner_by_name_and_first_what_nobody_owns(rep, people, sign_in):
    make_request("A", by=rep, state="triaged", owner=people["Mara"])
    make_request("B", by=rep, state="in review", owner=people["Ben"])
    make_request("C", by=rep)

    found = lanes(sign_in(rep).get(LIST, {"lanes": "owner"}))

    assert list(found) == ["Nobody yet", "Ben Hartog", "Mara Marketer"]
    assert found == {
        "Nobody yet": {"New": ["C"]},
        "Ben Hartog": {"In review": ["B"]},
        "Mara Marketer": {"Triaged": ["A"]},
    }


def test_it_has_a_lane_for_each_type_and_keeps_the_filter(rep, people, sign_in):
    for title, type_ in (("A", "battlecard"), ("B", "case study"), ("C", "battlecard")):
        make_request(title, by=rep, type=type_, owner=people["Mara" if title != "C" else "Ben"], state="triaged")
    page = sign_in(rep).get(LIST, {"lanes": "type", "owner": people["Mara"].pk})
    assert lanes(page) == {"Battlecard": {"Triaged": ["A"]}, "Case study": {"Triaged": ["B"]}}
    assert page.context["filter"].form.changed_data == ["owner"]  # how it is shown is no filter in use
    assert f'href="{LIST}?owner={people["Mara"].pk}"' in page.text  # the way back to no lanes keeps it, too


def test_a_lane_counts_what_is_late_and_a_column_says_how_many_more_there_are(rep, people, sign_in):
    for number in range(IN_A_LANE + 2):
        days = -10 if number < 2 else 10
        due = timezone.localdate() + timedelta(days=days)
        make_request(f"S{number}", by=rep, state="triaged", owner=people["Ben"], due_on=due)
    page = sign_in(rep).get(LIST, {"lanes": "owner"})
    (lane,) = page.context["board"].lanes
    triaged = next(column for column in lane.columns if column.title == "Triaged")
    assert (lane.count, lane.late, triaged.count, triaged.more) == (IN_A_LANE + 2, 2, IN_A_LANE + 2, 2)
    assert f"?lanes=owner&amp;view=table&amp;owner={people['Ben'].pk}" in page.text


def test_lanes_beyond_the_first_are_named_with_a_link_each(rep, sign_in):
    for number in range(LANES + 2):
        owner = make_user(f"P{number:02}", role="marketer")
        make_request(by=rep, owner=owner, state="triaged")
    page = sign_in(rep).get(LIST, {"lanes": "owner"})
    board = page.context["board"]
    assert (len(board.lanes), [lane.title for lane in board.others]) == (LANES, [f"P{LANES:02}", f"P{LANES + 1:02}"])
    assert f"owner={board.others[0].key}" in page.text


def test_lanes_that_there_are_not_are_told(rep, sign_in):
    make_request(by=rep)
    page = sign_in(rep).get(LIST, {"lanes": "mood"})
    assert page.context["filter"].problems
    assert not page.context["board"].any


def test_lanes_are_kept_with_a_saved_filter(marketer, sign_in):
    client = sign_in(marketer)
    save = reverse("feedback:saved_filter_create", args=["requests"])
    client.post(f"{save}?type=battlecard&lanes=owner", {"name": "Mine"})
    assert SavedFilter.objects.get().get_absolute_url() == f"{LIST}?type=battlecard&lanes=owner"


@pytest.mark.parametrize("lanes", ["owner", "type"])
def test_lanes_cost_the_same_number_of_queries_for_many(rep, sign_in, django_assert_max_num_queries, lanes):
    theme = make_theme()
    for number in range(24):
        owner = make_user(f"Owner {number}", role="marketer")
        make_request(f"R{number}", by=rep, themes=[theme], state="triaged", owner=owner)
    client = sign_in(rep)
    with django_assert_max_num_queries(21):
        client.get(LIST, {"lanes": lanes})


def test_a_board_without_anything_has_no_lanes_and_says_what_will_be_there(rep, sign_in):
    page = sign_in(rep).get(LIST, {"lanes": "owner"})
    assert page.context["board"].lanes == []
    assert "Nothing is asked for" in page.text


def test_a_move_without_leaving_the_board_brings_the_board_what_was_done_and_the_load(rep, marketer, sign_in):
    due = timezone.localdate() + timedelta(days=9)
    row = make_request("Sheet", by=rep, owner=marketer, state="triaged", due_on=due)
    move = reverse("objections:request_move", args=[row.pk])
    client, htmx = sign_in(marketer), {"HX-Request": "true"}
    answer = client.post(move, {"to": "on hold", "why": "Later", "next": LIST}, headers=htmx, follow=True)
    assert "<html" not in answer.text
    assert "“Sheet” is now on hold." in answer.text
    assert '<div id="load" class="table-region" hx-swap-oob="true"' in answer.text


def test_the_menu_of_moves_alone_comes_to_htmx(rep, marketer, sign_in):
    row = make_request("Sheet", by=rep)
    move, next_ = reverse("objections:request_move", args=[row.pk]), f"{LIST}?lanes=owner"
    menu = sign_in(marketer).get(move, {"next": next_}, headers={"HX-Request": "true"})
    assert "<html" not in menu.text
    assert f"{move}?to=declined&amp;next=%2Fcontent%2F%3Flanes%3Downer" in menu.text
    assert sign_in(rep).get(move, headers={"HX-Request": "true"}).status_code == 403


def test_what_is_late_stands_first_before_what_is_paused_or_left_the_queue(rep, sign_in):
    today = timezone.localdate()
    for title, state, days in (
        ("Published", "published", -90),
        ("On hold", "on hold", -60),
        ("Next week", "triaged", 7),
        ("Late", "triaged", -20),
        ("Very late", "in review", -40),
    ):
        make_request(title, by=rep, state=state, due_on=today + timedelta(days=days))
    make_request("No day", by=rep, state="triaged")
    client = sign_in(rep)

    page = client.get(LIST, {"view": "table", "state": "all"})
    assert [row.title for row in page.context["page"]] == [
        "Very late",
        "Late",
        "Next week",
        "No day",
        "On hold",
        "Published",
    ]
    triaged = client.get(LIST).context["board"].lanes[0].columns[1]
    assert [row.title for row in triaged.cards] == ["Late", "Next week", "No day"]
    exported = b"".join(client.get(reverse("objections:request_export"), {"state": "all"}).streaming_content).decode()
    assert exported.index("Very late") < exported.index("On hold")


def test_the_table_is_paged_in_that_order(rep, sign_in, monkeypatch):
    monkeypatch.setattr("objections.views.content.PER_PAGE", 2)
    for number, (state, day) in enumerate(
        [("triaged", MONDAY), ("triaged", None), ("on hold", FRIDAY), ("worked", FRIDAY), ("triaged", FRIDAY)]
    ):
        make_request(f"R{number}", by=rep, state=state, due_on=day)
    client, query, found = sign_in(rep), {"view": "table", "state": "all"}, []
    page = client.get(LIST, query).context["page"]
    while True:
        found += [row.title for row in page]
        if not page.next:
            break
        page = client.get(LIST, query | {"page": page.next}).context["page"]
    assert found == ["R4", "R0", "R1", "R2", "R3"]


@pytest.fixture
def loaded(rep, people):
    """On a Friday: one late since Thursday, one due that day, one in five business days, one in six, one paused."""
    for owner, state, size, day in (
        ("Mara", "triaged", "small", FRIDAY - timedelta(days=1)),
        ("Mara", "triaged", "set", FRIDAY),
        ("Mara", "in review", "set", FRIDAY + timedelta(days=7)),
        ("Ben", "triaged", "standard", FRIDAY + timedelta(days=10)),
        ("Ben", "on hold", "standard", FRIDAY - timedelta(days=90)),
        (None, "new", "standard", FRIDAY),
    ):
        make_request(by=rep, owner=people[owner], state=state, size=size, due_on=day)
    make_request("Done", by=rep, owner=make_user("Nora None", role="marketer"), state="worked", due_on=FRIDAY)


def test_the_load_says_of_each_person_how_much_is_late_due_soon_and_how_large(
    loaded, people, django_assert_num_queries
):
    rows = ContentRequest.objects.unfinished()
    with django_assert_num_queries(3), kept_once():  # the third reads the holidays
        found = load_by_owner(rows, FRIDAY)
    said = {str(load.owner): (load.count, load.late, load.soon, *load.sizes.values(), load.share) for load in found}
    assert list(Size) == list(found[0].sizes)
    assert said == {
        "None": (1, 0, 1, 0, 1, 0, 1 / 3),
        "Ben Hartog": (2, 0, 0, 0, 2, 0, 2 / 3),
        "Mara Marketer": (3, 1, 2, 1, 0, 2, 1),
    }
    assert [load.owner for load in found] == [None, people["Ben"], people["Mara"]]


@pytest.mark.parametrize("day", [FRIDAY, FRIDAY + timedelta(days=1), FRIDAY + timedelta(days=2), MONDAY])
def test_what_is_due_soon_is_not_late_and_the_other_way_round(rep, day):
    for offset in range(-6, 12):
        make_request(by=rep, state="triaged", due_on=day + timedelta(days=offset))
    soon, late = ContentRequest.objects.due_soon(day), ContentRequest.objects.overdue(day)
    assert not set(soon) & set(late)
    assert max(row.due_on for row in soon) == add_business_days(day, 5)
    assert max(row.due_on for row in late) < min(row.due_on for row in soon)


def test_the_queue_shows_the_load_with_links_that_filter_by_it(rep, people, sign_in):
    today = timezone.localdate()
    make_request("Late", by=rep, owner=people["Ben"], state="triaged", due_on=today - timedelta(days=9))
    make_request("Soon", by=rep, owner=people["Ben"], state="triaged", due_on=add_business_days(today, 2))
    make_request("Nobody's", by=rep)
    client, ben = sign_in(rep), people["Ben"].pk
    page = client.get(LIST)
    for query, found in (
        (f"view=table&owner={ben}&clock=overdue", ["Late"]),
        (f"view=table&owner={ben}&clock=soon", ["Soon"]),
        ("owner=nobody", ["Nobody's"]),
    ):
        assert f'href="{LIST}?{query.replace("&", "&amp;")}"' in page.text
        shown = client.get(f"{LIST}?{query}&view=table").context["page"]
        assert [row.title for row in shown] == found
