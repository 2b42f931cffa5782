"""Texts in, themes out. Knows nothing of Django; importing it imports neither spaCy nor scikit-learn.

Each function imports what it needs when it is called: `encode` and `match` stay light for the web process.
"""

from collections.abc import Hashable, Sequence

import numpy as np


def encode(texts: Sequence[str], progress=None) -> np.ndarray:
    """Float32 unit vectors (len(texts), 384). `progress(done, total, note)` is called after each batch.

    Raises `vectors.EncoderMissing` or `vectors.EncoderMismatch`, which say how to install the weights.
    """
    from objections.nlp.vectors import get_encoder

    return get_encoder()(texts, progress=progress)


def build_index(vectors: np.ndarray, themes: Sequence[Hashable]):
    """A `matching.ThemeIndex` over examples (placed objections and exemplars) and the theme label of each."""
    from objections.nlp.matching import build_index

    return build_index(vectors, themes)


def match(texts: Sequence[str], index, limit: int = 3):
    """For each text a tuple of at most `limit` `types.Match`, likeliest theme first."""
    return index.match(encode(texts), limit)


def find_themes(texts: Sequence[str], *, known_vectors=None, config=None, progress=None):
    """Group texts by meaning and name the groups: `types.Themes`. The same texts and config give the same themes.

    `known_vectors` (n, 384) saves encoding what was encoded before; `config` is the path of another `config.cfg`;
    `progress(done, total, note)` is called between steps and after each encoded batch. Raises ValueError when vectors
    and texts differ in length.
    """
    from objections.nlp.pipeline import CONFIG, find_themes

    return find_themes(texts, known_vectors=known_vectors, config=config or CONFIG, progress=progress)


def propose(vectors, themes, by_person, found, index, all_themes=()):
    """What to change in the themes there are: a tuple of `types.Proposal`, few and cautious. Writes nothing.

    `vectors` (n, 384), `themes` (the theme of each live objection, or None) and `by_person` (whether a person put it
    there) go together; `found` is `find_themes` of the same objections, `index` holds the existing themes.
    Themes of `all_themes` without an objection are proposed for retirement. Raises ValueError when lengths differ.
    """
    from objections.nlp.proposals import Proposer
    from objections.nlp.settings import read_section

    settings = {key: value for key, value in read_section("proposer").items() if key != "@misc"}
    return Proposer(**settings)(vectors, themes, by_person, found, index, all_themes)


def is_quote(text: str) -> bool:
    """Does the note hold the buyer's own words, in quotation marks, rather than a paraphrase?"""
    from objections.nlp.pipeline import is_quote

    return is_quote(text)
