"""An outsider walks the portal, as a stranger and in every role: nothing fails, nothing forbidden is read."""

from functools import partial

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from feedback.actions.feeds import open_feed
from feedback.actions.invitations import invite_person
from feedback.models import Notification
from feedback.permissions import can_make_opportunity
from objections.theming import pile
from tests.browser.pages import add_group, add_states
from tests.factories import make_opportunity, make_product
from tests.marks import MARKS, plant
from tests.scene import make_scene
from tests.test_access import PAGES, PUBLIC, ROLES, address
from tests.test_api_access import API
from tests.walk import Walk

# Another rep and a manager meet the pages of a rep, a leader those of an admin; their addresses walks test_access.
WALKERS = ["rep", "marketer", "admin"]
NO_FORM = {  # asked for by scripts, or offered only in a state that the scene has not
    "feedback:preparation_create",
    "feedback:becoming_undo",
    "feedback:becoming_restore",
    "feedback:clock_lead",
    "feedback:clock_pause",
    "feedback:clock_resume",
    "feedback:clock_reset",
    "objections:objection_suggest",
    "objections:noted_log",
    "objections:noted_decline",
    "objections:noted_undo",
    "objections:reason_check_answer",
}
ADDRESSES = PAGES | {name: row[:3] for name, row in API.items()}


@pytest.fixture
def scene(rep, other_rep, manager, marketer, leader, admin, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    settings.INBOUND_MAIL_URL, settings.INBOUND_MAIL_ADDRESS = "maildir:///nowhere", "objections@example.com"
    cache.clear()  # of counts, which outlive the rows of other tests
    scene = make_scene(rep=rep, marketer=marketer, leader=leader)
    plant(scene, rep=rep, leader=leader, marketer=marketer)
    add_states(scene, rep=rep, leader=leader)
    add_group(scene, rep=rep, marketer=marketer, monkeypatch=monkeypatch)
    pile._held = None  # as the counts above
    scene.account, scene.product = scene.open.account, make_product()
    return scene


def let_in(role):
    """{name: (the rows its address needs, method)} of all that this role is let in to."""
    at = ROLES.index(role)
    return {name: (needs, method) for name, (needs, method, who) in ADDRESSES.items() if who[at] == "y"}


def starts(scene, role):
    """Home, then the pages this role is let in to, so that none is missed for want of a link."""
    return ["/", *(address(name, scene, needs) for name, (needs, method) in let_in(role).items() if method == "get")]


def pages_of_rows(scene):
    """Of every row of the scene, in whatever state, whoever may know of it."""
    for row in [*vars(scene).values(), scene.exclusion.opportunity, scene.archived.opportunity]:
        if hasattr(row, "get_page_url"):
            yield row.get_page_url()
        elif hasattr(row, "get_absolute_url"):
            yield row.get_absolute_url()


def part_of(role, view):
    """(which, of how many): together those who are let in try everything."""
    roles = [each for each in WALKERS if view in let_in(each)]
    return (roles.index(role), len(roles)) if role in roles else (0, 1)


def meant_for(role):
    return {mark for mark, readers in MARKS.items() if role in readers}


def settle_in(user):
    """What some forms are offered for: an own deal, something untold, a sign-in elsewhere."""
    if can_make_opportunity(user):
        make_opportunity("Their own", owner=user)
    Notification.objects.create(to=user, key="own", title="Told", url="/")
    Client().force_login(user)


@pytest.mark.parametrize("role", WALKERS)
def test_nobody_meets_a_failure_or_a_secret(role, scene, request, sign_in):
    user = request.getfixturevalue(role)
    settle_in(user)
    feed = reverse("feedback:feed", args=[open_feed(user=user)])
    walk = Walk(sign_in(user), role).through(*starts(scene, role), feed, guesses=pages_of_rows(scene))
    for name, (needs, method) in let_in(role).items():
        if name.startswith("api:") and method != "get":
            walk.ask(method, address(name, scene, needs), "[]", content_type="application/json")
        elif name in NO_FORM:
            walk.ask(method, address(name, scene, needs), {"text": "no SOC 2 report"})
    assert {(method, name) for name, (_, method) in let_in(role).items()} - walk.asked == set()
    assert walk.met - walk.sent == set(), walk.wrongs
    walk.attack(partial(part_of, role))
    assert walk.wrongs == []
    assert walk.read == meant_for(role)


def test_a_stranger_meets_no_failure_and_learns_nothing(scene, leader, sign_in):
    """Signing in, forgotten passwords, an invitation that was mailed; then every address of the portal."""
    invited = reverse("feedback:invitation_accept", args=[invite_person(person=scene.invited, by=leader)[1]])
    kwargs = {"uidb64": urlsafe_base64_encode(force_bytes(leader.pk))}
    kwargs["token"] = default_token_generator.make_token(leader)
    stranger = sign_in(None)
    new_password = stranger.get(reverse("password_reset_confirm", kwargs=kwargs)).url
    pages = ["login", "password_reset", "password_reset_done", "password_reset_complete"]
    walk = Walk(stranger, "stranger").through("/", *map(reverse, pages), invited, new_password).attack()
    assert {"feedback:invitation_accept", "password_reset_confirm"} <= {view for _, view, _ in walk.forms}
    for name, kwargs in PUBLIC.items():
        walk.ask("get", reverse(name, kwargs=kwargs))
    for name, (needs, _, _) in ADDRESSES.items():
        for method in ("get", "post"):
            walk.ask(method, address(name, scene, needs))
    assert walk.wrongs == []
    assert walk.read == meant_for("stranger")
