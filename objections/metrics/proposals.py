from collections.abc import Iterable

from django.db.models import Case, IntegerField, Min, QuerySet, Value, When

from feedback.metrics import Money, Period, sums
from feedback.models import Opportunity
from objections.metrics.pairs import counted_in
from objections.models import Placement, Proposal
from objections.models.proposals import ProposalKind


def value_of_proposals(proposals: Iterable[Proposal], period: Period) -> dict[int, Money]:
    """By proposal id what was lost in the period on deals where its objections were heard; of a merge, where either
    theme was. Each deal once. Two queries; proposals without such a deal are left out.
    """
    proposals = list(proposals)
    lost = Opportunity.objects.lost().closed_between(period).order_by()
    merges = [proposal for proposal in proposals if proposal.kind == ProposalKind.MERGE]
    others = [proposal.pk for proposal in proposals if proposal.kind != ProposalKind.MERGE]
    found = _of_voices(others, lost) if others else {}
    return found | (_of_merges(merges, lost) if merges else {})


def _of_voices(ids: list[int], lost: QuerySet) -> dict[int, Money]:
    voices = Proposal.objections.through.objects.filter(proposal__in=ids, objection__withdrawn_at=None)
    met = voices.filter(objection__opportunity__in=lost)
    firsts = met.values("proposal", "objection__opportunity").annotate(first=Min("pk")).values("first")
    rows = Proposal.objections.through.objects.filter(pk__in=firsts).values("proposal")
    return {row["proposal"]: Money.of(row) for row in rows.annotate(**sums("objection__opportunity__"))}


def _of_merges(merges: list[Proposal], lost: QuerySet) -> dict[int, Money]:
    """A build proposes a theme for one merge at most, so that its placements belong to one proposal."""
    of = {theme: merge.pk for merge in merges for theme in (merge.theme_id, merge.into_id)}
    merge = Case(*(When(theme=theme, then=Value(pk)) for theme, pk in of.items()), output_field=IntegerField())
    met = counted_in(of).filter(objection__opportunity__in=lost).order_by().annotate(merging=merge)
    firsts = met.values("merging", "objection__opportunity").annotate(first=Min("pk")).values("first")
    rows = Placement.objects.filter(pk__in=firsts).order_by().annotate(merging=merge).values("merging")
    return {row["merging"]: Money.of(row) for row in rows.annotate(**sums("objection__opportunity__"))}
