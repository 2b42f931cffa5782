"""What the page of one build says: what it read and proposed, what was decided since, and what it changed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Q

from objections.models import Build, Proposal
from objections.models.proposals import ProposalKind
from objections.theming.grounds import changed

SHOWN = 50
STATES = ("open", "accepted", "rejected", "stale")


@dataclass(frozen=True)
class KindRow:
    """What became of the proposals of one kind."""

    label: str
    made: int
    open: int
    accepted: int
    rejected: int
    stale: int


@dataclass(frozen=True)
class Since:
    """What is not as the build before had it. `grounds` are words; `new` and `gone` at most SHOWN of so many."""

    before: Build
    grounds: tuple[str, ...]
    repeated: int
    new: tuple[Proposal, ...]
    new_count: int
    gone: tuple[Proposal, ...]
    gone_count: int


def kind_rows(build: Build) -> list[KindRow]:
    """One for each kind that was proposed, in the order of kinds. One query."""
    counts = Counter()
    for kind, state, many in build.proposals.order_by().values_list("kind", "state").annotate(many=Count("pk")):
        counts[kind, state] = many
    return [
        KindRow(kind.label, sum(counts[kind, state] for state in STATES), *(counts[kind, state] for state in STATES))
        for kind in ProposalKind
        if any(counts[kind, state] for state in STATES)
    ]


def decided(build: Build) -> Sequence[Proposal]:
    """Those of its proposals that somebody decided, newest first, and those that are out of date with why."""
    rows = build.proposals.filter(Q(decided_at__isnull=False) | ~Q(gone=""))
    order = F("decided_at").desc(nulls_last=True)
    return rows.select_related("theme", "into", "decided_by").order_by(order, "-id")[:SHOWN]


def since(build: Build) -> Since | None:
    """Beside the last build that ended before it; None for the first."""
    before = Build.objects.ended().filter(pk__lt=build.pk).first()
    if before is None:
        return None
    new = build.proposals.filter(follows=None)
    gone = before.proposals.exclude(gone="").filter(state="stale", decided_at=None)
    return Since(
        before=before,
        grounds=tuple(changed(before.stands_on, build.stands_on)),
        repeated=build.proposals.exclude(follows=None).count(),
        new=tuple(new.select_related("theme", "into").surest_first()[:SHOWN]),
        new_count=new.count(),
        gone=tuple(gone.select_related("theme", "into").order_by("id")[:SHOWN]),
        gone_count=gone.count(),
    )
