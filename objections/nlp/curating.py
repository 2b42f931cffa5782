"""How much work a person has to get a file's notes right: a perfect marketer plays against an order of proposals.

The order is the one a pile should be emptied in: where notes are likely to belong to a theme there is, they are offered
together, six at most; else the note with most of its like around it is shown, with the three themes it is likest to.

What it costs: accepting a group 1, taking a note out of it 1, sending it away whole 1, confirming one of three
suggested themes 1 (or that a note fits none), choosing another from the whole list 2, making and naming one 3.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field

import numpy as np

from objections.nlp.geometry import unit
from objections.nlp.lens import seen, share_of
from objections.nlp.settings import read_section
from objections.nlp.types import NOT_A_THEME

GROUP, SUGGESTED = 6, 3
OPEN, ASIDE = -1, -2
ACCEPT, TAKE_OUT, SEND_AWAY, CONFIRM, CHOOSE, MAKE = 1, 1, 1, 1, 2, 3
SAME = 1e-6  # difference of two vectors of the same words
AROUND = 10  # neighbours that tell how many of its like a note has


@dataclass(frozen=True)
class Offer:
    """Notes shown together, for one theme there is (a position among them), or one note with its likeliest themes."""

    notes: tuple[int, ...]
    themes: tuple[int, ...]


@dataclass
class Curation:
    """What is placed so far. `placed` (n,) holds a position among `themes`, OPEN or ASIDE; `refused` the pairs of note
    and theme a person said no to.
    """

    vectors: np.ndarray
    themes: list[Hashable] = field(default_factory=list)

    def __post_init__(self):
        share = share_of(self.vectors)
        shown = seen(self.vectors, share)
        centred = shown - shown.mean(axis=0)
        # Where all read the same, taking their mean away would leave nothing of them.
        self.vectors = unit(centred if np.abs(centred).max(initial=0) > SAME else shown).astype(np.float32)
        self.likeness = self.vectors @ self.vectors.T
        np.fill_diagonal(self.likeness, -1)
        self.placed = np.full(len(self.vectors), OPEN)
        self.refused: set[tuple[int, int]] = set()
        settings = read_section("matcher")
        self.neighbours, self.vote_weight = settings["neighbours"], settings["vote_weight"]
        self.curve = settings["curve_through_lens"] if share else settings["curve"]

    @classmethod
    def going_on(cls, vectors: np.ndarray, themes: Sequence[Hashable], placed: Sequence[int]) -> "Curation":
        """Starts from what stands already: `placed` as above. Examples that show a theme are notes placed in it, and a
        theme that nothing shows is left out.
        """
        state = cls(vectors, list(themes))
        state.placed = np.array(placed, dtype=np.intp)
        return state

    def next_offer(self) -> Offer | None:
        """The group with most right notes for each action to be expected, else one note; None when all are placed."""
        open_notes = np.flatnonzero(self.placed == OPEN)
        if not len(open_notes):
            return None
        if not self.themes:
            return Offer((self._most_around(open_notes),), ())
        scores = self._scores(open_notes)
        order = np.argsort(-scores, axis=1, kind="stable")
        sure = self._sure(scores, order)
        group = self._best_group(open_notes, order[:, 0], sure)
        if group is not None:
            return group
        note = self._most_around(open_notes)
        row = int(np.flatnonzero(open_notes == note)[0])
        return Offer((note,), tuple(order[row, :SUGGESTED].tolist()))

    def _scores(self, notes: np.ndarray) -> np.ndarray:
        """(notes, themes): likeness to each theme's centre and the vote of the nearest placed notes, as the matcher
        does."""
        known = np.flatnonzero(self.placed >= 0)
        sums = np.zeros((len(self.themes), self.vectors.shape[1]), np.float32)
        np.add.at(sums, self.placed[known], self.vectors[known])
        scores = self.vectors[notes] @ unit(sums).T
        likeness = self.likeness[np.ix_(notes, known)]
        count = min(self.neighbours, len(known))
        nearest = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
        weights = np.maximum(np.take_along_axis(likeness, nearest, axis=1), 0) / count
        np.add.at(scores, (np.arange(len(notes))[:, None], self.placed[known][nearest]), self.vote_weight * weights)
        at = {int(note): row for row, note in enumerate(notes)}
        for note, theme in self.refused:
            if note in at:
                scores[at[note], theme] = -1
        return scores

    def _sure(self, scores, order) -> np.ndarray:
        best = np.take_along_axis(scores, order[:, :1], axis=1)[:, 0]
        second = np.take_along_axis(scores, order[:, 1:2], axis=1)[:, 0] if scores.shape[1] > 1 else np.zeros_like(best)
        bias, by_score, by_lead, _ = self.curve
        return 1 / (1 + np.exp(-(bias + by_score * best + by_lead * (best - second))))

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

    def _most_around(self, notes: np.ndarray) -> int:
        likeness = self.likeness[np.ix_(notes, notes)]
        count = min(AROUND, len(notes))
        around = -np.partition(-likeness, count - 1, axis=1)[:, :count].mean(axis=1)
        return int(notes[np.argmax(around)])


def curate(vectors: np.ndarray, labels: Sequence[Hashable], tell: Callable[[int, int], None] | None = None) -> dict:
    """Plays until every note is where its label says; figures as `python -m objections.nlp curate` prints them.

    A note of no theme is right once it was looked at and set aside. `tell(actions, right)` is called after each offer.
    """
    state, actions, right, course = Curation(vectors), 0, 0, [(0, 0)]
    while (offer := state.next_offer()) is not None:
        cost, gained = _answer(state, offer, labels)
        actions, right = actions + cost, right + gained
        course.append((actions, right))
        if tell:
            tell(actions, right)
    return _figures(course, len(labels))


def _answer(state: Curation, offer: Offer, labels) -> tuple[int, int]:
    """(actions, notes that are right now) of a perfect marketer."""
    if len(offer.notes) > 1:
        return _answer_group(state, offer, labels)
    (note,) = offer.notes
    label = labels[note]
    if label in NOT_A_THEME:
        state.placed[note] = ASIDE
        return CONFIRM, 1
    if label not in state.themes:
        state.themes.append(label)
        state.placed[note] = len(state.themes) - 1
        return MAKE, 1
    theme = state.themes.index(label)
    state.placed[note] = theme
    return CONFIRM if theme in offer.themes else CHOOSE, 1


def _answer_group(state: Curation, offer: Offer, labels) -> tuple[int, int]:
    theme = offer.themes[0]
    fits = [note for note in offer.notes if labels[note] == state.themes[theme]]
    wrong = [note for note in offer.notes if note not in fits]
    state.refused |= {(note, theme) for note in wrong}
    if not fits:
        return SEND_AWAY, 0
    state.placed[fits] = theme
    return ACCEPT + TAKE_OUT * len(wrong), len(fits)


def _figures(course: list[tuple[int, int]], count: int) -> dict:
    def right_at(actions_per_note):
        return max(right for actions, right in course if actions <= actions_per_note * count) / count

    def actions_at(share):
        return min(actions for actions, right in course if right >= share * count) / count

    return {
        "n": count,
        "right_at": {str(at): round(right_at(at), 4) for at in (0.25, 0.5, 1.0)},
        "actions_per_note_at_80": round(actions_at(0.8), 4),
        "actions_per_note_at_95": round(actions_at(0.95), 4),
    }
