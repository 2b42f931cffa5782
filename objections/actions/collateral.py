import uuid
from collections.abc import Iterable
from contextlib import ExitStack
from datetime import timedelta

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from feedback.jobs import queue_job
from feedback.masking import tell_of_words
from feedback.models import Opportunity, Segment, User
from objections.actions.moves import locked, record_move
from objections.actions.telling import tell_of_publication, untell_of_publication
from objections.files import FileKind
from objections.models import Collateral, CollateralStage, ContentRequest, Publication, Theme, Usage, Version
from objections.models.content import RequestState
from objections.workflow import MoveRefused, find_move

UNDO_WITHIN = timedelta(days=1)


class PublishRefused(ValueError):
    """Why something cannot be published, or no longer be undone; the message is for the person."""


@transaction.atomic
def make_collateral(
    *,
    collateral: Collateral,
    themes: Iterable[Theme],
    by: User,
    stages: Iterable[str] = (),
    segments: Iterable[Segment] = (),
    request: ContentRequest | None = None,
    file: File | None = None,
    kind: FileKind | None = None,
    link: str = "",
) -> Collateral:
    """Saves a new piece, a draft until a version of it is published. It belongs to whoever made it.

    With a checked file and its kind, or a link, that is its first version.
    """
    collateral.owner, collateral.request = by, request
    collateral._history_user = by
    collateral.save()
    collateral.themes.set(themes)
    collateral.stages.set(CollateralStage.objects.called(stages))
    collateral.segments.set(segments)
    queue_job(kind="renew_meanings")
    if file or link:
        add_version(collateral=collateral, by=by, file=file, kind=kind, link=link)
    return collateral


@transaction.atomic
def change_collateral(
    *,
    collateral: Collateral,
    themes: Iterable[Theme],
    by: User,
    stages: Iterable[str] = (),
    segments: Iterable[Segment] = (),
) -> Collateral:
    collateral._history_user = by
    collateral.save()
    collateral.themes.set(themes)
    collateral.stages.set(CollateralStage.objects.called(stages))
    collateral.segments.set(segments)
    queue_job(kind="renew_meanings")
    return collateral


@transaction.atomic
def add_version(
    *,
    collateral: Collateral,
    by: User,
    file: File | None = None,
    kind: FileKind | None = None,
    link: str = "",
    note: str = "",
) -> Version:
    """Adds the next version, a checked file with its kind or else a link. Repeating the newest link adds nothing.

    A version that cannot be saved leaves no file behind. Once it is, the file stays, for a commit whose answer is lost
    may have happened: better a file without a row than a row without its file.
    """
    Collateral.objects.select_for_update().get(pk=collateral.pk)
    newest = collateral.versions.order_by("-number").first()
    if link and newest and newest.link == link:
        return newest
    version = Version(collateral=collateral, link=link, note=note, by=by)
    version.number = newest.number + 1 if newest else 1
    with ExitStack() as on_failure:
        if file:
            version.file_name = file.name
            # The name on disk says nothing: what people call their files is theirs, and may clash.
            version.file.save(f"{uuid.uuid4().hex}{kind.extension}", file, save=False)
            on_failure.callback(version.file.storage.delete, version.file.name)
        version.save()
        on_failure.pop_all()
    return version


@transaction.atomic
def publish_collateral(*, collateral: Collateral, version: Version, by: User) -> Publication:
    """Makes a version the one reps find, moves the request on and tells everyone who raised the themes.

    Publishing what is published already changes nothing. Raises `PublishRefused` for a version of another piece, and
    `MoveRefused` when the request behind it cannot be published yet.
    """
    _hold(collateral)
    if version.collateral_id != collateral.pk:
        raise PublishRefused("This version belongs to another piece of collateral.")
    live = Publication.objects.live().filter(collateral=collateral).first()
    if live and live.version_id == version.pk:
        return live
    now = timezone.now()
    if live:
        Publication.objects.filter(pk=live.pk).update(retired_at=now, retired_by=by)
    publication = Publication.objects.create(collateral=collateral, version=version, by=by, at=now, replaces=live)
    _move_request_to_published(collateral, by)
    tell_of_publication(publication)
    return publication


@transaction.atomic
def undo_publication(*, collateral: Collateral, publication: int, by: User) -> None:
    """Takes back a publication by mistake as if it had not been; what it replaced is live again.

    Nothing happens when it is gone already. Raises `PublishRefused` after `UNDO_WITHIN`: then it is retired instead.
    """
    _hold(collateral)
    row = Publication.objects.live().filter(pk=publication, collateral=collateral).first()
    if row is None:
        return
    if timezone.now() - row.at > UNDO_WITHIN:
        raise PublishRefused("This has been live for more than a day. Retire it instead.")
    untell_of_publication(row)
    at, replaced = row.at, row.replaces_id
    row.delete()
    Publication.objects.filter(pk=replaced).update(retired_at=None, retired_by=None)
    _move_request_back(collateral, at, by)


@transaction.atomic
def retire_collateral(*, collateral: Collateral, by: User) -> Publication | None:
    """Takes it out of the answers reps are offered; returns the publication that ended, or None if there was none."""
    _hold(collateral)
    live = Publication.objects.live().filter(collateral=collateral).first()
    if live is None:
        return None
    live.retired_at, live.retired_by = timezone.now(), by
    live.save(update_fields=["retired_at", "retired_by"])
    return live


@transaction.atomic
def restore_publication(*, collateral: Collateral, publication: int, by: User) -> None:
    """Undoes retiring; changes nothing while any version is live."""
    _hold(collateral)
    if Publication.objects.live().filter(collateral=collateral).exists():
        return
    Publication.objects.filter(pk=publication, collateral=collateral).update(retired_at=None, retired_by=None)


@transaction.atomic
def record_usage(
    *, collateral: Collateral, opportunity: Opportunity, by: User, helped: str = "", why: str = ""
) -> Usage:
    """Notes that `by` used it on a deal; saying so again only updates whether it helped, and why.

    `was_noted` of what is returned says that it was noted before.
    """
    usage, is_new = Usage.objects.get_or_create(collateral=collateral, opportunity=opportunity, by=by)
    usage.was_noted = not is_new
    return answer_usage(usage=usage, helped=helped, why=why) if helped else usage


@transaction.atomic
def answer_usage(*, usage: Usage, helped: str, why: str = "") -> Usage:
    """Whether it helped, and why in a word; the last answer holds, and no reason leaves the one given before."""
    usage.helped, usage.why = helped, why or usage.why
    usage.save(update_fields=["helped", "why"])
    if why:
        tell_of_words([usage])
    return usage


@transaction.atomic
def undo_usage(*, collateral: Collateral, usage: int, by: User) -> None:
    """Takes back one's own note of use; gone already is fine."""
    Usage.objects.filter(pk=usage, collateral=collateral, by=by).delete()


def _hold(collateral):
    """Keeps others off the piece, and before it off the request behind it: the order in which moving that holds them.

    Two who held them in different orders would wait for each other.
    """
    if collateral.request_id:
        locked(collateral.request)
    Collateral.objects.select_for_update().get(pk=collateral.pk)


def _move_request_to_published(collateral, by):
    if collateral.request_id is None:
        return
    request = locked(collateral.request)
    if not request.is_unfinished:
        return
    try:
        find_move(request, RequestState.PUBLISHED)
    except MoveRefused as refused:
        raise MoveRefused(f"{refused} Move “{request}” on first.") from refused
    record_move(request=request, to=RequestState.PUBLISHED, by=by, why=f"Published “{collateral.title}”"[:500])


def _move_request_back(collateral, published_at, by):
    """Only while nobody moved the request since."""
    if collateral.request_id is None:
        return
    request = locked(collateral.request)
    last = request.moves.last()
    if last and last.to_state == request.state == RequestState.PUBLISHED and last.at >= published_at:
        record_move(request=request, to=last.from_state, by=by, why="The publication was undone")
