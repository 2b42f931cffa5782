"""What tells that a published piece may not hold any more, and who is told."""

from datetime import timedelta

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone

from feedback.digests import digest_of
from feedback.jobs import queue_job, run_job
from feedback.models import Notification
from objections.actions.alarms import tell_of_alarms
from objections.actions.sharing import count_open, share_collateral
from objections.alarms import alarms_of
from objections.models import Collateral, Drift, Publication
from objections.nlp.lens import width
from objections.theming.drift import count_apart
from objections.theming.vectors import store_vectors
from tests.factories import make_collateral, make_objection, make_opportunity, make_theme, place

LIST = reverse("objections:collateral_list")
WIDTH = width()


def published(days_ago, title="Sheet", **fields):
    piece = make_collateral(title, **fields)
    Publication.objects.filter(collateral=piece).update(at=timezone.now() - timedelta(days=days_ago))
    return piece


def kinds(piece):
    return [alarm.kind for alarm in alarms_of(Collateral.objects.with_rows().get(pk=piece.pk), timezone.now())]


def near(direction, n, rng):
    """Vectors of n voices that say much the same."""
    vectors = rng.normal(0, 0.02, (n, WIDTH))
    vectors[:, direction] += 1
    return vectors.astype(np.float32)


def hear(theme, vectors, on, author):
    voices = [make_objection(f"said {on} {number}", author=author, heard_on=on) for number in range(len(vectors))]
    for voice in voices:
        place(voice, theme)
    store_vectors([(voice.pk, voice.text, vector) for voice, vector in zip(voices, vectors, strict=True)])


def watch():
    job = queue_job(kind="watch_collateral")
    run_job(job.pk)
    job.refresh_from_db()
    assert job.state == "done", job.error
    return job.result


def test_a_late_review_sounds_and_one_due_today_does_not(marketer):
    today = timezone.localdate()
    assert kinds(make_collateral(owner=marketer, review_by=today - timedelta(days=1))) == ["review"]
    assert kinds(make_collateral(owner=marketer, review_by=today)) == []
    assert kinds(make_collateral(owner=marketer, review_by=today - timedelta(days=1), published=False)) == []


def test_what_nobody_uses_or_opens_for_sixty_days_sounds(rep, marketer):
    idle = published(60, owner=marketer)
    assert kinds(idle) == ["unused"]
    assert kinds(published(59, owner=marketer)) == []
    used, opened = published(90, owner=marketer), published(90, owner=marketer)
    used.usages.create(opportunity=make_opportunity(), by=rep)
    count_open(link=share_collateral(collateral=opened, by=rep), day=timezone.localdate())
    assert kinds(used) == kinds(opened) == []
    used.usages.update(at=timezone.now() - timedelta(days=60))
    opened.share_links.get().days.update(day=timezone.localdate() - timedelta(days=61))
    assert kinds(used) == kinds(opened) == ["unused"]
    assert set(Collateral.objects.unused(timezone.now())) == {idle, used, opened}


def test_new_voices_that_say_something_else_are_counted():
    rng = np.random.default_rng(1)
    earlier = near(0, 40, rng)
    assert count_apart(earlier, near(7, 8, rng)) == 8
    assert count_apart(earlier, np.concatenate([near(0, 4, rng) * 3, near(7, 8, rng)])) in (8, 9)
    assert count_apart(earlier, earlier[:20]) == 0  # what was heard before, word for word


def test_voices_of_the_same_kind_are_no_drift():
    """One in ten lies apart by chance, so hardly ever half of them."""
    rng = np.random.default_rng(2)
    apart = [count_apart(near(0, 60, rng), near(0, 10, rng)) for _ in range(200)]
    assert sum(count >= 5 for count in apart) <= 4


def test_the_daily_job_finds_the_drift_and_says_it_in_words(rep, marketer, sign_in):
    rng, theme, today = np.random.default_rng(3), make_theme(), timezone.localdate()
    drifting = published(30, "Drifting", owner=marketer, themes=[theme])
    hear(theme, near(0, 12, rng), today - timedelta(days=50), rep)
    hear(theme, np.concatenate([near(9, 5, rng), near(0, 1, rng)]), today - timedelta(days=5), rep)
    same = make_theme("Another")
    published(30, "Steady", owner=marketer, themes=[same])
    hear(same, near(3, 12, rng), today - timedelta(days=50), rep)
    hear(same, near(3, 6, rng), today - timedelta(days=5), rep)

    assert watch()["judged"] == 2

    drift = Drift.objects.get(collateral=drifting)
    assert (drift.voices, drift.apart >= 5) == (6, True)
    assert list(Collateral.objects.drifted()) == [drifting]
    page = sign_in(marketer).get(LIST, {"stale": "drifted"})
    assert [row.title for row in page.context["page"]] == ["Drifting"]
    assert f"{drift.apart} of 6 voices since " in page.content.decode()
    assert "say something else" in page.content.decode()


def test_too_few_voices_are_not_judged_and_a_new_version_is_judged_anew(rep, marketer):
    rng, theme, today = np.random.default_rng(4), make_theme(), timezone.localdate()
    piece = published(30, owner=marketer, themes=[theme])
    hear(theme, near(0, 12, rng), today - timedelta(days=50), rep)
    hear(theme, near(9, 4, rng), today - timedelta(days=5), rep)
    assert watch()["judged"] == 0
    hear(theme, near(9, 2, rng), today - timedelta(days=4), rep)
    assert watch()["judged"] == 1
    assert kinds(piece) == ["drifted"]
    Publication.objects.update(at=timezone.now())
    assert watch()["judged"] == 0
    assert (kinds(piece), Drift.objects.count()) == ([], 0)


def test_the_owner_is_told_once_and_again_when_it_is_late_again(marketer):
    today = timezone.localdate()
    piece = published(70, "Old sheet", owner=marketer, review_by=today - timedelta(days=3))
    for _ in range(2):
        assert tell_of_alarms(now=timezone.now()) == 2
    titles = list(Notification.objects.filter(to=marketer).order_by("title").values_list("title", flat=True))
    assert titles == ["“Old sheet” is not used", "“Old sheet” is to be checked again"]
    Collateral.objects.filter(pk=piece.pk).update(review_by=today - timedelta(days=1))
    tell_of_alarms(now=timezone.now())
    assert Notification.objects.filter(to=marketer).count() == 3


def test_the_digest_of_the_owner_lists_it(marketer, rep):
    published(70, "Old sheet", owner=marketer)
    tell_of_alarms(now=timezone.now())
    said = {part.key: told for part, told in digest_of(marketer, timezone.now() - timedelta(days=7))}
    assert said["stale"]["headline"] == "1 piece to check"
    [(piece, url, [alarm])] = said["stale"]["rows"]
    assert (piece.title, alarm.kind) == ("Old sheet", "unused")
    assert url.endswith(piece.get_absolute_url())
    assert digest_of(rep, timezone.now() - timedelta(days=7)) == []


@pytest.mark.parametrize(("kind", "shown"), [("any", {"Late", "Idle"}), ("review", {"Late"}), ("unused", {"Idle"})])
def test_those_who_publish_filter_by_alarm(kind, shown, marketer, sign_in):
    make_collateral("Late", owner=marketer, review_by=timezone.localdate() - timedelta(days=1))
    published(70, "Idle", owner=marketer)
    make_collateral("Fine", owner=marketer)
    assert {row.title for row in sign_in(marketer).get(LIST, {"stale": kind}).context["page"]} == shown


def test_a_marketers_home_counts_them(marketer, rep, sign_in):
    published(70, "Idle", owner=marketer)
    assert "1 piece to check" in sign_in(marketer).get("/").content.decode()
    assert "to check" not in sign_in(rep).get("/").content.decode()
