from django.db import transaction
from django.utils import timezone

from feedback.models import Opportunity, User
from objections.actions.moves import locked
from objections.actions.objections import log_objection
from objections.models import ContentRequest, Join, Objection
from objections.workflow import MoveRefused


@transaction.atomic
def join_request(
    *, request: ContentRequest, by: User, deal: Opportunity | None = None, words: str = "", said_before: bool = False
) -> Join:
    """Wants the same: is told from now on as whoever asked, and the deal waits with the others.

    With words, or with `said_before`, that the buyer of the deal said the same, a voice of theirs is logged in the
    request's first active theme. Again with the same deal changes nothing. Raises `MoveRefused` once it left the queue.
    """
    row = locked(request)
    if not row.is_unfinished:
        raise MoveRefused(f"“{row}” is not in the queue any more. Ask for it anew.")
    earlier = row.joins.live().filter(by=by, opportunity=deal).first()
    if earlier:
        return earlier
    brings = deal is not None and not row.opportunities.filter(pk=deal.pk).exists()
    if brings:
        row.opportunities.add(deal)
    theme, voice = row.themes.active().order_by("pk").first(), None
    if words or (said_before and deal and theme):
        voice = Objection(text=words, opportunity=deal, is_same=not words, heard_on=timezone.localdate())
        log_objection(objection=voice, by=by, same_as=theme)
    return Join.objects.create(request=row, by=by, opportunity=deal, brought_deal=brings, objection=voice)


@transaction.atomic
def leave_request(*, join: Join) -> None:
    """Takes a join back, and the deal that came with it unless another did, too. What was heard stays heard."""
    row = locked(join.request)
    mine = row.joins.live().filter(pk=join.pk).first()
    if mine is None:
        return
    row.joins.filter(pk=mine.pk).update(left_at=timezone.now())
    if mine.brought_deal:
        heir = row.joins.live().filter(opportunity=mine.opportunity_id).first()
        if heir:
            row.joins.filter(pk=heir.pk).update(brought_deal=True)
        else:
            row.opportunities.remove(mine.opportunity)
