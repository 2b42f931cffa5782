"""Texts in, themes out. Knows nothing of Django; importing it imports neither spaCy nor scikit-learn.

Each function imports what it needs when it is called: `encode` and `match` stay light for the web process.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from objections.nlp.importing import one_at_a_time


def encode(texts: Sequence[str], progress=None) -> np.ndarray:
    """Float32 (len(texts), width): what the encoder sees, what the lens does, and how odd each text is.
    `progress(done, total, note)` is called after each batch.

    Raises `vectors.EncoderMissing` or `vectors.EncoderMismatch`, which say how to install the weights, or
    `lens.LensMismatch`.
    """
    with one_at_a_time:
        from objections.nlp.vectors import get_encoder

    return get_encoder()(texts, progress=progress)


def build_index(vectors: np.ndarray, themes: Sequence[Hashable], *, turn=None, curve=None, learned_through_lens=None):
    """A `matching.ThemeIndex` over examples (placed objections and exemplars) and the theme label of each; the others
    are what `learn` found, and in which view."""
    with one_at_a_time:
        from objections.nlp.matching import build_index

    return build_index(vectors, themes, turn=turn, curve=curve, learned_through_lens=learned_through_lens)


def learn(vectors: np.ndarray, themes: Sequence[Hashable]):
    """What a company's placements teach: a `learning.Learned`, None while they are too few; see `learning.Learner`."""
    with one_at_a_time:
        from objections.nlp.learning import learn

    return learn(vectors, themes)


def match(texts: Sequence[str], index, limit: int = 3):
    """For each text a tuple of at most `limit` `types.Match`, likeliest theme first."""
    return index.match(encode(texts), limit)


@dataclass(frozen=True)
class Matched:
    """The likeliest themes of one text with the probability that it belongs to each, best first, and the probability
    that it belongs to none of them. The two are told from different signs and need not add up to one."""

    ranked: tuple[tuple[Hashable, float], ...]
    novel: float


class Matcher:
    """Says to which of some themes texts belong; `themes` maps a theme to example texts.

    Made once, it may be asked from several threads. Raises ValueError for a theme without an example.
    """

    def __init__(self, themes: Mapping[Hashable, Sequence[str]]):
        without = [theme for theme, examples in themes.items() if not examples]
        if without:
            raise ValueError(f"Themes without an example: {', '.join(map(str, without))}")
        pairs = [(theme, text) for theme, examples in themes.items() for text in examples]
        self._index = build_index(encode([text for _, text in pairs]), [theme for theme, _ in pairs])

    def match(self, texts: Sequence[str], top: int = 3) -> list[Matched]:
        """For each text the `top` likeliest themes."""
        vectors = encode(texts)
        novel = self._index.novelty(vectors).round(6).tolist()
        return [
            Matched(tuple((match.theme, match.confidence) for match in row), fits_none)
            for row, fits_none in zip(self._index.match(vectors, top), novel, strict=True)
        ]


def find_themes(texts: Sequence[str], placed=None, *, known_vectors=None, config=None, progress=None):
    """Group texts by meaning and name the groups: `types.Themes`. The same texts and config give the same themes.

    `placed` maps positions of texts to the themes people put them in, by any key: they stay there, what is surely like
    them joins them, and new themes are sought in the rest. `known_vectors` (n, width) saves encoding what was encoded
    before; `config` is the path of another `config.cfg`; `progress(done, total, note)` is called between steps and
    after each encoded batch. Raises ValueError when vectors and texts differ in length, or `placed` names a text there
    is not.
    """
    with one_at_a_time:
        from objections.nlp.pipeline import CONFIG, find_themes

    return find_themes(texts, placed, known_vectors=known_vectors, config=config or CONFIG, progress=progress)


def propose(texts, themes, by_person, *, index, names=None, doubtable=None, all_themes=(), **rest):
    """What to change in the themes there are: a tuple of `types.Proposal`, few and cautious. Writes nothing.

    `texts`, `themes` (the theme of each live objection, or None) and `by_person` (whether a person put it there) go
    together; what stands in a theme is given to the clusterer as that. `index` holds the existing themes, `names` what
    they are called; names of `doubtable` themes (None: of all) may be doubted. Themes of `all_themes` without an
    objection are proposed for retirement. `known_vectors` and `progress` are those of `find_themes`. Raises ValueError
    when lengths differ.
    """
    with one_at_a_time:
        from objections.nlp.proposing import propose

    settings = {"index": index, "names": names, "doubtable": doubtable, "all_themes": all_themes}
    return propose(texts, themes, by_person, **settings, **rest)


def make_reader(lists=None):
    """A `reading.Reader`: texts in, for each a `types.Reading` of its language, what it names, and its words masked.

    `lists` (`types.Lists`) are the company's competitors, products and accounts. It loads spaCy, so it is for
    background work; building one takes a moment, and it is not for several threads at once.
    """
    with one_at_a_time:
        from objections.nlp.reading import Reader

    return Reader(lists)


def lay_out(vectors: np.ndarray, start: np.ndarray | None = None, groups: Sequence | None = None) -> np.ndarray:
    """Places on a map, float32 (n, 2) from 0 to 1, where what reads alike lies near: see `layout.Layout`.

    `start` (n, 2) holds the places on an earlier map, NaN for what is new; `groups` (n) what stands together, or None.
    Raises ValueError when lengths differ.
    """
    with one_at_a_time:
        from objections.nlp.layout import Layout
        from objections.nlp.settings import read_section

    settings = {key: value for key, value in read_section("layout").items() if key != "@misc"}
    return Layout(**settings)(vectors, start, groups)


def is_quote(text: str) -> bool:
    """Does the note hold the buyer's own words, in quotation marks, rather than a paraphrase?"""
    with one_at_a_time:
        from objections.nlp.pipeline import is_quote

    return is_quote(text)


def find_halves(text: str, index):
    """The two objections that a note holds (`halves.Halves`), or None; `index` holds the themes there are.

    Loads spaCy where the writer set something apart, by a full stop, a semicolon, a new line, a number or "and also".
    """
    with one_at_a_time:
        from objections.nlp.halves import find_halves

    return find_halves(text, index, encode)


def find_objections(text: str, index) -> list[tuple[int, int]]:
    """Where in a longer note objections are told, (start, end) of each, none unless there are two; see
    `noted.find_objections`."""
    with one_at_a_time:
        from objections.nlp.noted import find_objections

    return find_objections(text, index, encode)
