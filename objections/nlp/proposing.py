"""Texts and the themes they stand in; proposals with their words out: what `objections.nlp.propose` does."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from objections.nlp import clustering, pipeline
from objections.nlp.geometry import unit
from objections.nlp.matching import ThemeIndex
from objections.nlp.naming import Naming
from objections.nlp.proposals import State
from objections.nlp.settings import CONFIG
from objections.nlp.types import Proposal
from objections.nlp.vectors import Progress, get_encoder
from objections.nlp.wording import reason_of, shared_phrases

MOST_READ = 200  # texts of a theme in which its phrases are looked for


def propose(
    texts: Sequence[str],
    themes: Sequence[Hashable | None],
    by_person: Sequence[bool],
    *,
    index: ThemeIndex,
    names: Mapping[Hashable, str] | None = None,
    doubtable: Collection[Hashable] | None = None,
    all_themes: Sequence[Hashable] = (),
    known_vectors: np.ndarray | None = None,
    progress: Progress | None = None,
) -> tuple[Proposal, ...]:
    """See `objections.nlp.propose`."""
    if not len(texts) == len(themes) == len(by_person):
        raise ValueError(f"{len(texts)} texts, {len(themes)} themes and {len(by_person)} placements differ")
    if not texts:
        return ()
    encode = get_encoder()
    vectors = encode(texts, progress=progress) if known_vectors is None else np.asarray(known_vectors, np.float32)
    state = state_of(vectors, themes, by_person, index=index, progress=progress)
    names = dict(names or {})
    doubted = {theme: name for theme, name in names.items() if doubtable is None or theme in doubtable}
    proposals = pipeline.resolve("proposer")(state, all_themes=all_themes, names=read(doubted))
    pipeline.tell(progress, len(texts), len(texts), "finding words")
    return Words(texts, vectors, state, names, encode).put(proposals)


def state_of(
    vectors: np.ndarray,
    themes: Sequence[Hashable | None],
    by_person: Sequence[bool],
    *,
    index: ThemeIndex,
    progress: Progress | None = None,
) -> State:
    """What proposals are made from."""
    pipeline.tell(progress, 0, len(vectors), "looking for groups")
    beside, loose = groups_beside(vectors, themes), groups_of(vectors)
    pipeline.tell(progress, len(vectors), len(vectors), "comparing with the themes")
    return State(vectors, themes, by_person, beside=beside, loose=loose, index=index)


def read(names: Mapping[Hashable, str]) -> dict[Hashable, np.ndarray]:
    """The vectors of what themes are called."""
    return dict(zip(names, get_encoder()(list(names.values())), strict=True))


def groups_of(vectors: np.ndarray) -> list[list[int]]:
    """The groups of all texts as if nothing stood in any theme; what belongs to none is left out."""
    return positions(pipeline.resolve("clusterer")(vectors))


def groups_beside(vectors: np.ndarray, themes: Sequence[Hashable | None]) -> list[list[int]]:
    """The groups of what stands in no theme and is not surely like one."""
    placed = {at: theme for at, theme in enumerate(themes) if theme is not None}
    _, labels, _ = pipeline.grouped(vectors, placed, CONFIG)
    return positions(labels)[len(set(placed.values())) :]


def positions(labels: np.ndarray) -> list[list[int]]:
    return [np.flatnonzero(labels == group).tolist() for group in range(labels.max(initial=clustering.UNTHEMED) + 1)]


class Words:
    """Puts proposals into words: names, shared phrases, texts to quote, and why."""

    def __init__(self, texts: Sequence[str], vectors: np.ndarray, state: State, names: Mapping, encode):
        self.texts, self.vectors, self.state, self.names, self.encode = texts, vectors, state, names, encode
        self.sizes = {theme: len(members) for theme, members in state.members.items()}
        self.read: dict[str, tuple[str, ...]] = {}

    def put(self, proposals: Sequence[Proposal]) -> tuple[Proposal, ...]:
        new = [proposal for proposal in proposals if proposal.kind == "new"]
        groups = [proposal.members for proposal in new] + list(self.state.members.values())
        namings = self.namings(groups)
        of_new = dict(zip((proposal.members for proposal in new), namings, strict=False))
        of_theme = dict(zip(self.state.members, namings[len(new) :], strict=True))
        return tuple(self.worded(proposal, of_new, of_theme) for proposal in proposals)

    def namings(self, groups: Sequence[Sequence[int]]) -> list[Naming]:
        """For each group what it is called beside the others; texts that are in two are counted in the first."""
        labels = np.full(len(self.texts), clustering.UNTHEMED)
        for number, group in reversed(list(enumerate(groups))):
            labels[list(group)] = number
        return pipeline.resolve("namer")(self.phrases_of, self.texts, self.vectors, labels, self.encode)

    def phrases_of(self, texts: Sequence[str]) -> list[tuple[str, ...]]:
        """The key phrases of each text; none is read twice."""
        unread = [text for text in dict.fromkeys(texts) if text not in self.read]
        self.read |= dict(zip(unread, pipeline.phrases_of(unread), strict=True))
        return [self.read[text] for text in texts]

    def worded(self, proposal: Proposal, of_new: dict, of_theme: dict) -> Proposal:
        if proposal.kind == "new":
            proposal = named(proposal, of_new[proposal.members])
        elif proposal.kind == "rename":
            proposal = named(proposal, of_theme[proposal.theme])
        elif proposal.kind == "split":
            # Named by what sets it apart from the rest of its theme.
            rest = set(self.state.members[proposal.theme]) - set(proposal.members)
            proposal = named(proposal, self.namings([proposal.members, sorted(rest)])[0])
        elif proposal.kind != "retire":
            proposal = self.beside_the_other(proposal)
        return replace(proposal, reason=reason_of(proposal, self.sizes, self.names))

    def beside_the_other(self, proposal: Proposal) -> Proposal:
        """With what it shares with the theme it would go to, and the two texts that show it best."""
        here, there = proposal.members, self.state.members[proposal.theme]
        shared = shared_phrases(*(self.phrases_of([self.texts[at] for at in s[:MOST_READ]]) for s in (here, there)))
        quote, nearest = nearest_pair(self.state.centred, here, there)
        return replace(proposal, phrases=shared, quote_index=quote, nearest_index=nearest)


def named(proposal: Proposal, naming: Naming) -> Proposal:
    return replace(proposal, name=naming.name, phrases=naming.phrases, quote_index=naming.quote_index)


def nearest_pair(centred: np.ndarray, here: Sequence[int], there: Sequence[int]) -> tuple[int, int | None]:
    """Of the texts here the one nearest to the middle of those there, and of those the one nearest to it."""
    if not there:
        return here[0], None
    quote = here[int(np.argmax(centred[list(here)] @ unit(centred[list(there)].mean(axis=0))))]
    return quote, there[int(np.argmax(centred[list(there)] @ centred[quote]))]
