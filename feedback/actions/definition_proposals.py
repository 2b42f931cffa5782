from django.db import transaction
from django.utils import timezone

from feedback.actions.becomings import link_promise, tell_of_end
from feedback.becoming import Promise
from feedback.models import Definition, DefinitionProposal, User
from feedback.models.definition_proposals import ProposalState


class AlreadyDecided(ValueError):
    """Somebody decided about the proposal meanwhile, or the definition has changed since it was made."""


@transaction.atomic
def propose_definition(
    *, definition: Definition, text: str, formula: str, why: str, by: User, promise: Promise | None = None
) -> DefinitionProposal:
    """Proposes a new wording; asked from a promise of a meeting, that became it. Said twice, it is one proposal."""
    _hold(definition.slug)
    said = {"version": definition.version, "text": text, "formula": formula, "why": why, "by": by}
    said |= {"slug": definition.slug, "state": ProposalState.OPEN}
    proposal = DefinitionProposal.objects.filter(**said).first() or DefinitionProposal.objects.create(**said)
    if promise:
        link_promise(promise=promise, kind="definition", number=proposal.pk, by=by)
    return proposal


@transaction.atomic
def take_proposal(*, proposal: DefinitionProposal, by: User) -> Definition:
    """Makes the wording the next version of the definition. Taken already, it gives the version that made.

    Raises AlreadyDecided when it was left, or when the definition has another version than it was written against.
    """
    proposal = DefinitionProposal.objects.select_for_update().get(pk=proposal.pk)
    if proposal.state == ProposalState.TAKEN:
        return proposal.made
    _require_open(proposal)
    _hold(proposal.slug)
    newest = Definition.objects.filter(slug=proposal.slug).order_by("-version").first()
    if newest is None or newest.version != proposal.version:
        raise AlreadyDecided("The definition has changed since this was proposed. Propose it again on today's wording.")
    made = Definition.objects.create(
        slug=newest.slug,
        version=newest.version + 1,
        title=newest.title,
        text=proposal.text,
        formula=proposal.formula,
    )
    proposal.made = made
    _decide(proposal, ProposalState.TAKEN, by, f"The new wording of “{made}” was taken")
    return made


@transaction.atomic
def leave_proposal(*, proposal: DefinitionProposal, answer: str, by: User) -> None:
    """Leaves the definition as it is, and says why. Raises AlreadyDecided when it was taken."""
    proposal = DefinitionProposal.objects.select_for_update().get(pk=proposal.pk)
    if proposal.state == ProposalState.LEFT:
        return
    _require_open(proposal)
    proposal.answer = answer
    title = Definition.objects.filter(slug=proposal.slug).values_list("title", flat=True).first()
    _decide(proposal, ProposalState.LEFT, by, f"“{title}” was left as it is: {answer}")


def _hold(slug):
    """Lets one person at a time work on a definition: held is its first version, for the newest may be another one by
    the time a lock on it is given.
    """
    Definition.objects.select_for_update().filter(slug=slug, version=1).first()


def _require_open(proposal):
    if proposal.state != ProposalState.OPEN:
        raise AlreadyDecided(f"Somebody decided about it meanwhile: {proposal.get_state_display().lower()}.")


def _decide(proposal, state, by, words):
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, timezone.now()
    proposal.save()
    tell_of_end(kind="definition", number=proposal.pk, mark=state, words=words, by=by)
