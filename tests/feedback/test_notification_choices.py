"""Where a person is told of what: in the portal, by digest, both, not at all; and what nobody can switch off."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from feedback.actions.notifications import choose_notifications, notify
from feedback.digest_parts import news
from feedback.models import Notification, NotificationChoice
from feedback.notification_kinds import kinds, kinds_for
from feedback.retention import kinds as kept

URL = reverse("feedback:notification_choices")
LONG_AGO = timezone.now() - timedelta(days=800)


def tell(*people, kind="declined", key="k"):
    return notify(users=people, kind=kind, key=key, title="“Sheet” was declined", url="/")


def in_portal(person, client):
    return "was declined" in client.get(reverse("feedback:notification_list")).content.decode()


def in_digest(person):
    return news(person, timezone.now() - timedelta(days=1)) is not None


@pytest.mark.parametrize("portal", [True, False])
@pytest.mark.parametrize("digest", [True, False])
def test_it_tells_where_it_is_wanted_and_nowhere_else(portal, digest, rep, other_rep, sign_in):
    choose_notifications(person=rep, wanted={"declined": (portal, digest)})
    assert tell(rep, other_rep) == (2 if portal or digest else 1)
    assert in_portal(rep, sign_in(rep)) is portal
    assert in_digest(rep) is digest
    assert in_portal(other_rep, sign_in(other_rep)) is in_digest(other_rep) is True


def test_without_a_choice_everything_is_told_everywhere(rep, sign_in):
    for number, kind in enumerate(kinds):
        tell(rep, kind=kind, key=str(number))
    assert Notification.objects.visible_to(rep).count() == Notification.objects.for_digest(rep).count() == len(kinds)


@pytest.mark.parametrize("kind", [kind.key for kind in kinds.values() if kind.always])
def test_what_is_told_always_cannot_be_switched_off(kind, admin):
    choose_notifications(person=admin, wanted={kind: (False, False)})
    NotificationChoice.objects.update_or_create(
        person=admin, kind=kind, defaults={"in_portal": False, "in_digest": False}
    )
    assert tell(admin, kind=kind) == 1
    row = Notification.objects.get()
    assert (row.in_portal, row.in_digest) == (True, True)


def test_a_sign_off_and_what_is_about_an_account_are_told_always():
    assert {kind.key for kind in kinds.values() if kind.always} == {"sign-off", "forged-mail", "handed", "webhook"}


def test_a_kind_nobody_registered_is_a_mistake(rep):
    with pytest.raises(KeyError):
        tell(rep, kind="gossip")


def test_the_bell_counts_what_stands_in_the_portal(rep, sign_in):
    choose_notifications(person=rep, wanted={"declined": (False, True)})
    tell(rep)
    assert "unread" not in sign_in(rep).get("/").content.decode()


def test_it_takes_two_statements_however_many_are_told(rep, other_rep, marketer, leader, django_assert_num_queries):
    choose_notifications(person=rep, wanted={"declined": (False, True)})
    with django_assert_num_queries(2):
        assert tell(rep, other_rep, marketer, leader) == 4


def test_the_page_shows_and_saves_the_choice(rep, sign_in):
    client = sign_in(rep)
    sent = {f"{kind.key}-{where}": "on" for kind in kinds_for(rep) for where in ("portal", "digest")}
    del sent["comment-portal"], sent["mention-portal"], sent["mention-digest"]
    assert client.post(URL, sent).status_code == 302
    rows = NotificationChoice.objects.values_list("kind", "in_portal", "in_digest")
    assert set(rows) == {("comment", False, True), ("mention", False, False)}
    form = client.get(URL).context["form"]
    assert {name for name, field in form.fields.items() if not field.initial} == {
        "comment-portal",
        "mention-portal",
        "mention-digest",
    }
    client.post(URL, sent | {"comment-portal": "on", "mention-portal": "on", "mention-digest": "on"})
    assert not NotificationChoice.objects.exists()


def test_boxes_of_what_is_told_always_stay_ticked_whatever_is_sent(rep, sign_in):
    client = sign_in(rep)
    client.post(URL, {})
    page = client.get(URL)
    assert page.context["form"]["sign-off-portal"].value() is True
    assert "Always told. Others wait for you." in page.content.decode()
    assert not NotificationChoice.objects.filter(kind="sign-off").exists()


def test_a_person_is_asked_only_about_what_they_can_be_told(rep, marketer, admin):
    can_be_told = {person.role: {kind.key for kind in kinds_for(person)} for person in (rep, marketer)}
    assert {"work", "webhook"} & can_be_told["rep"] == set()
    assert {"work", "webhook"} & can_be_told["marketer"] == {"work"}
    assert {"work", "webhook"} <= {kind.key for kind in kinds_for(admin)}


def test_what_is_told_by_digest_alone_goes_when_it_is_old(rep):
    choose_notifications(person=rep, wanted={"declined": (False, True)})
    tell(rep)
    tell(rep, kind="moved", key="other")
    Notification.objects.update(at=LONG_AGO)
    gone = {row.pk for rows in kept["notifications"].removable(12) for row in rows}
    assert gone == {Notification.objects.get(key="k").pk}


OLD = [
    ("publication-1", "“Sheet” is live", "published"),
    ("request-move-1", "“Sheet” waits for your sign-off", "sign-off"),
    ("request-move-2", "“Sheet” needs changes", "signed-off"),
    ("request-move-3", "“Sheet” was declined", "declined"),
    ("request-move-4", "“Sheet” was merged into “Book”", "moved"),
    ("request-move-5", "“Sheet” went to legal", "moved"),
    ("request-move-6", "“Sheet” worked", "result"),
    ("request-move-7", "“Sheet” had no effect", "result"),
    ("request-move-8", "“Sheet”: too early to say whether it worked", "result"),
    ("sign-off-1", "Rita Rep signed off “Sheet”", "signed-off"),
    ("comment-1", "Rita Rep mentioned you on “Sheet”", "mention"),
    ("comment-2", "Rita Rep commented on “Sheet”", "comment"),
    ("stale-1-review-2026-01-01", "“Sheet” is to be checked again", "stale"),
    ("handed:1:2:2026", "Rita Rep handed you what Rolf Rep had: 1 deal", "handed"),
    ("action:1", "You promised: a price", "promised"),
    ("mail-address-2026-01-01", "An e-mail in your name was not logged", "forged-mail"),
    ("mail-af", "Logged from your e-mail", "mail"),
    ("map-1", "The map is drawn", "work"),
    ("build-1", "Themes are built", "work"),
    ("else", "Something", ""),
]


def test_what_was_told_before_there_were_kinds_gets_one(rep):
    for key, title, _ in OLD:
        Notification.objects.create(to=rep, key=key, title=title, url="/")
    migration = import_module("feedback.migrations.0020_notification_kinds")
    migration.say_kinds(apps, SimpleNamespace(connection=SimpleNamespace(alias="default")))
    assert dict(Notification.objects.values_list("key", "kind")) == {key: kind for key, _, kind in OLD}
    assert {kind for _, _, kind in OLD} - {""} == set(kinds) - {"became", "meeting-soon", "webhook"}
