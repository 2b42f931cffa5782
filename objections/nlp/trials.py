"""How often proposals are right, and whether themes stay what they are: labelled texts are put in disorder and read.

Of the given themes a sixth is hidden, a sixth halved, a twelfth fused with another and a twelfth misnamed; a tenth of
the texts waits unthemed, and 3 % stand in a wrong theme.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from objections import nlp
from objections.nlp import pipeline
from objections.nlp.evaluation import NOT_A_THEME
from objections.nlp.matching import ThemeIndex
from objections.nlp.proposing import read, state_of
from objections.nlp.types import Proposal

HIDDEN, HALVED, FUSED, MISNAMED, WAITING, MISPLACED = 1 / 6, 1 / 6, 1 / 12, 1 / 12, 1 / 10, 0.03
BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass
class Disorder:
    """Texts that stand in themes which are not quite those given. `holds` says which labels a theme is made of; a
    theme in `misnamed` bears the name of another.
    """

    labels: Sequence[str]
    themes: list[str | None]
    holds: dict[str, set[str]] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    misnamed: set[str] = field(default_factory=set)

    def right(self, proposal: Proposal) -> float:
        """The share of the proposal's texts that it is right for; 0 or 1 for what is done to a theme as a whole."""
        return float(getattr(self, f"_{proposal.kind}")(proposal))

    def _new(self, proposal):
        label, share = self._mostly(proposal.members)
        return share > 0.5 and label not in NOT_A_THEME and not any(label in holds for holds in self.holds.values())

    def _assign(self, proposal):
        return np.mean([self.labels[member] in self.holds[proposal.theme] for member in proposal.members])

    _move = _assign

    def _merge(self, proposal):
        return self.holds[proposal.theme] == self.holds[proposal.other]

    def _split(self, proposal):
        label, share = self._mostly(proposal.members)
        left = set(range(len(self.labels))) - set(proposal.members)
        rest, _ = self._mostly([at for at in left if self.themes[at] == proposal.theme])
        return len(self.holds[proposal.theme]) > 1 and share > 0.5 and label != rest

    def _rename(self, proposal):
        return proposal.theme in self.misnamed

    def _mostly(self, members) -> tuple[str, float]:
        label, count = Counter(self.labels[member] for member in members).most_common(1)[0]
        return label, count / len(members)


def disturbed(labels: Sequence[str], seed: int) -> Disorder:
    """The same labels and seed give the same disorder."""
    random = np.random.default_rng(seed)
    given = [str(label) for label in random.permutation(sorted(set(labels) - NOT_A_THEME))]
    hidden, halved, fused, whole = np.split(given, np.cumsum([round(len(given) * s) for s in (HIDDEN, HALVED, FUSED)]))
    into = dict(zip(map(str, fused), map(str, whole), strict=False))
    disorder = Disorder(labels, [_theme(str(label), hidden, halved, into, random) for label in labels])
    for label, theme in zip(labels, disorder.themes, strict=True):
        if theme is not None:
            disorder.holds.setdefault(theme, set()).add(label)
            disorder.names.setdefault(theme, theme.split("/")[0].replace("_", " "))
    _misname(disorder, random)
    for at in np.flatnonzero(random.random(len(labels)) < WAITING + MISPLACED):
        if disorder.themes[at] is not None:
            is_misplaced = random.random() < MISPLACED / (WAITING + MISPLACED)
            disorder.themes[at] = str(random.choice(sorted(disorder.holds))) if is_misplaced else None
    return disorder


def _theme(label, hidden, halved, into, random) -> str | None:
    if label in NOT_A_THEME or label in hidden:
        return None
    return f"{label}/{random.integers(1, 3)}" if label in halved else into.get(label, label)


def _misname(disorder: Disorder, random) -> None:
    themes = sorted(disorder.holds)
    wrong = [str(theme) for theme in random.permutation(themes)[: round(len(themes) * MISNAMED)]]
    names = [disorder.names[theme] for theme in wrong]
    if len(set(names)) > 1:
        disorder.misnamed = set(wrong)
        disorder.names |= dict(zip(wrong, names[1:] + names[:1], strict=True))


@dataclass(frozen=True)
class Tried:
    """One proposal of a trial: `weight` is its texts where each counts, else 1; `right` the share of it that was."""

    proposal: Proposal
    right: float
    weight: int


def try_proposals(texts: Sequence[str], vectors: np.ndarray, labels: Sequence[str], seeds: int) -> list[Tried]:
    """The proposals over the disorders of `seeds` seeds, each with how right it is."""
    tried = []
    for seed in range(seeds):
        disorder = disturbed(labels, seed)
        proposals = nlp.propose(
            texts,
            disorder.themes,
            [False] * len(texts),
            index=index_of(disorder, vectors),
            names=disorder.names,
            known_vectors=vectors,
        )
        tried += judged(disorder, proposals)
    return tried


def try_all(vectors: np.ndarray, labels: Sequence[str], seed: int) -> list[Tried]:
    """Every proposal over one disorder, also what is too unsure to be made, and without words."""
    disorder = disturbed(labels, seed)
    state = state_of(vectors, disorder.themes, [False] * len(labels), index=index_of(disorder, vectors))
    proposer = replace(pipeline.resolve("proposer"), least_confidence=0.0)
    return judged(disorder, proposer(state, names=read(disorder.names)))


def index_of(disorder: Disorder, vectors: np.ndarray) -> ThemeIndex:
    placed = [at for at, theme in enumerate(disorder.themes) if theme is not None]
    return nlp.build_index(vectors[placed], [disorder.themes[at] for at in placed])


def judged(disorder: Disorder, proposals: Sequence[Proposal]) -> list[Tried]:
    weights = [len(one.members) if one.kind in ("assign", "move") else 1 for one in proposals]
    return [Tried(one, disorder.right(one), weight) for one, weight in zip(proposals, weights, strict=True)]


def reliability(tried: Sequence[Tried]) -> dict[str, list[dict]]:
    """By kind, for each step of confidence: how many there were, how sure they were on the mean, how right. Those that
    say no confidence are left out.
    """
    tried = [one for one in tried if one.proposal.confidence is not None]
    rows: dict[str, list[dict]] = defaultdict(list)
    for kind in dict.fromkeys(one.proposal.kind for one in tried):
        for low, high in zip(BINS, (*BINS[1:], 1.01), strict=True):
            here = [t for t in tried if t.proposal.kind == kind and low <= t.proposal.confidence < high]
            if here:
                weights = [one.weight for one in here]
                said = np.average([one.proposal.confidence for one in here], weights=weights)
                right = np.average([one.right for one in here], weights=weights)
                rows[kind].append(
                    {"from": low, "n": sum(weights), "said": round(float(said), 2), "right": round(float(right), 2)}
                )
    return dict(rows)


def identity_kept(
    texts: Sequence[str], vectors: np.ndarray, *, more: float = 0.1, seed: int = 0, by_people: bool = True
) -> dict[str, float]:
    """What becomes of the groups of a first run, accepted as themes, when `more` texts are added and all read again.

    A person who accepts a group has placed its texts; with `by_people` false they stand as if the model had.

    A theme is kept where most of a group's texts come from it and most of it is in that group. `kept` is the share of
    themes as the second run sees them, `kept_if_all_accepted` after every proposal of that run is accepted,
    `placements` the share of texts placed by the first run that the second leaves where they were.
    """
    order = np.random.default_rng(seed).permutation(len(texts))
    first = np.sort(order[: round(len(texts) / (1 + more))])
    labels = nlp.find_themes([texts[at] for at in first], known_vectors=vectors[first]).labels
    themes: list[Hashable | None] = [None] * len(texts)
    for at, label in zip(first, labels, strict=True):
        themes[at] = label
    placed = {at: theme for at, theme in enumerate(themes) if theme is not None}
    again = nlp.find_themes(texts, placed, known_vectors=vectors).labels
    index = nlp.build_index(vectors[list(placed)], list(placed.values()))
    people = [by_people and theme is not None for theme in themes]
    proposals = nlp.propose(texts, themes, people, index=index, known_vectors=vectors)
    return {
        "themes": len(set(placed.values())),
        "kept": share_kept(placed, again),
        "kept_if_all_accepted": share_kept(placed, accepted(themes, proposals)),
        "placements": float(np.mean([again[at] == theme for at, theme in placed.items()])) if placed else 1.0,
    }


def share_kept(before: dict[int, Hashable], after: Sequence[Hashable | None]) -> float:
    """The share of themes that are the majority of the group most of their texts are in."""
    members = defaultdict(list)
    for at, theme in before.items():
        members[theme].append(at)
    groups = defaultdict(list)
    for at, group in enumerate(after):
        groups[group].append(before.get(at))
    kept = [_is_kept(theme, [after[at] for at in texts], groups) for theme, texts in members.items()]
    return float(np.mean(kept)) if kept else 1.0


def _is_kept(theme: Hashable, now: list[Hashable | None], groups: dict) -> bool:
    group, most = Counter(now).most_common(1)[0]
    before = [was for was in groups[group] if was is not None]
    return group is not None and most > len(now) / 2 and before.count(theme) > len(before) / 2


def accepted(themes: Sequence[Hashable | None], proposals: Sequence[Proposal]) -> list[Hashable | None]:
    """Where every text stands after all proposals were accepted, one after the other."""
    result = list(themes)
    for number, proposal in enumerate(proposals):
        if proposal.kind == "merge":
            result = [proposal.theme if theme == proposal.other else theme for theme in result]
        elif proposal.kind in ("new", "assign", "move", "split"):
            to = ("accepted", number) if proposal.kind in ("new", "split") else proposal.theme
            for member in proposal.members:
                result[member] = to
    return result
