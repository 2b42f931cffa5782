from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from feedback.actions.notifications import notify
from feedback.becoming import Promise, kinds
from feedback.models import Becoming, User


@transaction.atomic
def link_promise(*, promise: Promise, kind: str, number: int, by: User) -> Becoming:
    """Says that an action or decision became row `number` of a kind of `feedback.becoming`, else KeyError. Said twice,
    it is one link."""
    made = {promise._meta.model_name: promise, "kind": kinds[kind].key, "number": number}
    return Becoming.objects.get_or_create(**made, undone_at=None, defaults={"by": by})[0]


@transaction.atomic
def undo_link(*, becoming: Becoming, by: User) -> None:
    """Parts the two; what was made stays. One that is parted stays as it is."""
    Becoming.objects.live().filter(pk=becoming.pk).update(undone_at=timezone.now(), undone_by=by)


@transaction.atomic
def restore_link(*, becoming: Becoming, by: User) -> Becoming:
    """Links the two again, as a new row, so that who parted them stays known."""
    return link_promise(promise=becoming.promise, kind=becoming.kind, number=becoming.number, by=by)


@transaction.atomic
def carry_links(*, kind: str, number: int, to: int) -> None:
    """What became one row became another one, newly made, that goes on in its place."""
    Becoming.objects.live().filter(kind=kind, number=number).update(number=to)


def tell_of_end(*, kind: str, number: int, mark: str, words: str, by: User | None) -> None:
    """Tells whoever owns an open promise that what it became has ended, but not who ended it.

    `mark` names the end within the row, so that one end is told once.
    """
    rows = Becoming.objects.live().filter(kind=kind, number=number)
    rows = rows.select_related("action__owner", "action__meeting", "decision__owner", "decision__meeting")
    rows = rows.prefetch_related("decision__judgements")
    for row in rows:
        promise, meeting = row.promise, row.promise.meeting
        done = row.action.done_at if row.action_id else row.decision.judgement
        if promise.owner is None or promise.owner == by or done:
            continue
        url = meeting.get_absolute_url() if meeting.is_closed else reverse("feedback:home")
        body = f"It came from what you promised: {promise}"
        body += ". Is that done now? Mark it as done." if row.action_id else ""
        key = f"became:{row.pk}:{mark}"
        notify(users=[promise.owner], kind="became", key=key, title=words, url=url, body=body)
