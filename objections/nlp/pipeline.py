"""Builds the parts that `config.cfg` names and runs them one after the other."""

import itertools
from collections.abc import Hashable, Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path

import numpy as np
from spacy.language import Language
from spacy.util import load_config_from_str, load_model_from_config, registry

from objections.nlp import (
    categories,
    clustering,
    components,  # noqa: F401 - importing it registers the spaCy parts
    layout,
    learning,
    matching,
    naming,
    proposals,
    sentence_encoder,
    vectors,
)
from objections.nlp.geometry import unit
from objections.nlp.lens import get_lens, has_lens, of_text, seen, share_of, through
from objections.nlp.settings import CONFIG, as_text
from objections.nlp.types import Cluster, Themes
from objections.nlp.vectors import Progress

PARTS = {
    vectors.NAME: vectors.MiniLM,
    sentence_encoder.NAME: sentence_encoder.SentenceEncoder,
    matching.NAME: matching.Matcher,
    learning.NAME: learning.Learner,
    clustering.NAME: clustering.Clusterer,
    naming.NAME: naming.Namer,
    proposals.NAME: proposals.Proposer,
    layout.NAME: layout.Layout,
}
for _name, _part in PARTS.items():
    registry.misc(_name, func=_part)


def resolve(section: str, path: Path = CONFIG):
    """The part that one section of the config names, built with its settings.

    Raises spaCy's RegistryError for an unknown name and ConfigValidationError for settings that do not fit.
    """
    return registry.resolve({section: load_config_from_str(as_text(path))[section]})[section]


@cache
def load_language(path: Path = CONFIG) -> Language:
    """The spaCy pipeline that reads notes (see `components`)."""
    config = load_config_from_str(as_text(path))
    return load_model_from_config({part: config[part] for part in ("nlp", "components")}, auto_fill=True)


def find_themes(
    texts: Sequence[str],
    placed: Mapping[int, Hashable] | None = None,
    *,
    known_vectors: np.ndarray | None = None,
    config: Path = CONFIG,
    progress: Progress | None = None,
) -> Themes:
    """See `objections.nlp.find_themes`."""
    placed = dict(placed or {})
    if known_vectors is not None and len(known_vectors) != len(texts):
        raise ValueError(f"{len(known_vectors)} vectors for {len(texts)} texts")
    if wrong := [at for at in placed if not 0 <= at < len(texts)]:
        raise ValueError(f"placed names text {wrong[0]}, and there are {len(texts)}")
    encode = vectors.get_encoder() if config == CONFIG else resolve("encoder", config)
    found = encode(texts, progress=progress) if known_vectors is None else np.asarray(known_vectors, np.float32)
    tell(progress, 0, len(texts), "looking for themes")
    keys, labels, confidences = grouped(found, placed, config)
    tell(progress, len(texts), len(texts), "naming themes")
    namings = resolve("namer", config)(partial(phrases_of, config=config), texts, found, labels, encode)
    own, of_groups = categories_of(found, labels, len(keys))
    members = [np.flatnonzero(labels == number) for number in range(len(keys))]
    clusters = tuple(
        Cluster(
            tuple(m.tolist()), n.name, n.phrases, n.quote_index, n.cohesion, key, central(texts, found, m), category
        )
        for key, m, n, category in zip(keys, members, namings, of_groups, strict=True)
    )
    unthemed = tuple(np.flatnonzero(labels == clustering.UNTHEMED).tolist())
    return Themes(clusters, unthemed, tuple(confidences.tolist()), own)


def phrases_of(texts: Sequence[str], config: Path = CONFIG) -> Iterator[tuple[str, ...]]:
    """The key phrases of each text."""
    return (doc._.phrases for doc in load_language(config).pipe(texts))


def grouped(
    found: np.ndarray, placed: dict[int, Hashable], config: Path
) -> tuple[list[Hashable], np.ndarray, np.ndarray]:
    """(keys, label of each text as a position among them or UNTHEMED, how sure each is).

    What people placed stays, what surely is like it joins it, and groups are sought in the rest.
    """
    keys: list[Hashable] = list(dict.fromkeys(placed.values()))
    labels = np.full(len(found), clustering.UNTHEMED)
    sure = np.zeros(len(found))
    if placed:
        at = list(placed)
        labels[at], sure[at] = [keys.index(theme) for theme in placed.values()], 1
        index = resolve("matcher", config).build(found[at], list(placed.values()))
        asked = np.flatnonzero(labels == clustering.UNTHEMED)
        for text, matches in zip(asked, index.match(found[asked], limit=1), strict=True):
            if matches[0].is_sure:
                labels[text], sure[text] = keys.index(matches[0].theme), matches[0].confidence
    free = np.flatnonzero(labels == clustering.UNTHEMED)
    groups = resolve("clusterer", config)(found[free])
    labels[free] = np.where(groups >= 0, groups + len(keys), clustering.UNTHEMED)
    free = free[groups >= 0]
    if len(free):
        sure[free] = to_centres(found[free], groups[groups >= 0])
    return keys + new_keys(groups.max(initial=-1) + 1, set(keys)), labels, np.round(sure, 6)


def new_keys(count: int, taken: set[Hashable]) -> list[str]:
    numbered = (f"new-{number}" for number in itertools.count(1))
    return list(itertools.islice((key for key in numbered if key not in taken), count))


def to_centres(found: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """How like the centre of its group each vector is, 0 to 1, as the clusterer compares them."""
    shown = seen(found, share_of(found))
    shown = unit(shown - shown.mean(axis=0)) if groups.max() else unit(shown)
    sums = np.zeros((groups.max() + 1, shown.shape[1]))
    np.add.at(sums, groups, shown)
    return np.clip(np.einsum("ij,ij->i", shown, unit(sums)[groups]), 0, 1)


def central(texts: Sequence[str], found: np.ndarray, members: np.ndarray, most: int = 3) -> tuple[str, ...]:
    """Up to `most` different texts of a group, nearest to its centre first."""
    own = of_text(found[members])
    order = np.argsort(-(own @ unit(own.mean(axis=0))), kind="stable")
    return tuple(dict.fromkeys(texts[members[at]] for at in order))[:most]


def categories_of(found: np.ndarray, labels: np.ndarray, groups: int) -> tuple[tuple[str, ...], list[str]]:
    """The likeliest category of each text, and of each group as a whole; empty where the encoder has no lens."""
    if not has_lens(found) or not len(found):
        return ("",) * len(found), [""] * groups
    order, shares = categories.likeness(get_lens(), through(found))
    whole = [order[shares[labels == number].mean(axis=0).argmax()] for number in range(groups)]
    return tuple(order[at] for at in shares.argmax(axis=1)), whole


def tell(progress: Progress | None, done: int, total: int, note: str) -> None:
    if progress:
        progress(done, total, note)


def is_quote(text: str) -> bool:
    """Does the note hold the buyer's own words, in quotation marks, rather than a paraphrase?"""
    return bool(load_language()(text)._.quoted)
