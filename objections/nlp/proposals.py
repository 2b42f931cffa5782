"""What to change in the themes there are, given what the clusterer sees. Pure: no rows, nothing is written.

Themes keep their identity: every proposal starts from the existing themes, and what a person placed is never moved.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

from objections.nlp.matching import ThemeIndex, unit
from objections.nlp.types import Cluster, Match, Proposal, Themes

NAME = "objections.cautious.v1"


@dataclass(frozen=True)
class Proposer:
    """The thresholds. Few good proposals rather than many."""

    least_new: int
    least_part: int
    least_share: float
    least_cohesion: float
    very_sure_at: float
    merge_at: float
    split_below: float

    def __call__(
        self,
        vectors: np.ndarray,
        themes: Sequence[Hashable | None],
        by_person: Sequence[bool],
        found: Themes,
        index: ThemeIndex,
        all_themes: Sequence[Hashable] = (),
    ) -> tuple[Proposal, ...]:
        """Proposals in the order new, assign, move, merge, split, retire; the same input gives the same proposals.

        `vectors` (n, width), `themes` (the live placement of each, or None) and `by_person` describe all live
        objections; `found` is `find_themes` of the same; `index` holds the existing themes with their exemplars.
        Those of `all_themes` without members are proposed for retirement. Raises ValueError when lengths differ.
        """
        if not len(vectors) == len(themes) == len(by_person):
            raise ValueError(f"{len(vectors)} vectors, {len(themes)} themes and {len(by_person)} placements differ")
        state = State(np.asarray(vectors, np.float32), tuple(themes), tuple(by_person), found, index)
        new = self.new(state)
        taken = members_of(new)
        moves = self.moves(state, taken)
        taken |= members_of(moves)
        merges = self.merges(state)
        merging = {theme for proposal in merges for theme in (proposal.theme, proposal.other)}
        splits = [split for split in self.splits(state, taken) if split.theme not in merging]
        return (*new, *moves, *merges, *splits, *retired(themes, all_themes))

    def new(self, state: "State") -> list[Proposal]:
        """A theme for each cluster that is mostly unthemed."""
        proposals = []
        for cluster in state.found.clusters:
            free = tuple(m for m in cluster.members if state.themes[m] is None)
            enough = len(free) >= self.least_new and len(free) >= self.least_share * len(cluster.members)
            if enough and cluster.cohesion >= self.least_cohesion:
                reason = f"{len(free)} objections without a theme say much the same."
                proposals.append(as_theme("new", cluster, free, reason))
        return proposals

    def moves(self, state: "State", taken: set[int]) -> list[Proposal]:
        """Objections that read like a theme they are not in, as one proposal per pair of themes."""
        where = state.majorities(self.least_part, self.least_share)
        groups: dict[tuple, list[int]] = defaultdict(list)
        for member, matches in enumerate(state.matches):
            theme = state.themes[member]
            if not matches or member in taken or state.by_person[member] or matches[0].theme == theme:
                continue
            if self.belongs(matches[0], where.get(member), settled=theme is not None):
                groups[theme, matches[0].theme].append(member)
        order = sorted(groups, key=lambda pair: (pair[0] is not None, groups[pair][0]))
        return [move(tuple(groups[pair]), *pair) for pair in order if self.differ(state, *pair)]

    def differ(self, state: "State", theme: Hashable | None, other: Hashable) -> bool:
        """Between themes that are much alike the model is wrong as often as the placement: no moves there."""
        if theme is None or not state.members[other]:
            return True
        return state.likeness(state.members[theme], state.members[other]) < self.split_below

    def belongs(self, best: Match, majority: Hashable | None, *, settled: bool) -> bool:
        """Without a theme: a sure match among members of that theme, or a very sure one. With a theme: both."""
        beside = majority is not None and majority == best.theme
        very_sure = best.confidence >= self.very_sure_at
        return beside and very_sure if settled else (beside and best.is_sure) or very_sure

    def merges(self, state: "State") -> list[Proposal]:
        """Pairs of themes that share a cluster and are about as alike as each is within itself."""
        members = {theme: m for theme, m in state.members.items() if len(m) >= self.least_part}
        likeness = {pair: state.likeness(*(members[t] for t in pair)) for pair in state.neighbours(members, 0.5)}
        taken: set[Hashable] = set()
        proposals = []
        for pair, alike in sorted(likeness.items(), key=lambda item: -item[1]):
            if alike < self.merge_at or taken & set(pair):
                continue
            taken |= set(pair)
            into, other = sorted(pair, key=lambda theme: (-len(members[theme]), members[theme][0]))
            reason = f"The {len(members[other])} objections here and the {len(members[into])} there say much the same."
            proposals.append(Proposal("merge", tuple(members[other]), reason, theme=into, other=other))
        return proposals

    def splits(self, state: "State", taken: set[int]) -> list[Proposal]:
        """Themes with a part that lies in a cluster of its own, away from the rest."""
        proposals = []
        for theme, members in state.members.items():
            parts = [(c, [m for m in c.members if state.themes[m] == theme]) for c in state.found.clusters]
            parts = [(c, part) for c, part in parts if len(part) >= max(self.least_part, len(c.members) / 2)]
            for cluster, part in parts[1:] if len(parts) > 1 else ():
                rest = sorted(set(members) - set(part))
                free = tuple(m for m in part if not state.by_person[m] and m not in taken)
                apart = state.likeness(part, rest) < self.split_below
                if apart and len(part) <= len(rest) and len(free) >= self.least_part:
                    reason = f"{len(free)} of the {len(members)} objections say something else than the rest."
                    proposals.append(as_theme("split", cluster, free, reason, theme))
        return proposals


class State:
    """All live objections with what is derived from them."""

    def __init__(self, vectors, themes, by_person, found: Themes, index: ThemeIndex):
        self.themes = themes
        self.by_person = by_person
        self.found = found
        self.centred = unit(vectors - vectors.mean(axis=0)) if len(vectors) else vectors
        self.matches = index.match(vectors, limit=1)
        self.members: dict[Hashable, list[int]] = defaultdict(list)
        for member, theme in enumerate(themes):
            if theme is not None:
                self.members[theme].append(member)

    def majorities(self, least: int, share: float) -> dict[int, Hashable]:
        """For each member of a cluster the theme that most themed members of it are in, if there are enough."""
        result = {}
        for cluster in self.found.clusters:
            counts = Counter(self.themes[m] for m in cluster.members if self.themes[m] is not None)
            if counts and counts.most_common(1)[0][1] >= max(least, share * counts.total()):
                result |= dict.fromkeys(cluster.members, counts.most_common(1)[0][0])
        return result

    def neighbours(self, members: dict[Hashable, list[int]], share: float) -> list[tuple[Hashable, Hashable]]:
        """Pairs of themes that both have at least `share` of their members in one cluster."""
        pairs = {}
        for cluster in self.found.clusters:
            counts = Counter(self.themes[m] for m in cluster.members)
            here = [theme for theme in members if counts[theme] >= share * len(members[theme])]
            pairs |= {(a, b): None for at, a in enumerate(here) for b in here[at + 1 :]}
        return list(pairs)

    def likeness(self, one: Sequence[int], two: Sequence[int]) -> float:
        """Mean similarity between two groups over the geometric mean of those within each, pairs of different members
        only; about 1 when both were drawn from the same theme."""
        first, second = self.centred[list(one)], self.centred[list(two)]
        between = float(first.mean(axis=0) @ second.mean(axis=0))
        return between / np.sqrt(within(first) * within(second))


def within(vectors: np.ndarray) -> float:
    """Mean similarity of two different members, at least 0.01 so that it can be divided by."""
    count = len(vectors)
    total = float(np.square(vectors.sum(axis=0)).sum())
    return max((total - count) / max(count * (count - 1), 1), 0.01)


def members_of(proposals: Sequence[Proposal]) -> set[int]:
    return {member for proposal in proposals for member in proposal.members}


def move(members: tuple[int, ...], theme: Hashable | None, to: Hashable) -> Proposal:
    count = f"{len(members)} objection{'s' if len(members) > 1 else ''}"
    verb = "read" if len(members) > 1 else "reads"
    if theme is None:
        return Proposal("assign", members, f"{count} without a theme {verb} like the others here.", theme=to)
    return Proposal("move", members, f"{count} of another theme {verb} like the others here.", theme=to, other=theme)


def as_theme(kind: str, cluster: Cluster, members: tuple[int, ...], reason: str, theme: Hashable = None) -> Proposal:
    """The cluster's name and quote for these members of it."""
    quote = cluster.quote_index if cluster.quote_index in members else members[0]
    return Proposal(kind, members, reason, theme=theme, name=cluster.name, phrases=cluster.phrases, quote_index=quote)


def retired(themes: Sequence[Hashable | None], all_themes: Sequence[Hashable]) -> list[Proposal]:
    live = set(themes)
    return [Proposal("retire", (), "No objection is in it.", theme=theme) for theme in all_themes if theme not in live]
