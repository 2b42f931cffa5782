import pytest
from django.urls import reverse

from objections.actions.checklists import add_item, move_item_up, remove_item, restore_item, tick_item
from objections.actions.content import move_request, request_content, triage_request
from objections.checklists import first_items
from objections.models import ChecklistItem
from tests.factories import make_request, make_theme


def texts(row):
    return [item.text for item in row.checklist.kept()]


@pytest.fixture
def row(marketer):
    return make_request(by=marketer, themes=[make_theme()], owner=marketer, state="in production", due_on="2030-01-01")


def test_triage_starts_it_by_the_type_and_leaves_one_that_was_begun(rep, marketer):
    asked, begun = (
        request_content(themes=[make_theme(name)], title=name, type="case study", by=rep) for name in ("One", "Two")
    )
    add_item(request=begun, text="My own", by=rep)
    for request in (asked, begun):
        triage_request(request=request, by=marketer, owner=marketer)
    assert texts(asked) == first_items("case study")
    assert texts(begun) == ["My own"]


def test_ticking_says_who_and_when_and_can_be_taken_back(row, marketer, leader):
    item = tick_item(item=add_item(request=row, text="Legal has read it", by=marketer), done=True, by=leader)
    assert item.done_by == leader
    assert tick_item(item=item, done=True, by=marketer).done_by == leader
    assert tick_item(item=item, done=False, by=marketer).done_at is None


def test_what_is_removed_comes_back_to_its_place_and_what_is_moved_up_changes_places(row, marketer):
    one, two, three = (add_item(request=row, text=text, by=marketer) for text in ("one", "two", "three"))
    remove_item(item=two, by=marketer)
    assert texts(row) == ["one", "three"]
    restore_item(item=two)
    assert texts(row) == ["one", "two", "three"]
    move_item_up(item=three)
    move_item_up(item=one)
    assert texts(row) == ["one", "three", "two"]


def test_the_same_twice_is_one_item(row, marketer):
    for _ in range(2):
        add_item(request=row, text="Legal has read it", by=marketer)
    assert texts(row) == ["Legal has read it"]


def test_open_items_are_said_where_it_goes_to_review_and_hinder_nothing(row, marketer, sign_in):
    add_item(request=row, text="Legal has read it", by=marketer)
    client = sign_in(marketer)
    assert "1 item of the checklist" in client.get(row.get_absolute_url()).text
    url = reverse("objections:request_move", args=[row.pk])
    page = client.post(url, {"to": "in review"}, follow=True)
    assert "is now in review. Still open on its checklist: 1 item." in page.text


def test_it_is_kept_by_buttons_and_told_in_the_history(row, marketer, sign_in):
    client = sign_in(marketer)
    client.post(reverse("objections:item_create", args=[row.pk]), {"text": "Legal has read it"})
    item = ChecklistItem.objects.get()
    for deed, data in (("tick", {"done": "on"}), ("remove", {})):
        assert client.post(reverse(f"objections:item_{deed}", args=[item.pk]), data).url.endswith("#checklist")
    entries = client.get(row.get_absolute_url()).context["entries"]
    said = [(entry["text"], entry.get("undo_url", "")) for entry in entries]
    undo = reverse("objections:item_restore", args=[item.pk])
    assert said[:3] == [
        ("took “Legal has read it” off the checklist", undo),
        ("ticked “Legal has read it”", ""),
        ("put “Legal has read it” on the checklist", ""),
    ]
    client.post(undo)
    assert texts(row) == ["Legal has read it"]


@pytest.mark.parametrize("text", ["", "x" * 201])
def test_an_item_that_cannot_be_is_refused_with_what_was_typed(row, marketer, sign_in, text):
    page = sign_in(marketer).post(reverse("objections:item_create", args=[row.pk]), {"text": text})
    assert (page.status_code, page.context["item_form"]["text"].value()) == (422, text)


def test_the_sales_co_owner_keeps_it_too_and_other_reps_do_not(row, rep, other_rep, sign_in):
    row.co_owner = rep
    row.save()
    url = reverse("objections:item_create", args=[row.pk])
    assert sign_in(rep).post(url, {"text": "Fits our deals"}).status_code == 302
    assert sign_in(other_rep).post(url, {"text": "Mine"}).status_code == 403
    item = ChecklistItem.objects.get()
    assert sign_in(other_rep).post(reverse("objections:item_tick", args=[item.pk])).status_code == 403


def test_moving_back_and_forth_makes_no_second_list(rep, marketer):
    row = request_content(themes=[make_theme()], title="One", type="battlecard", by=rep)
    triage_request(request=row, by=marketer, owner=marketer)
    move_request(request=row, to="declined", by=marketer, why="no")
    move_request(request=row, to="new", by=marketer)
    triage_request(request=row, by=marketer, owner=marketer)
    assert texts(row) == first_items("battlecard")
