"""What a new build owes to earlier ones: it asks nothing again that was rejected, and repeats rather than replaces."""

from collections import defaultdict
from collections.abc import Sequence

from django.utils import timezone
from django.utils.formats import date_format

from feedback.metrics import number_of
from objections.models import Build, Objection, Placement, Proposal
from objections.models.proposals import ProposalKind
from objections.theming.curation import refused_pairs

LEAST_FRESH = 5  # voices that were not there when its like was rejected, and half as many as were
ALIKE = 0.5  # share of all their voices that two proposals have in common to be one asked twice

Row = tuple[Proposal, list[int]]  # not saved yet, with the ids of its objections


def worth_deciding(rows: Sequence[Row], standing: dict[int, list[int]]) -> list[Row]:
    """Leaves out what was rejected and has not changed since, and objections from themes a person took them out of or
    refused for them; what was set aside is asked about only where a theme would be new.

    `standing` holds the ids of the objections in each theme. What is asked again says why, in `again`.
    """
    rejected = defaultdict(list)
    for proposal in Proposal.objects.filter(state="rejected").order_by("decided_at").prefetch_related("objections"):
        rejected[target(proposal)].append((proposal, {objection.pk for objection in proposal.objections.all()}))
    no = refused_pairs(Objection.objects.values("pk"))
    aside = set(Objection.objects.set_aside().values_list("pk", flat=True))
    asked = (_asked(proposal, members, rejected, no, aside, standing) for proposal, members in rows)
    return [row for row in asked if row is not None]


def target(proposal: Proposal) -> tuple:
    """What two proposals share that ask the same; of a merge either direction."""
    themes = (proposal.theme_id, proposal.into_id)
    return proposal.kind, frozenset(themes) if proposal.kind == ProposalKind.MERGE else themes


def follow(rows: Sequence[Row]) -> list[Proposal]:
    """Sets `follows` of those that repeat an open proposal; gives the open ones that none repeats."""
    before = defaultdict(list)
    for proposal in Proposal.objects.open().prefetch_related("objections"):
        before[target(proposal)].append((proposal, {objection.pk for objection in proposal.objections.all()}))
    for proposal, members in rows:
        there = before[target(proposal)]
        alike = [(_overlap(set(members), others), at) for at, (_, others) in enumerate(there)]
        if alike and max(alike)[0] >= ALIKE:
            proposal.follows = there.pop(max(alike)[1])[0]
    return [proposal for left in before.values() for proposal, _ in left]


def why_gone(proposal: Proposal, changes: Sequence[str]) -> str:
    """Why a build does not repeat an open proposal; `changes` says in words what it found other than the last."""
    for theme in (proposal.theme, proposal.into):
        if theme and not theme.is_active:
            return f"“{theme.name[:80]}” is {theme.get_state_display().lower()} by now."
    if proposal.kind == ProposalKind.RETIRE:
        return "It was raised since."
    voices = proposal.objections.count()
    left = proposal.objections.live().exclude(pk__in=Placement.objects.live().by_people().values("objection")).count()
    if proposal.kind in (ProposalKind.NEW, ProposalKind.MOVE, ProposalKind.SPLIT) and left <= voices / 2:
        placed = voices - left
        return f"{placed} of its {number_of(voices, 'objection')} were placed by somebody or withdrawn since."
    if changes:
        return f"Read anew, its objections group otherwise. Changed: {', '.join(changes)}."[:200]
    return "Read anew, its objections group otherwise."


def _asked(proposal, members, rejected, no, aside, standing) -> Row | None:
    before = rejected.get(target(proposal), [])
    if proposal.kind == ProposalKind.MOVE:
        out = aside.union(*(voices for _, voices in before))
        left = [pk for pk in members if (pk, proposal.theme_id) not in no and pk not in out]
        return (proposal, left) if left else None
    if proposal.kind in (ProposalKind.NEW, ProposalKind.SPLIT):
        before = [(other, voices) for other, voices in before if voices & set(members)]
    if not before:
        return proposal, members
    asked, voices = before[-1]
    known = set().union(*(voices for _, voices in before))
    now = set(standing.get(asked.theme_id, ())) if proposal.kind == ProposalKind.MERGE else set(members)
    fresh = now - known
    if len(fresh) < max(LEAST_FRESH, len(voices) / 2):
        return None
    when = date_format(timezone.localdate(asked.decided_at), "j M Y")
    said = f"Rejected on {when}; asked again because {len(fresh)} of {number_of(len(now), 'objection')} are new since."
    proposal.again = said
    return proposal, members


def _overlap(one: set[int], other: set[int]) -> float:
    """Shared of all; two without any objection ask the same if their target is the same."""
    return len(one & other) / len(one | other) if one | other else 1.0


def same_grounds(now: dict) -> Build | None:
    """The last build, if it stood on these grounds exactly."""
    last = Build.objects.ended().first()
    return last if last and last.stands_on == now else None
