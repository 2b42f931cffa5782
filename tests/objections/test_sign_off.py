import pytest
from django.urls import reverse

from feedback.models import Notification
from objections.actions.collateral import add_version
from objections.actions.content import give_verdict, move_request
from objections.actions.sign_offs import newest_version, sign_off
from objections.models import ContentRequest, SignOff
from objections.workflow import MoveRefused, moves_open_to
from tests.factories import make_collateral, make_request, make_theme


@pytest.fixture
def row(rep, marketer):
    row = make_request(
        by=rep, themes=[make_theme()], owner=marketer, co_owner=rep, state="in review", due_on="2030-01-01"
    )
    make_collateral("Sheet", owner=marketer, themes=row.themes.all(), published=False, request=row)
    return row


def fits(row, by, words=""):
    return sign_off(request=row, by=by, seen=newest_version(row).pk, words=words)


def again(row, marketer):
    add_version(collateral=row.collateral.get(), by=marketer, link="https://example.com/second")


def approves_with_a_why(row):
    return next(move.needs_why for move in moves_open_to(row) if move.to == "approved")


def test_approval_waits_for_the_co_owner_or_a_why_that_is_kept(row, rep, marketer):
    with pytest.raises(MoveRefused, match="Rita Rep has not signed off"):
        move_request(request=row, to="approved", by=marketer)
    move = move_request(request=row, to="approved", by=marketer, why="She said so by phone")
    assert move.why == "She said so by phone"


def test_once_signed_off_it_is_approved_without_a_word(row, rep, marketer):
    fits(row, rep)
    move_request(request=row, to="approved", by=marketer)
    assert row.state == "approved"


def test_a_sign_off_is_of_the_version_that_was_looked_at(row, rep, marketer):
    fits(row, rep)
    assert not approves_with_a_why(row)
    again(row, marketer)
    assert approves_with_a_why(row)
    fits(row, rep)
    assert not approves_with_a_why(row)


def test_a_version_that_came_meanwhile_is_not_signed_unseen(row, rep, marketer):
    seen = newest_version(row).pk
    again(row, marketer)
    with pytest.raises(MoveRefused, match="Another version was added"):
        sign_off(request=row, by=rep, seen=seen)


def test_asking_for_changes_takes_back_an_earlier_word_and_goes_back_to_production(row, rep, marketer):
    fits(row, rep)
    give_verdict(request=row, verdict="changes", version=None, words="Too long", by=rep)
    assert (row.state, row.moves.last().why) == ("in production", "Too long")
    assert Notification.objects.filter(to=marketer, title="“Price sheet” needs changes").exists()
    move_request(request=row, to="in review", by=marketer)
    assert approves_with_a_why(row)
    assert [(s.verdict, s.words) for s in row.sign_offs.all()] == [("fits", ""), ("changes", "Too long")]


def test_anothers_word_does_not_stand_for_the_co_owners(row, other_rep):
    fits(row, other_rep)
    assert approves_with_a_why(row)


def test_without_a_co_owner_approval_waits_for_nobody(row, marketer):
    ContentRequest.objects.update(co_owner=None)
    row.refresh_from_db()
    move_request(request=row, to="approved", by=marketer)
    assert row.state == "approved"


def test_twice_is_one_sign_off_and_outside_of_a_review_there_is_none(row, rep, marketer):
    assert fits(row, rep) == fits(row, rep)
    move_request(request=row, to="approved", by=marketer)
    with pytest.raises(MoveRefused, match="Only what is in review"):
        fits(row, rep)


def test_who_is_asked_and_whose_work_it_is_are_told(row, rep, marketer, leader):
    move_request(request=row, to="in production", by=leader, why="A slip")
    move_request(request=row, to="in review", by=leader)
    assert Notification.objects.get(to=rep).title == "“Price sheet” waits for your sign-off"
    fits(row, rep, words="Good for our deals")
    told = Notification.objects.get(to=marketer, title__contains="signed off")
    assert (told.title, told.body) == ("Rita Rep signed off “Price sheet”", "Good for our deals")


def test_the_page_signs_off_what_it_shows_and_the_history_tells_it(row, rep, sign_in):
    client, url = sign_in(rep), reverse("objections:sign_off_create", args=[row.pk])
    shown = client.get(row.get_absolute_url()).context["review"]
    assert client.post(url, {"verdict": "fits", "version": shown.version.pk, "words": "Good"}).status_code == 302
    page = client.get(row.get_absolute_url())
    assert "signed off version 1 of “Sheet”: Good" in page.text
    assert page.context["review"].signed.by == rep


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"verdict": "changes"}, "Say what has to change."),
        ({"verdict": "fits"}, "Another version was added"),
        ({}, "Sign it off, or ask for changes."),
        ({"verdict": "fits", "version": "9" * 30}, "less than or equal"),
    ],
)
def test_what_cannot_be_signed_is_refused_and_says_why(row, rep, sign_in, data, error):
    data = {"words": "my words"} | data if "fits" in data.values() else data
    page = sign_in(rep).post(reverse("objections:sign_off_create", args=[row.pk]), data)
    assert page.status_code == 422
    assert error in page.text
    assert not SignOff.objects.exists()


def test_it_is_refused_on_the_page_once_it_left_the_review(row, rep, marketer, sign_in):
    move_request(request=row, to="in production", by=marketer, why="A slip")
    page = sign_in(rep).post(reverse("objections:sign_off_create", args=[row.pk]), {"verdict": "fits", "version": 1})
    assert page.status_code == 422
    assert "Only what is in review is signed off." in page.text


WHO = {"rep": 302, "other_rep": 403, "manager": 403, "marketer": 403, "leader": 403, "admin": 403}


@pytest.mark.parametrize("role", WHO)
def test_the_co_owner_signs_off_and_nobody_for_them(row, role, request, manager, sign_in):
    client = sign_in(request.getfixturevalue(role))
    data = {"verdict": "fits", "version": newest_version(row).pk}
    assert client.post(reverse("objections:sign_off_create", args=[row.pk]), data).status_code == WHO[role]


@pytest.mark.parametrize(("role", "status"), [("rep", 403), ("marketer", 302), ("admin", 302)])
def test_without_a_co_owner_those_who_run_the_queue_sign_off(row, role, status, request, sign_in):
    ContentRequest.objects.update(co_owner=None)
    client = sign_in(request.getfixturevalue(role))
    data = {"verdict": "fits", "version": newest_version(row).pk}
    assert client.post(reverse("objections:sign_off_create", args=[row.pk]), data).status_code == status
