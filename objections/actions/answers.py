from django.db import transaction
from django.utils import timezone

from feedback.actions.webhooks import take_back_event
from feedback.jobs import queue_job
from feedback.models import User
from objections.actions.announcing import announce_answer, answer_key
from objections.models import Answer, Theme


@transaction.atomic
def approve_answer(*, theme: Theme, text: str, by: User) -> Answer:
    """Makes these the words to say to a theme; the ones before are retired. The same words again change nothing."""
    Theme.objects.select_for_update().get(pk=theme.pk)
    live = Answer.objects.filter(theme=theme, retired_at=None).first()
    if live and live.text == text:
        return live
    now = timezone.now()
    Answer.objects.filter(theme=theme, retired_at=None).update(retired_at=now)
    queue_job(kind="renew_meanings")  # so that who looks for it finds it by its meaning
    answer = Answer.objects.create(theme=theme, text=text, approved_by=by, approved_at=now, replaces=live)
    announce_answer(answer)
    return answer


@transaction.atomic
def undo_answer(*, theme: Theme, answer: int) -> None:
    """Takes back an approval in force; the words it replaced are in force again. Gone already is fine."""
    Theme.objects.select_for_update().get(pk=theme.pk)
    row = Answer.objects.filter(pk=answer, theme=theme, retired_at=None).first()
    if row is None:
        return
    take_back_event(key=answer_key(row))
    replaced = row.replaces_id
    row.delete()
    queue_job(kind="renew_meanings")
    Answer.objects.filter(pk=replaced).update(retired_at=None)
