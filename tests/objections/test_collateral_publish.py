from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback.models import Notification
from objections.actions.collateral import (
    PublishRefused,
    add_version,
    publish_collateral,
    restore_publication,
    retire_collateral,
    undo_publication,
)
from objections.actions.content import move_request
from objections.models import Publication
from objections.workflow import MoveRefused
from tests.factories import (
    make_collateral,
    make_objection,
    make_opportunity,
    make_request,
    make_theme,
    make_user,
    place,
)


def draft(owner, *, themes=(), **fields):
    return make_collateral("Security pack", owner=owner, themes=themes, published=False, **fields)


def publish(piece, by):
    return publish_collateral(collateral=piece, version=piece.versions.first(), by=by)


def approved(by, themes=()):
    return make_request(by=by, themes=themes, owner=by, state="approved", due_on=date(2030, 1, 1))


def test_everyone_who_raised_the_theme_is_told_in_their_own_words(rep, other_rep, manager, marketer):
    theme, acme = make_theme(), make_opportunity(account="Acme")
    day = timezone.localdate().replace(month=1, day=3)
    place(make_objection("older words", author=rep, opportunity=acme, heard_on=day - timedelta(days=1)), theme)
    place(make_objection("no SOC 2", author=rep, opportunity=acme, heard_on=day), theme)
    gone = make_objection(author=manager, withdrawn_at=timezone.now(), withdrawn_by=manager)
    place(gone, theme)
    place(make_objection(author=other_rep), make_theme("Another"))
    piece = draft(marketer, themes=[theme])

    publish(piece, marketer)

    told = Notification.objects.get()
    assert told.to == rep
    assert told.title == "“Security pack” is live"
    assert told.body == "On 3 January you logged “no SOC 2” at Acme. “Security pack” is live."
    assert told.url == piece.get_absolute_url()


def test_it_tells_many_by_as_many_queries_as_few(marketer):
    def queries_for(authors):
        theme = make_theme(f"Theme of {authors}")
        for author in [make_user(f"Rep {number}") for number in range(authors)]:
            for _ in range(3):
                place(make_objection("", is_same=True, author=author), theme)
        piece = draft(marketer, themes=[theme])
        with CaptureQueriesContext(connection) as made:
            publish(piece, marketer)
        assert Notification.objects.filter(key__endswith=f"-{piece.publication.pk}").count() == authors
        return len(made)

    assert queries_for(2) == queries_for(20)


def test_a_voice_without_words_or_deal_is_told_by_its_theme(rep, marketer):
    theme = make_theme("No SOC 2")
    place(make_objection("", author=rep, is_same=True, heard_on=date(2020, 2, 1)), theme, by=rep)
    publish(draft(marketer, themes=[theme]), marketer)
    assert Notification.objects.get().body.startswith("On 1 February 2020 you logged “No SOC 2”. ")


def test_whoever_asked_is_told_even_if_they_logged_nothing(rep, marketer):
    row = make_request(by=rep, owner=marketer, state="approved", due_on=date(2030, 1, 1))
    publish(draft(marketer, request=row), marketer)
    assert Notification.objects.get(to=rep).body.startswith("You asked for it.")


def test_whoever_asked_for_a_request_merged_into_it_is_told(rep, other_rep, marketer):
    into = approved(marketer)
    merged = make_request("Theirs", by=other_rep)
    move_request(request=merged, to="merged", by=marketer, into=into)
    Notification.objects.all().delete()
    publish(draft(marketer, request=into), marketer)
    assert [n.to for n in Notification.objects.all()] == [other_rep]


def test_publishing_twice_changes_and_tells_nothing_more(rep, marketer):
    theme = make_theme()
    place(make_objection(author=rep), theme)
    piece = draft(marketer, themes=[theme])
    assert publish(piece, marketer) == publish(piece, marketer)
    assert (Publication.objects.count(), Notification.objects.count()) == (1, 1)


def test_it_moves_the_request_behind_it_to_published(marketer):
    row = approved(marketer)
    publish(draft(marketer, request=row), marketer)
    row.refresh_from_db()
    assert (row.state, row.moves.get().from_state) == ("published", "approved")


def test_moving_the_request_publishes_its_collateral(marketer):
    row = approved(marketer)
    piece = draft(marketer, request=row)
    move_request(request=row, to="published", by=marketer)
    piece.refresh_from_db()
    assert (row.state, piece.publication.version.number) == ("published", 1)


def test_publishing_a_request_leaves_alone_what_somebody_retired(marketer):
    row = approved(marketer)
    kept, mistaken = draft(marketer, request=row), draft(marketer, request=row)
    publication = publish(mistaken, marketer)
    publish(kept, marketer)
    retire_collateral(collateral=kept, by=marketer)
    undo_publication(collateral=mistaken, publication=publication.pk, by=marketer)

    move = move_request(request=row, to="published", by=marketer)

    assert [p.collateral for p in move.publications] == [mistaken]
    assert [p.collateral for p in Publication.objects.live()] == [mistaken]


def test_a_request_with_nothing_but_retired_collateral_cannot_be_published(marketer):
    row = approved(marketer)
    retire_collateral(collateral=make_collateral(owner=marketer, request=row), by=marketer)
    with pytest.raises(MoveRefused, match="collateral with a file or a link"):
        move_request(request=row, to="published", by=marketer)


@pytest.mark.parametrize("state", ["new", "needs info", "on hold"])
def test_it_is_refused_while_the_request_cannot_be_published(marketer, state):
    piece = draft(marketer, request=make_request(by=marketer, state=state))
    with pytest.raises(MoveRefused, match="Move “Price sheet” on first"):
        publish(piece, marketer)
    assert not Publication.objects.exists()


def test_a_request_that_is_done_stays_as_it_is(marketer):
    row = make_request(by=marketer, state="worked")
    publish(draft(marketer, request=row), marketer)
    row.refresh_from_db()
    assert row.state == "worked"


def test_a_version_of_another_piece_is_refused(marketer):
    with pytest.raises(PublishRefused):
        publish_collateral(collateral=draft(marketer), version=draft(marketer).versions.get(), by=marketer)


def test_a_new_version_replaces_the_old_and_is_told_as_such(rep, marketer):
    theme = make_theme()
    place(make_objection(author=rep), theme)
    piece = draft(marketer, themes=[theme])
    first = publish(piece, marketer)
    add_version(collateral=piece, by=marketer, link="https://example.com/2")
    second = publish(piece, marketer)

    first.refresh_from_db()
    assert (first.retired_by, second.version.number) == (marketer, 2)
    assert Notification.objects.first().title == "“Security pack” has a new version"


def test_undoing_takes_back_the_publication_the_move_and_unread_news(rep, other_rep, marketer):
    theme = make_theme()
    place(make_objection(author=rep), theme)
    place(make_objection(author=other_rep), theme)
    row = approved(marketer, [theme])
    piece = draft(marketer, themes=[theme], request=row)
    publication = publish(piece, marketer)
    Notification.objects.filter(to=other_rep).update(read_at=timezone.now())

    for _ in range(2):
        undo_publication(collateral=piece, publication=publication.pk, by=marketer)

    row.refresh_from_db()
    assert (row.state, Publication.objects.count()) == ("approved", 0)
    assert [n.to for n in Notification.objects.all()] == [other_rep]
    assert list(row.moves.values_list("from_state", "to_state")) == [
        ("approved", "published"),
        ("published", "approved"),
    ]


def test_undoing_makes_the_version_before_live_again(marketer):
    piece = draft(marketer)
    first = publish(piece, marketer)
    add_version(collateral=piece, by=marketer, link="https://example.com/2")
    second = publish(piece, marketer)
    undo_publication(collateral=piece, publication=second.pk, by=marketer)
    assert Publication.objects.live().get() == first


def test_undoing_knows_what_it_replaced_whatever_the_clock_said(marketer):
    piece = draft(marketer)
    first = publish(piece, marketer)
    add_version(collateral=piece, by=marketer, link="https://example.com/2")
    second = publish(piece, marketer)
    Publication.objects.filter(pk=first.pk).update(retired_at=second.at + timedelta(seconds=1))
    undo_publication(collateral=piece, publication=second.pk, by=marketer)
    assert Publication.objects.live().get() == first


def test_undoing_leaves_a_request_alone_that_moved_on_since(marketer):
    row = approved(marketer)
    piece = draft(marketer, request=row)
    publication = publish(piece, marketer)
    move_request(request=row, to="measuring", by=marketer)
    undo_publication(collateral=piece, publication=publication.pk, by=marketer)
    row.refresh_from_db()
    assert row.state == "measuring"


def test_after_a_day_it_is_no_slip_any_more(marketer):
    piece = draft(marketer)
    publication = publish(piece, marketer)
    Publication.objects.update(at=timezone.now() - timedelta(hours=25))
    with pytest.raises(PublishRefused, match="Retire it instead"):
        undo_publication(collateral=piece, publication=publication.pk, by=marketer)


def test_retiring_and_its_undo_are_harmless_twice(marketer):
    piece = draft(marketer)
    publication = publish(piece, marketer)
    assert retire_collateral(collateral=piece, by=marketer) == publication
    assert retire_collateral(collateral=piece, by=marketer) is None
    for _ in range(2):
        restore_publication(collateral=piece, publication=publication.pk, by=marketer)
    assert Publication.objects.live().get() == publication


def test_restoring_does_not_displace_what_is_live_now(marketer):
    piece = draft(marketer)
    old = publish(piece, marketer)
    retire_collateral(collateral=piece, by=marketer)
    add_version(collateral=piece, by=marketer, link="https://example.com/2")
    new = publish(piece, marketer)
    restore_publication(collateral=piece, publication=old.pk, by=marketer)
    assert Publication.objects.live().get() == new


def test_the_pages_publish_retire_and_undo(marketer, sign_in):
    piece, client = draft(marketer), sign_in(marketer)
    page = client.post(reverse("objections:collateral_publish", args=[piece.pk]), follow=True)
    undo = next(iter(page.context["messages"])).extra_tags.removeprefix("undo:")
    assert Publication.objects.live().count() == 1
    for _ in range(2):
        assert client.post(undo).status_code == 302
    assert Publication.objects.count() == 0

    client.post(reverse("objections:collateral_publish", args=[piece.pk]))
    page = client.post(reverse("objections:collateral_retire", args=[piece.pk]), follow=True)
    assert Publication.objects.live().count() == 0
    client.post([*page.context["messages"]][-1].extra_tags.removeprefix("undo:"))
    assert Publication.objects.live().count() == 1


def test_publishing_what_has_no_version_says_so(marketer, sign_in):
    piece = draft(marketer)
    piece.versions.all().delete()
    page = sign_in(marketer).post(reverse("objections:collateral_publish", args=[piece.pk]))
    assert page.status_code == 422
    assert "Add a file or a link" in page.content.decode()


def test_publishing_too_early_says_what_is_first(marketer, sign_in):
    piece = draft(marketer, request=make_request(by=marketer))
    page = sign_in(marketer).post(reverse("objections:collateral_publish", args=[piece.pk]))
    assert page.status_code == 422
    assert "Move “Price sheet” on first" in page.content.decode()
