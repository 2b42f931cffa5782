"""A theme pinned in triage: with a reason, by somebody, and back where its score puts it."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from objections.actions import pins
from objections.actions.pins import pin_theme, restore_pin, undo_pin
from objections.actions.placements import ThemeGone, require_active
from objections.models import Pin, Theme
from tests.factories import make_objection, make_theme, place

TRIAGE = reverse("objections:theme_triage")


@pytest.fixture
def theme(rep):
    theme = make_theme("Dear")
    place(make_objection("too dear", author=rep), theme)
    return theme


def test_one_click_and_a_reason_pin_it_and_undo_takes_it_out(theme, marketer, sign_in):
    client = sign_in(marketer)
    url = reverse("objections:pin_create", args=[theme.pk])

    page = client.post(url, {"reason": "The board asks", "next": f"{TRIAGE}?q=dear"}, follow=True)

    pin = Pin.objects.get()
    assert page.redirect_chain[-1][0] == f"{TRIAGE}?q=dear"
    assert (pin.theme, pin.reason, pin.by) == (theme, "The board asks", marketer)
    undo = reverse("objections:pin_undo", args=[pin.pk])
    assert undo in page.content.decode()

    page = client.post(undo, follow=True)
    assert not Pin.objects.live().exists()
    restore = reverse("objections:pin_restore", args=[pin.pk])
    assert restore in page.content.decode()
    page = client.post(restore, follow=True)
    again = Pin.objects.live().get()
    assert (again.theme, again.reason) == (theme, "The board asks")
    assert reverse("objections:pin_undo", args=[again.pk]) in page.content.decode()


@pytest.mark.parametrize("data", [{"reason": ""}, {"reason": " "}, {"reason": "x" * 301}])
def test_without_a_reason_it_asks_again_and_keeps_what_was_typed(data, theme, marketer, sign_in):
    page = sign_in(marketer).post(reverse("objections:pin_create", args=[theme.pk]), data)

    assert page.status_code == 422
    assert not Pin.objects.exists()


def test_it_leads_to_no_page_but_ours(theme, marketer, sign_in):
    data = {"reason": "x", "next": "https://elsewhere.example/"}
    answer = sign_in(marketer).post(reverse("objections:pin_create", args=[theme.pk]), data)

    assert answer.url == TRIAGE


def test_a_retired_theme_is_not_pinned(marketer, sign_in):
    gone = make_theme("Gone", state="retired")

    assert sign_in(marketer).post(reverse("objections:pin_create", args=[gone.pk]), {"reason": "x"}).status_code == 404


def test_pinning_twice_keeps_the_first_and_undoing_twice_changes_nothing(theme, marketer, leader):
    pin = pin_theme(theme=theme, reason="First", by=marketer)

    assert pin_theme(theme=theme, reason="Second", by=leader) == pin
    undo_pin(pin=pin, by=leader)
    undo_pin(pin=pin, by=marketer)
    pin.refresh_from_db()
    assert (pin.reason, pin.undone_by) == ("First", leader)


def test_an_old_pin_does_not_come_back_beside_a_new_one(theme, marketer):
    old = pin_theme(theme=theme, reason="Old", by=marketer)
    undo_pin(pin=old, by=marketer)
    new = pin_theme(theme=theme, reason="New", by=marketer)

    assert restore_pin(pin=old, by=marketer) == new
    assert list(Pin.objects.live()) == [new]


def test_restoring_keeps_who_took_it_out_and_says_who_restored(theme, marketer, leader, admin, sign_in):
    old = pin_theme(theme=theme, reason="The board asks", by=marketer)
    undo_pin(pin=old, by=leader)

    again = restore_pin(pin=old, by=admin)

    old.refresh_from_db()
    assert (old.undone_by, again.by, again.reason) == (leader, admin, "The board asks")
    assert restore_pin(pin=old, by=leader) == again
    page = sign_in(admin).get(reverse("feedback:audit_list")).content.decode()
    assert page.count("Theme pinned") - page.count("Theme unpinned") == 1


def test_what_somebody_else_pinned_meanwhile_is_said_and_offers_no_undo(theme, marketer, leader, sign_in):
    pin = pin_theme(theme=theme, reason="The board asks", by=leader)
    client, url = sign_in(marketer), reverse("objections:pin_create", args=[theme.pk])

    page = client.post(url, {"reason": "My words"})

    assert page.status_code == 422
    words = page.content.decode()
    assert "is pinned already: The board asks" in words
    assert "My words" in words
    assert reverse("objections:pin_undo", args=[pin.pk]) not in words
    page = client.post(reverse("objections:pin_restore", args=[pin.pk]), follow=True).content.decode()
    assert "is pinned already: The board asks" in page
    sent_twice = sign_in(leader).post(url, {"reason": "The board asks"}, follow=True).content.decode()
    assert reverse("objections:pin_undo", args=[pin.pk]) in sent_twice


def test_a_theme_that_goes_at_the_same_moment_is_said(theme, marketer, sign_in, monkeypatch):
    pin, client = pin_theme(theme=theme, reason="First", by=marketer), sign_in(marketer)
    undo_pin(pin=pin, by=marketer)

    def retires_first(*themes):
        Theme.objects.filter(pk=theme.pk).update(state="retired")
        return require_active(*themes)

    monkeypatch.setattr(pins, "require_active", retires_first)
    page = client.post(reverse("objections:pin_create", args=[theme.pk]), {"reason": "My words"})
    assert page.status_code == 422
    assert "“Dear” was merged or retired." in page.content.decode()
    assert "My words" in page.content.decode()

    page = client.post(reverse("objections:pin_restore", args=[pin.pk]), follow=True)
    assert "“Dear” was merged or retired." in page.content.decode()
    with pytest.raises(ThemeGone):
        pin_theme(theme=theme, reason="x", by=marketer)
    assert not Pin.objects.live().exists()


def test_the_database_takes_one_live_pin_a_theme_and_no_half_of_an_end(theme, marketer):
    pin_theme(theme=theme, reason="x", by=marketer)

    for wrong in ({}, {"undone_at": timezone.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Pin.objects.create(theme=theme, reason="y", by=marketer, **wrong)


def test_the_history_of_the_theme_tells_it(theme, marketer, sign_in):
    pin = pin_theme(theme=theme, reason="The board asks", by=marketer)

    page = sign_in(marketer).get(theme.get_absolute_url()).content.decode()

    assert "pinned it in triage: The board asks" in page
    assert reverse("objections:pin_undo", args=[pin.pk]) in page


def test_the_audit_tells_both_ends(theme, marketer, leader, admin, sign_in):
    pin = pin_theme(theme=theme, reason="The board asks", by=marketer)
    undo_pin(pin=pin, by=leader)

    page = sign_in(admin).get(reverse("feedback:audit_list")).content.decode()

    assert "Theme pinned" in page
    assert "Theme unpinned" in page
    assert "The board asks" in page
