"""What to change in the themes there are, given what the clusterer sees. Pure: no rows, nothing is written.

Themes keep their identity: every proposal starts from the existing themes, and what a person placed is never moved.
Two views are compared: the groups `beside` the themes, found with everything that stands in a theme as a fixed point,
show what is new; the `loose` ones, of the same texts as if nothing stood anywhere, where themes and texts disagree.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from objections.nlp.geometry import unit
from objections.nlp.lens import of_text, seen, share_of
from objections.nlp.matching import ThemeIndex
from objections.nlp.types import Match, Proposal

NAME = "objections.cautious.v2"


@dataclass(frozen=True)
class Proposer:
    """The thresholds. Few good proposals rather than many. `curves` hold for each kind the logistic curve of its
    confidence over the figures of its evidence, where the lens applies those `through_lens`.
    """

    least_new: int
    least_part: int
    least_share: float
    least_cohesion: float
    very_sure_at: float
    merge_at: float
    split_below: float
    least_to_rename: int
    rename_below: float
    least_confidence: float
    curves: Mapping[str, Sequence[float]]
    curves_through_lens: Mapping[str, Sequence[float]]

    def __call__(
        self,
        state: "State",
        *,
        all_themes: Sequence[Hashable] = (),
        names: Mapping[Hashable, np.ndarray] | None = None,
    ) -> tuple[Proposal, ...]:
        """Proposals in the order new, assign, move, merge, split, rename, retire, without words; the same input gives
        the same proposals.

        Those of `all_themes` without members are proposed for retirement; `names` are the vectors of the names that may
        be doubted.
        """
        new = self.sure_enough(self.new(state), state)
        taken = members_of(new)
        moves = self.sure_enough(self.moves(state, taken), state)
        taken |= members_of(moves)
        merges = self.sure_enough(self.merges(state), state)
        changing = {theme for proposal in merges for theme in (proposal.theme, proposal.other)}
        splits = [split for split in self.splits(state, taken) if split.theme not in changing]
        changing |= {split.theme for split in splits}
        renames = [rename for rename in self.renames(state, names or {}) if rename.theme not in changing]
        others = self.sure_enough([*splits, *renames], state)
        return (*new, *moves, *merges, *others, *retired(state.themes, all_themes))

    def sure_enough(self, proposals: list[Proposal], state: "State") -> list[Proposal]:
        """Each with its confidence; without those that are wrong more often than is worth reading."""
        curves = self.curves_through_lens if state.share else self.curves
        sure = [replace(one, confidence=confidence_of(one.evidence, curves.get(one.kind))) for one in proposals]
        return [one for one in sure if one.confidence is None or one.confidence >= self.least_confidence]

    def new(self, state: "State") -> list[Proposal]:
        """A theme for each loose group that is mostly unthemed, and for what the groups beside the themes add."""
        mostly_free = [[m for m in group if state.themes[m] is None] for group in state.loose]
        pairs = zip(mostly_free, state.loose, strict=True)
        mostly_free = [free for free, group in pairs if len(free) >= self.least_share * len(group)]
        proposals, taken = [], set()
        for is_loose, groups in ((1.0, mostly_free), (0.0, state.beside)):
            for group in groups:
                free = tuple(member for member in group if member not in taken)
                if len(free) >= self.least_new and state.cohesion(free) >= self.least_cohesion:
                    evidence = (*state.evidence_of_group(free), is_loose)
                    proposals.append(Proposal("new", free, evidence=evidence))
                    taken |= set(free)
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
        return [state.move(tuple(groups[pair]), *pair, where) for pair in order if self.differ(state, *pair)]

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
        """Pairs of themes that share a group and are about as alike as each is within itself."""
        members = {theme: m for theme, m in state.members.items() if len(m) >= self.least_part}
        likeness = {pair: state.likeness(*(members[t] for t in pair)) for pair in state.neighbours(members, 0.5)}
        taken: set[Hashable] = set()
        proposals = []
        for pair, alike in sorted(likeness.items(), key=lambda item: -item[1]):
            if alike < self.merge_at or taken & set(pair):
                continue
            taken |= set(pair)
            into, other = sorted(pair, key=lambda theme: (-len(members[theme]), members[theme][0]))
            evidence = (alike, float(np.log2(len(members[other]))))
            proposals.append(Proposal("merge", tuple(members[other]), theme=into, other=other, evidence=evidence))
        return proposals

    def splits(self, state: "State", taken: set[int]) -> list[Proposal]:
        """Themes with a part that lies in a group of its own, away from the rest."""
        proposals = []
        for theme, members in state.members.items():
            parts = [(group, [m for m in group if state.themes[m] == theme]) for group in state.loose]
            parts = [part for group, part in parts if len(part) >= max(self.least_part, len(group) / 2)]
            for part in parts[1:]:
                rest = sorted(set(members) - set(part))
                free = tuple(m for m in part if not state.by_person[m] and m not in taken)
                alike = state.likeness(part, rest)
                if alike < self.split_below and len(part) <= len(rest) and len(free) >= self.least_part:
                    evidence = (alike, len(part) / len(members))
                    proposals.append(Proposal("split", free, theme=theme, evidence=evidence))
        return proposals

    def renames(self, state: "State", names: Mapping[Hashable, np.ndarray]) -> list[Proposal]:
        """Themes whose name says another thing than their voices: it is nearer to another theme, and far from its
        own."""
        large = {theme: m for theme, m in state.members.items() if len(m) >= self.least_to_rename}
        if len(large) < 2:
            return []
        centres = unit(np.array([state.centred[members].mean(axis=0) for members in large.values()]))
        proposals = []
        for at, (theme, members) in enumerate(large.items()):
            if theme not in names:
                continue
            likeness = centres @ state.placed_like(names[theme])
            own, other = float(likeness[at]), float(np.delete(likeness, at).max())
            if own < self.rename_below and own < other:
                proposals.append(Proposal("rename", tuple(members), theme=theme, evidence=(own, other - own)))
        return proposals


class State:
    """All live objections with what is derived from them."""

    def __init__(
        self,
        vectors: np.ndarray,
        themes: Sequence[Hashable | None],
        by_person: Sequence[bool],
        *,
        beside: Sequence[Sequence[int]],
        loose: Sequence[Sequence[int]],
        index: ThemeIndex,
    ):
        """`vectors` (n, width), `themes` (the live placement of each, or None) and `by_person` go together; `beside`
        are the groups of what stands in no theme, `loose` those of everything as if nothing stood anywhere; `index`
        holds the existing themes with their exemplars. Raises ValueError when lengths differ.
        """
        if not len(vectors) == len(themes) == len(by_person):
            raise ValueError(f"{len(vectors)} vectors, {len(themes)} themes and {len(by_person)} placements differ")
        self.themes, self.by_person = tuple(themes), tuple(by_person)
        self.beside, self.loose = beside, loose
        vectors = np.asarray(vectors, np.float32)
        self.own = of_text(vectors)
        self.share = share_of(vectors)
        shown = seen(vectors, self.share)
        self.mean = shown.mean(axis=0) if len(shown) else 0
        self.centred = unit(shown - self.mean) if len(shown) else shown
        self.matches = index.match(vectors, limit=1)
        self.members: dict[Hashable, list[int]] = defaultdict(list)
        for member, theme in enumerate(themes):
            if theme is not None:
                self.members[theme].append(member)

    def placed_like(self, vector: np.ndarray) -> np.ndarray:
        """A vector from elsewhere as these are: (width,) in their centred space."""
        return unit(seen(vector[None], self.share) - self.mean)[0]

    def cohesion(self, members: Sequence[int]) -> float:
        """Mean cosine of the members to their common centre, as the encoder alone sees them."""
        own = self.own[list(members)]
        return float((own @ unit(own.mean(axis=0))).mean())

    def evidence_of_group(self, members: Sequence[int]) -> tuple[float, ...]:
        """How close its members are, how many, and how surely they belong to a theme there is already."""
        belongs = [self.matches[member][0].confidence if self.matches[member] else 0.0 for member in members]
        return within(self.centred[list(members)]), float(np.log2(len(members))), float(np.mean(belongs))

    def move(self, members: tuple[int, ...], theme: Hashable | None, to: Hashable, where: dict) -> Proposal:
        sure = float(np.mean([self.matches[member][0].confidence for member in members]))
        beside = float(np.mean([where.get(member) == to for member in members]))
        return Proposal("assign" if theme is None else "move", members, theme=to, other=theme, evidence=(sure, beside))

    def majorities(self, least: int, share: float) -> dict[int, Hashable]:
        """For each member of a group the theme that most themed members of it are in, if there are enough."""
        result = {}
        for group in self.loose:
            counts = Counter(self.themes[m] for m in group if self.themes[m] is not None)
            if counts and counts.most_common(1)[0][1] >= max(least, share * counts.total()):
                result |= dict.fromkeys(group, counts.most_common(1)[0][0])
        return result

    def neighbours(self, members: dict[Hashable, list[int]], share: float) -> list[tuple[Hashable, Hashable]]:
        """Pairs of themes that both have at least `share` of their members in one group."""
        pairs = {}
        for group in self.loose:
            counts = Counter(self.themes[m] for m in group)
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


def confidence_of(evidence: Sequence[float], curve: Sequence[float] | None) -> float | None:
    """0 to 1 by a logistic curve: its value at nothing, then by each figure; None for a kind that has none."""
    if curve is None:
        return None
    bias, *by = curve
    return round(float(1 / (1 + np.exp(-(bias + np.dot(by, evidence))))), 4)


def members_of(proposals: Sequence[Proposal]) -> set[int]:
    return {member for proposal in proposals for member in proposal.members}


def retired(themes: Sequence[Hashable | None], all_themes: Sequence[Hashable]) -> list[Proposal]:
    live = set(themes)
    return [Proposal("retire", (), theme=theme) for theme in all_themes if theme not in live]
