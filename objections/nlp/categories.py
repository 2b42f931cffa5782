"""The category of a note with no placement at all: by its likeness to the exemplars' themes through the lens."""

import numpy as np

from objections.nlp import corpus
from objections.nlp.lens import Lens


def likeness(lens: Lens, through: np.ndarray) -> tuple[list[str], np.ndarray]:
    """Categories, and (notes, categories) shares that add up to one; `through` is what the lens sees of each note."""
    named = [corpus.themes()[key].category for key in lens.keys]
    order = list(dict.fromkeys(named))
    shares = lens.shares(through)
    return order, np.stack([shares[:, [name == category for name in named]].sum(axis=1) for category in order], axis=1)


def likeliest(lens: Lens, through: np.ndarray) -> list[str]:
    """The likeliest category of each note."""
    order, shares = likeness(lens, through)
    return [order[at] for at in shares.argmax(axis=1)]
