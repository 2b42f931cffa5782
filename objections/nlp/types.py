"""What the package hands out: frozen, of plain Python values, safe to store as JSON."""

from collections.abc import Hashable
from dataclasses import dataclass


@dataclass(frozen=True)
class Match:
    """One theme that a text may belong to.

    `score` is the cosine to the theme's centre plus half the vote of the neighbours; `confidence` (0 to 1) is the
    share of such matches that were right on labelled notes; `is_sure` says it reaches the configured threshold.
    """

    theme: Hashable
    score: float
    confidence: float
    is_sure: bool


@dataclass(frozen=True)
class Cluster:
    """One theme found. `members` and `quote_index` are positions in the texts given; `cohesion` (-1 to 1) is the mean
    cosine of the members to their common centre."""

    members: tuple[int, ...]
    name: str
    phrases: tuple[str, ...]
    quote_index: int
    cohesion: float


@dataclass(frozen=True)
class Themes:
    """Everything one run found: clusters from large to small, and the positions of texts left unthemed."""

    clusters: tuple[Cluster, ...]
    unthemed: tuple[int, ...]

    @property
    def labels(self) -> tuple[int | None, ...]:
        """For each text the position of its cluster, or None."""
        labels: list[int | None] = [None] * (len(self.unthemed) + sum(len(c.members) for c in self.clusters))
        for number, cluster in enumerate(self.clusters):
            for member in cluster.members:
                labels[member] = number
        return tuple(labels)


@dataclass(frozen=True)
class Proposal:
    """One change to the themes that a person may accept.

    `kind` is one of: "new" (make a theme of `members`), "assign" (put unthemed `members` into `theme`), "move" (take
    `members`, placed by the model, out of `other` into `theme`), "merge" (`other` into `theme`), "split" (take
    `members`, placed by the model, out of `theme` into a theme of their own), "retire" (`theme` has no members).
    `members` and `quote_index` are positions in the texts given. `name` and `phrases` are set for "new" and "split".
    """

    kind: str
    members: tuple[int, ...]
    reason: str
    theme: Hashable = None
    other: Hashable = None
    name: str = ""
    phrases: tuple[str, ...] = ()
    quote_index: int | None = None
