from django.db import transaction
from django.utils import timezone

from feedback.models import Decision, Judgement, User


@transaction.atomic
def judge_decision(*, decision: Decision, verdict: str, why: str, by: User) -> Judgement:
    """Says whether a decision was kept, in place of the word that held. The same word is said once."""
    Decision.objects.select_for_update().get(pk=decision.pk)
    held = decision.judgements.live().first()
    if held and (held.verdict, held.why) == (verdict, why):
        return held
    if held:
        undo_judgement(judgement=held, by=by)
    return Judgement.objects.create(decision=decision, verdict=verdict, why=why, by=by)


@transaction.atomic
def undo_judgement(*, judgement: Judgement, by: User) -> None:
    """Leaves the decision open again; what is undone stays so."""
    Judgement.objects.live().filter(pk=judgement.pk).update(undone_at=timezone.now(), undone_by=by)
