"""Notes whose vectors lie along axes: nothing is encoded, so likeness is what a test says it is."""

import numpy as np

from objections.theming.vectors import store_vectors
from tests.factories import make_objection


def notes(rep, axis, count):
    """Read notes that are alike, and unlike those of another axis."""
    made = [make_objection(f"{axis}-{number}", author=rep) for number in range(count)]
    chance = np.random.default_rng(axis)
    for voice in made:
        vector = np.zeros(20, np.float32)
        vector[axis] = 1
        store_vectors([(voice.pk, voice.text, vector + 0.05 * chance.standard_normal(20).astype(np.float32))])
    return made
