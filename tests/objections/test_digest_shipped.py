"""What a digest says of answers that shipped for what somebody logged."""

from datetime import timedelta

import pytest
from django.utils import timezone

from feedback.actions.notifications import notify
from feedback.digests import digest_of
from feedback.models import Notification
from objections.actions.collateral import publish_collateral, retire_collateral
from tests.factories import make_collateral, make_objection, make_theme, place

WEEK_AGO = timezone.now() - timedelta(days=7)


@pytest.fixture
def published(rep, marketer):
    theme = make_theme("No security sign-off")
    place(make_objection("secret words of a buyer", author=rep), theme)
    piece = make_collateral("Security pack", owner=marketer, themes=[theme], published=False)
    return publish_collateral(collateral=piece, version=piece.versions.get(), by=marketer)


def said_to(user):
    return {part.key: told for part, told in digest_of(user, WEEK_AGO)}


def test_it_names_the_piece_and_the_theme_and_is_not_told_twice(published, rep):
    said = said_to(rep)
    assert list(said) == ["shipped"]
    [(publication, url, themes)] = said["shipped"]["rows"]
    assert publication == published
    assert url.endswith(published.collateral.get_absolute_url())
    assert [theme.name for theme in themes] == ["No security sign-off"]
    assert said["shipped"]["headline"] == "1 answer shipped"


def test_other_news_stands_beside_it(published, rep):
    notify(users=[rep], kind="declined", key="move-1", title="“Sheet” was declined", url="/")
    assert {key: len(told["rows"]) for key, told in said_to(rep).items()} == {"shipped": 1, "news": 1}


def test_what_was_read_or_retired_meanwhile_is_not_told(published, rep, marketer):
    retire_collateral(collateral=published.collateral, by=marketer)
    assert said_to(rep) == {}
    Notification.objects.update(read_at=timezone.now())
    assert said_to(rep) == {}


def test_it_tells_nothing_to_who_logged_nothing(published, other_rep):
    assert said_to(other_rep) == {}
