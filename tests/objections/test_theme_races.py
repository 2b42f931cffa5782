"""Two people at once: what one writes while the other decides leaves every voice in a theme that stands."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from feedback.jobs import queue_job
from objections.actions.merges import merge_themes
from objections.actions.objections import log_objection
from objections.actions.placements import ThemeGone, place_objection
from objections.actions.proposals import OutOfDate, accept_proposal
from objections.models import Build, Objection, Placement, Proposal
from tests.factories import make_objection, make_theme, place

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        "connection.vendor == 'sqlite'", reason="SQLite lets one transaction write at a time: races not tried"
    ),
]


@pytest.fixture
def themes(company):
    return make_theme("Joint"), make_theme("Too dear")


def while_open(first, second):
    """Does `first` in a transaction, starts `second`, commits once it waits for a lock; gives what `second` gave."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first()
            later = pool.submit(closing, second)
            wait_for_lock(later)
        return later.result(timeout=10)


def closing(action):
    try:
        return action()
    finally:
        connection.close()


def wait_for_lock(later):
    """Until another session of this database waits for a lock, or did not need to."""
    until = time.monotonic() + 10
    while time.monotonic() < until and not later.done():
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        threading.Event().wait(0.02)


def test_a_voice_is_not_placed_in_a_theme_while_it_is_merged(themes, rep, marketer):
    into, theme = themes
    voice = make_objection(author=rep)

    with pytest.raises(ThemeGone):
        while_open(
            lambda: merge_themes(into=into, theme=theme, by=marketer),
            lambda: place_objection(objection=voice, theme=theme, by=marketer),
        )

    assert voice.placement is None


def test_a_voice_is_not_logged_in_a_theme_while_it_is_merged(themes, rep, marketer):
    into, theme = themes
    voice = Objection(text="", is_same=True)

    with pytest.raises(ThemeGone):
        while_open(
            lambda: merge_themes(into=into, theme=theme, by=marketer),
            lambda: log_objection(objection=voice, by=rep, same_as=theme),
        )

    assert not Objection.objects.exists()


def test_a_move_is_not_accepted_while_its_theme_is_merged(themes, rep, marketer):
    into, theme = themes
    build = Build.objects.create(job=queue_job(kind="build_themes"), by=marketer)
    proposal = Proposal.objects.create(build=build, kind="move", why="they say the same", theme=theme)
    proposal.objections.set([make_objection(author=rep)])

    with pytest.raises(OutOfDate):
        while_open(
            lambda: merge_themes(into=into, theme=theme, by=marketer),
            lambda: accept_proposal(proposal=proposal, by=marketer),
        )

    assert not Placement.objects.exists()


def test_a_merge_leaves_a_voice_that_is_moved_away_meanwhile(themes, rep, marketer):
    into, theme = themes
    elsewhere, moved, stays = make_theme("No budget"), make_objection(author=rep), make_objection(author=rep)
    place(moved, theme)
    place(stays, theme)

    while_open(
        lambda: place_objection(objection=moved, theme=elsewhere, by=marketer),
        lambda: merge_themes(into=into, theme=theme, by=marketer),
    )

    assert (moved.placement.theme, stays.placement.theme) == (elsewhere, into)
