"""Does a note hold two objections? Looked for where a writer set them apart; spaCy is loaded only for such notes."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from objections.nlp import corpus
from objections.nlp.importing import one_at_a_time
from objections.nlp.lens import get_lens, has_lens, through
from objections.nlp.settings import read_section

SEEMS_CUT = re.compile(r"[;\n]|[.!?…]\s+\S|\band also\b|\bplus\b|\(?\b(?:\d|[a-d])\)\s", re.IGNORECASE)
MOST_CLAUSES = 8  # of a longer note only the first so many are tried as places to cut

Encode = Callable[[Sequence[str]], np.ndarray]


@dataclass(frozen=True)
class Halves:
    """The words of a note that may be two, in order."""

    first: str
    second: str


@dataclass(frozen=True)
class Cut:
    halves: Halves
    is_apart: bool


def find_halves(text: str, index, encode: Encode) -> Halves | None:
    """The two objections a note holds, or None. `index` holds the themes there are.

    Each half has to read like an objection by itself: its likeness through the lens to the nearest theme of the
    exemplars, for which a full stop between them asks more than a semicolon does. Their likeliest themes have to
    differ, and so do the categories of what the lens sees.
    """
    settings = read_section("halves")
    cuts = candidates(text, settings["least_words"])
    if not cuts:
        return None
    parts = list(dict.fromkeys(part for cut in cuts for part in (cut.halves.first, cut.halves.second)))
    vectors = encode(parts)
    if not has_lens(vectors):
        return None
    seen = dict(zip(parts, likenesses(vectors, index), strict=True))
    best, most = None, 0.0
    for cut in cuts:
        (near, category, theme), (near2, category2, theme2) = seen[cut.halves.first], seen[cut.halves.second]
        floor = settings["plausible_apart"] if cut.is_apart else settings["plausible"]
        differ = category != category2 and (theme is None or theme != theme2)
        if differ and min(near, near2) >= floor and min(near, near2) - floor >= most:
            best, most = cut.halves, min(near, near2) - floor
    return best


def candidates(text: str, least_words: int) -> list[Cut]:
    """Places where the note may be cut in two, each half of at least so many words."""
    if len(text.split()) < 2 * least_words or not SEEMS_CUT.search(text):
        return []
    with one_at_a_time:
        from objections.nlp.clauses import bare, load_cutter

    found = []
    for clause in load_cutter()(text)._.clauses[1 : MOST_CLAUSES + 1]:
        halves = Halves(bare(text[: clause.start_char]), bare(text[clause.start_char :]))
        enough = min(len(halves.first.split()), len(halves.second.split())) >= least_words
        if enough and halves.first.count("(") == halves.first.count(")"):
            found.append(Cut(halves, clause._.is_apart))
    return found


def likenesses(vectors: np.ndarray, index) -> list[tuple[float, str, object]]:
    """For each vector how like an objection it is, its category, and its likeliest theme."""
    lens = get_lens()
    likeness = through(vectors) @ lens.centres.T
    categories = [corpus.themes()[lens.keys[at]].category for at in likeness.argmax(axis=1)]
    themes = [row[0].theme if row else None for row in index.match(vectors, limit=1)]
    return list(zip(likeness.max(axis=1).tolist(), categories, themes, strict=True))
