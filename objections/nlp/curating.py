"""How much work a person has to get a file's notes right: a perfect marketer plays against an order of proposals.

The order is the one a pile should be emptied in: the note with most of its like around it is shown, with the three
themes it is likest to. From a few dozen answers on, the machine presumes where the rest likely belongs, looks again as
it learns, and the others are asked about first; notes that surely belong to one theme are offered together, six at
most. Once nothing else is left, what was presumed is shown, the least sure first.

What it costs: accepting a group 1, taking a note out of it 1, sending it away whole 1, confirming one of three
suggested themes 1 (or that a note fits none), choosing another from the whole list 2, making and naming one 3. A note
is right when a person put it in its theme, or while it is presumed to belong there.

Where a note belongs is read from notes that stand somewhere and from those that wait: each theme's centre is drawn
towards the waiting ones that surely belong to it, and all are looked at again (self-training; Nigam et al. 2000).
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from objections.nlp.geometry import unit
from objections.nlp.learning import Guesses
from objections.nlp.lens import ODDNESS_SCALE, oddness, seen, share_of
from objections.nlp.settings import read_section
from objections.nlp.types import NOT_A_THEME

GROUP, SUGGESTED = 6, 3
OPEN, ASIDE, NOWHERE = -1, -2, -1
ACCEPT, TAKE_OUT, SEND_AWAY, CONFIRM, CHOOSE, MAKE = 1, 1, 1, 1, 2, 3
SAME = 1e-6  # difference of two vectors of the same words
AROUND = 10  # neighbours that tell how many of its like a note has
CHUNK = 512


@dataclass(frozen=True)
class Offer:
    """Notes shown together, for one theme there is (a position among them), or one note with its likeliest themes."""

    notes: tuple[int, ...]
    themes: tuple[int, ...]


@dataclass
class Curation:
    """What is placed so far. `placed` (n,) holds a position among `themes`, OPEN or ASIDE; `presumed` (n,) the theme
    an open note likely belongs to, or NOWHERE, and `sureness` (n,) how sure it was then; `refused` the pairs of
    note and theme a person said no to. What is `by_people` (n,) tells how sure to be; the rest only shows themes.
    """

    vectors: np.ndarray
    themes: list[Hashable] = field(default_factory=list)

    def __post_init__(self):
        self.settings = read_section("curator")
        matcher = read_section("matcher")
        self.neighbours, self.vote_weight = matcher["neighbours"], matcher["vote_weight"]
        share = share_of(self.vectors)
        self.odd = oddness(self.vectors) / ODDNESS_SCALE if share else np.zeros(len(self.vectors))
        shown = seen(self.vectors, share)
        centred = shown - shown.mean(axis=0)
        # Where all read the same, taking their mean away would leave nothing of them.
        self.vectors = unit(centred if np.abs(centred).max(initial=0) > SAME else shown).astype(np.float32)
        count = len(self.vectors)
        self.placed = np.full(count, OPEN)
        self.presumed, self.sureness = np.full(count, NOWHERE), np.zeros(count)
        self.by_people = np.ones(count, bool)
        self.refused: set[tuple[int, int]] = set()
        self.shipped = np.array(matcher["curve_through_lens"] if share else matcher["curve"])
        self.curve, self._calibrated_on = self.shipped, 0

    @classmethod
    def going_on(
        cls, vectors: np.ndarray, themes: Sequence[Hashable], placed: Sequence[int], by_people: Sequence[bool]
    ) -> "Curation":
        """Starts from what stands already: arrays as above. Examples that show a theme are notes placed in it, and a
        theme that nothing shows is left out.
        """
        state = cls(vectors, list(themes))
        state.placed = np.array(placed, dtype=np.intp)
        state.by_people = np.array(by_people, dtype=bool)
        return state

    @property
    def is_calibrated(self) -> bool:
        """Whether enough was placed by people to say how sure a guess is; nothing is presumed or grouped before."""
        return self._calibrated_on > 0

    def next_offer(self) -> Offer | None:
        """The group with most right notes for each action to be expected, else one note; None when all are placed."""
        notes = np.flatnonzero(self.placed == OPEN)
        if not len(notes):
            return None
        if not self.themes:
            return Offer((self._most_around(notes),), ())
        scores = self._scores(notes)
        order, sure = np.argsort(-scores, axis=1, kind="stable"), self._sure(notes, scores)
        waiting = self.presumed[notes] == NOWHERE
        if not waiting.any():
            return self._least_sure(notes, order, sure)
        # The shipped curve does not know how far the waiting notes have drawn a centre.
        if self.is_calibrated:
            group = self._best_group(notes[waiting], order[waiting, 0], sure[waiting])
            if group is not None:
                return group
        note = self._most_around(notes[waiting])
        row = int(np.flatnonzero(notes == note)[0])
        return Offer((note,), tuple(order[row, :SUGGESTED].tolist()))

    def presume(self) -> None:
        """Says where open notes likely belong, as far as that is known by now. What was presumed of one stays until
        another theme is surer than that one was."""
        notes = np.flatnonzero(self.placed == OPEN)
        self.calibrate()
        if not self.is_calibrated or not len(notes):
            return
        scores = self._scores(notes)
        first, sure = scores.argmax(axis=1), self._sure(notes, scores)
        stood = self.presumed[notes]
        goes = (sure >= self.settings["presume_at"]) & (stood != first)
        goes &= (stood == NOWHERE) | (sure > self.sureness[notes])
        self.presumed[notes[goes]], self.sureness[notes[goes]] = first[goes], sure[goes]

    def calibrate(self) -> None:
        """Learns how sure to be from what people placed, each fold guessed from the others, once there is a tenth more
        of it than last time. What they set aside was a wrong guess, whatever it was."""
        known = np.flatnonzero((self.placed >= 0) & self.by_people)
        if len(known) < max(self.settings["least"], 1.1 * self._calibrated_on):
            return
        fold = np.random.default_rng(self.settings["seed"]).permutation(len(known)) % self.settings["folds"]
        asked = [self._asked(known[fold == out]) for out in range(self.settings["folds"])]
        aside = np.flatnonzero((self.placed == ASIDE) & self.by_people)
        if len(aside):
            asked.append((np.zeros(len(aside), bool), self._evidence(aside, self._scores(aside))))
        right, evidence = (np.concatenate(parts) for parts in zip(*asked, strict=True))
        self.curve = Guesses(right, evidence, self.shipped).curve(self.settings["prior"])
        self._calibrated_on = len(known)

    def _asked(self, notes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Whether each of these placed notes is guessed right as if it waited, and the evidence of that."""
        where = self.placed[notes]
        self.placed[notes] = OPEN
        others = np.flatnonzero(self.placed < 0)
        scores = self._scores(others)[np.searchsorted(others, notes)]
        self.placed[notes] = where
        return scores.argmax(axis=1) == where, self._evidence(notes, scores)

    def _scores(self, notes: np.ndarray) -> np.ndarray:
        """(notes, themes): likeness to each theme's centre, which these notes draw towards them in so many rounds, and
        the vote of the nearest placed notes, as the matcher does. A theme that nothing shows, or refused, scores -1."""
        known = np.flatnonzero(self.placed >= 0)
        sums = np.zeros((len(self.themes), self.vectors.shape[1]), np.float32)
        np.add.at(sums, self.placed[known], self.vectors[known])
        never = np.zeros((len(notes), len(self.themes)), bool)
        never[:, np.bincount(self.placed[known], minlength=len(self.themes)) == 0] = True
        at = {int(note): row for row, note in enumerate(notes)}
        for note, theme in self.refused:
            if note in at:
                never[at[note], theme] = True
        votes, theirs = self._votes(notes, known), self.vectors[notes]
        scores = np.where(never, -1, theirs @ unit(sums).T + votes)
        for _ in range(self.settings["rounds"]):
            share = np.exp((scores - scores.max(axis=1, keepdims=True)) / self.settings["temperature"])
            share = (share / share.sum(axis=1, keepdims=True)) ** 2
            drawn = unit(sums + self.settings["draw"] * (share.T @ theirs))
            scores = np.where(never, -1, theirs @ drawn.T + votes)
        return scores

    def _votes(self, notes: np.ndarray, known: np.ndarray) -> np.ndarray:
        votes = np.zeros((len(notes), len(self.themes)), np.float32)
        count = min(self.neighbours, len(known))
        if not count:
            return votes
        for start in range(0, len(notes), CHUNK):
            chunk = notes[start : start + CHUNK]
            likeness = self._likeness(chunk, known)
            nearest = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
            weights = np.maximum(np.take_along_axis(likeness, nearest, axis=1), 0) / count
            rows = np.arange(start, start + len(chunk))[:, None]
            np.add.at(votes, (rows, self.placed[known][nearest]), self.vote_weight * weights)
        return votes

    def _likeness(self, notes: np.ndarray, others: np.ndarray) -> np.ndarray:
        """(notes, others), of what is asked for again and again kept for all."""
        if "_all_likeness" in self.__dict__:
            return self._all_likeness[np.ix_(notes, others)]
        return self.vectors[notes] @ self.vectors[others].T

    @cached_property
    def _all_likeness(self) -> np.ndarray:
        likeness = self.vectors @ self.vectors.T
        np.fill_diagonal(likeness, -1)
        return likeness

    def _evidence(self, notes: np.ndarray, scores: np.ndarray) -> np.ndarray:
        """(n, 4), as the matcher's: one, the best score, its lead, and how odd the note is; nothing of the nearest
        example, where the lens does not apply."""
        best = np.sort(scores, axis=1)[:, ::-1]
        lead = best[:, 0] - best[:, 1] if scores.shape[1] > 1 else best[:, 0]
        return np.stack([np.ones(len(scores)), best[:, 0], lead, self.odd[notes]], axis=1)

    def _sure(self, notes: np.ndarray, scores: np.ndarray) -> np.ndarray:
        return 1 / (1 + np.exp(-(self._evidence(notes, scores) @ self.curve)))

    def _best_group(self, notes, theirs, sure) -> Offer | None:
        """Up to six notes likest to one theme, if more right ones than actions are to be expected."""
        best, worth = None, 1.0
        for theme in np.unique(theirs):
            rows = np.flatnonzero(theirs == theme)
            rows = rows[np.argsort(-sure[rows], kind="stable")][:GROUP]
            right = np.cumsum(sure[rows])
            ratios = right / (ACCEPT + TAKE_OUT * (np.arange(1, len(rows) + 1) - right))
            size = int(np.argmax(ratios))
            if size and ratios[size] > worth:
                best, worth = Offer(tuple(notes[rows[: size + 1]].tolist()), (int(theme),)), ratios[size]
        return best

    def _least_sure(self, notes, order, sure) -> Offer:
        """Of what was presumed the note least sure to stand where it does, with that theme first."""
        stands = self.presumed[notes]
        row = int(np.argmin(np.where(order[:, 0] == stands, sure, 0)))
        others = [theme for theme in order[row, :SUGGESTED].tolist() if theme != stands[row]]
        return Offer((int(notes[row]),), (int(stands[row]), *others)[:SUGGESTED])

    def _most_around(self, notes: np.ndarray) -> int:
        likeness = self._all_likeness[np.ix_(notes, notes)]
        count = min(AROUND, len(notes))
        around = -np.partition(-likeness, count - 1, axis=1)[:, :count].mean(axis=1)
        return int(notes[np.argmax(around)])


def curate(vectors: np.ndarray, labels: Sequence[Hashable], tell: Callable[[int, int], None] | None = None) -> dict:
    """Plays until every note is where its label says; figures as `python -m objections.nlp curate` prints them.

    A note of no theme is right once it was looked at and set aside. `tell(actions, right)` is called after each offer.
    """
    state, actions, answers, course = Curation(vectors), 0, 0, [(0, 0)]
    while (offer := state.next_offer()) is not None:
        actions, answers = actions + _answer(state, offer, labels), answers + 1
        if answers % state.settings["every"] == 0:
            state.presume()
        course.append((actions, _right(state, labels)))
        if tell:
            tell(*course[-1])
    return _figures(course, len(labels))


def _answer(state: Curation, offer: Offer, labels) -> int:
    """Actions of a perfect marketer."""
    if len(offer.notes) > 1:
        return _answer_group(state, offer, labels)
    (note,) = offer.notes
    label, state.presumed[note] = labels[note], NOWHERE
    if label in NOT_A_THEME:
        state.placed[note] = ASIDE
        return CONFIRM
    if label not in state.themes:
        state.themes.append(label)
        state.placed[note] = len(state.themes) - 1
        return MAKE
    theme = state.themes.index(label)
    state.placed[note] = theme
    return CONFIRM if theme in offer.themes else CHOOSE


def _answer_group(state: Curation, offer: Offer, labels) -> int:
    theme = offer.themes[0]
    fits = [note for note in offer.notes if labels[note] == state.themes[theme]]
    wrong = [note for note in offer.notes if note not in fits]
    state.refused |= {(note, theme) for note in wrong}
    state.placed[fits] = theme
    return ACCEPT + TAKE_OUT * len(wrong) if fits else SEND_AWAY


def _right(state: Curation, labels) -> int:
    """Notes that a person put where they belong, or set aside, and those that are rightly presumed to belong there."""
    presumed = np.flatnonzero((state.placed == OPEN) & (state.presumed != NOWHERE))
    return int((state.placed != OPEN).sum()) + sum(labels[at] == state.themes[state.presumed[at]] for at in presumed)


def _figures(course: list[tuple[int, int]], count: int) -> dict:
    """Of a course whose right notes may become fewer again, when the machine moves some: what stands when the actions
    are spent, and the actions from which on a share is right for good."""

    def right_at(actions_per_note):
        return [right for actions, right in course if actions <= actions_per_note * count][-1] / count

    def actions_at(share):
        short = [at for at, (_, right) in enumerate(course) if right < share * count]
        return course[min(short[-1] + 1, len(course) - 1) if short else 0][0] / count

    return {
        "n": count,
        "right_at": {str(at): round(right_at(at), 4) for at in (0.25, 0.5, 1.0)},
        "actions_per_note_at_80": round(actions_at(0.8), 4),
        "actions_per_note_at_95": round(actions_at(0.95), 4),
    }
