"""Which objections are told in a longer note? Its clauses that read like one by themselves; spaCy cuts them."""

from collections.abc import Callable, Sequence

import numpy as np

from objections.nlp.halves import MOST_CLAUSES, SEEMS_CUT, likenesses
from objections.nlp.importing import one_at_a_time
from objections.nlp.lens import has_lens
from objections.nlp.settings import read_section

LEAST = 2  # objections, for one alone is what the note is about, and asking of each note would tire

Encode = Callable[[Sequence[str]], np.ndarray]


def find_objections(text: str, index, encode: Encode) -> list[tuple[int, int]]:
    """(start, end) of the words of each objection, in order; none unless there are two. `index` holds the themes.

    Each has to read like an objection, as a half that was set apart in a note does (`[halves]` of `config.cfg`), and to
    be one that would be placed; of clauses of one theme the surest counts. A note says much that is no objection, so
    what would stay unthemed is not asked about.
    """
    settings = read_section("halves")
    spans = _clauses(text, settings["least_words"])
    if len(spans) < LEAST:
        return []
    vectors = encode([text[start:end] for start, end in spans])
    if not has_lens(vectors):
        return []
    best = {}
    matches, likeness = index.match(vectors, limit=1), likenesses(vectors, index)
    for span, row, (near, *_) in zip(spans, matches, likeness, strict=True):
        if not row or not row[0].is_sure or near < settings["plausible_apart"]:
            continue
        match = row[0]
        if match.theme not in best or best[match.theme][0] < match.confidence:
            best[match.theme] = (match.confidence, span)
    found = sorted(span for _, span in best.values())
    return found if len(found) >= LEAST else []


def may_hold_objections(text: str) -> bool:
    """Whether it is worth a look: long enough, and its writer set something apart. Without spaCy."""
    enough = LEAST * read_section("halves")["least_words"]
    return len(text.split()) >= enough and SEEMS_CUT.search(text) is not None


def _clauses(text: str, least_words: int) -> list[tuple[int, int]]:
    if not may_hold_objections(text):
        return []
    with one_at_a_time:
        from objections.nlp.clauses import bare, load_cutter

    found = []
    for clause in load_cutter()(text)._.clauses[:MOST_CLAUSES]:
        said = bare(clause.text)
        start = text.find(said, clause.start_char)
        if len(said.split()) >= least_words and start >= 0:
            found.append((start, start + len(said)))
    return found
