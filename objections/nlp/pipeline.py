"""Builds the parts that `config.cfg` names and runs them one after the other."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from spacy.language import Language
from spacy.util import load_config, load_model_from_config, registry

from objections.nlp import (
    clustering,
    components,  # noqa: F401 - importing it registers the spaCy parts
    matching,
    naming,
    proposals,
    vectors,
)
from objections.nlp.settings import CONFIG
from objections.nlp.types import Cluster, Themes
from objections.nlp.vectors import Progress

PARTS = {
    vectors.NAME: vectors.MiniLM,
    matching.NAME: matching.Matcher,
    clustering.NAME: clustering.Clusterer,
    naming.NAME: naming.Namer,
    proposals.NAME: proposals.Proposer,
}
for _name, _part in PARTS.items():
    registry.misc(_name, func=_part)


def resolve(section: str, path: Path = CONFIG):
    """The part that one section of the config names, built with its settings.

    Raises spaCy's RegistryError for an unknown name and ConfigValidationError for settings that do not fit.
    """
    return registry.resolve({section: load_config(path)[section]})[section]


@cache
def load_language(path: Path = CONFIG) -> Language:
    """The spaCy pipeline that reads notes (see `components`)."""
    config = load_config(path)
    return load_model_from_config({part: config[part] for part in ("nlp", "components")}, auto_fill=True)


def find_themes(
    texts: Sequence[str],
    *,
    known_vectors: np.ndarray | None = None,
    config: Path = CONFIG,
    progress: Progress | None = None,
) -> Themes:
    """See `objections.nlp.find_themes`."""
    if known_vectors is not None and len(known_vectors) != len(texts):
        raise ValueError(f"{len(known_vectors)} vectors for {len(texts)} texts")
    encode = vectors.get_encoder() if config == CONFIG else resolve("encoder", config)
    found = encode(texts, progress=progress) if known_vectors is None else np.asarray(known_vectors, np.float32)
    tell(progress, 0, len(texts), "looking for themes")
    labels = resolve("clusterer", config)(found)
    tell(progress, len(texts), len(texts), "naming themes")
    phrases = [doc._.phrases for doc in load_language(config).pipe(texts)]
    namings = resolve("namer", config)(phrases, texts, found, labels, encode)
    clusters = tuple(
        Cluster(tuple(np.flatnonzero(labels == number).tolist()), n.name, n.phrases, n.quote_index, n.cohesion)
        for number, n in enumerate(namings)
    )
    return Themes(clusters, tuple(np.flatnonzero(labels == clustering.UNTHEMED).tolist()))


def tell(progress: Progress | None, done: int, total: int, note: str) -> None:
    if progress:
        progress(done, total, note)


def is_quote(text: str) -> bool:
    """Does the note hold the buyer's own words, in quotation marks, rather than a paraphrase?"""
    return bool(load_language()(text)._.quoted)
