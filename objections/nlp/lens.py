"""A lens turns what the encoder sees of a note towards the reservation in it and away from its setting.

Linear discriminant analysis (Fisher 1936, Rao 1948) over all levels of the encoder at once: notes are whitened by how
they differ within themes, whatever the industry, shrunk towards a sphere, and seen along the directions in which themes
differ. It is fitted on the exemplars and applied to the notes of companies it has never seen. numpy and safetensors
only, because the web process looks through it while someone types.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

from objections.nlp.geometry import unit
from objections.nlp.settings import read_section

NAME = "objections.layered_lda.v1"
PATH = Path(__file__).with_name("lens.safetensors")
TEXT = 384  # floats of a vector that are the encoder's own; the lens's follow


class LensMismatch(RuntimeError):
    """The lens is not the one the project was measured with."""


@dataclass(frozen=True, eq=False)
class Lens:
    """`middle` (levels, width) is the mean of each level, `turn` (levels × width, directions) the map, `offset` its
    value at the mean of the exemplars; `centres` (themes, directions) are unit vectors of the themes `keys`.
    """

    middle: np.ndarray
    turn: np.ndarray
    offset: np.ndarray
    centres: np.ndarray
    keys: tuple[str, ...]

    def __call__(self, levels: np.ndarray) -> np.ndarray:
        """Float32 unit vectors (n, directions) of what the encoder pooled at each level (n, levels, width)."""
        # One note at a time, so that its numbers do not depend on which others share its batch.
        turned = (spread(levels, self.middle)[:, None, :] @ self.turn)[:, 0]
        return unit(turned - self.offset).astype(np.float32)


def share_of(vectors: np.ndarray) -> float:
    """How much of a comparison goes through the lens: the share of `config.cfg` where a set of texts reads like
    objections, none where it does not, or where the encoder has no lens.

    It reads like them when the mean cosine of the texts, seen through the lens, to the nearest theme of the exemplars
    reaches `applies_at`: it is 0.45 to 0.51 for objections of industries the lens was not fitted on, 0.38 for questions
    to a bank or to an assistant. All or nothing, for what is compared with scores was fitted on either.
    """
    if not has_lens(vectors):
        return 0.0
    settings = read_section("lens")
    if not len(vectors):
        return settings["share"]
    likeness = float((vectors[:, TEXT:] @ get_lens().centres.T).max(axis=1).mean())
    return settings["share"] if likeness >= settings["applies_at"] else 0.0


def seen(vectors: np.ndarray, share: float) -> np.ndarray:
    """Vectors whose cosine is (1 - share) parts that of the encoder and `share` parts that of the lens."""
    if not share:
        return of_text(vectors)
    return np.concatenate([vectors[:, :TEXT] * np.sqrt(1 - share), vectors[:, TEXT:] * np.sqrt(share)], axis=1)


def of_text(vectors: np.ndarray) -> np.ndarray:
    """What the encoder itself saw; all of it where it has no lens."""
    return vectors[:, :TEXT] if has_lens(vectors) else vectors


def has_lens(vectors: np.ndarray) -> bool:
    """Whether the vectors hold what the lens sees, too."""
    return vectors.ndim == 2 and vectors.shape[1] == TEXT + read_section("lens")["directions"]


def spread(levels: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """(n, levels × width): each level a unit vector around its middle, all levels weighing the same."""
    centred = unit(unit(levels.astype(np.float32)) - middle)
    return centred.reshape(len(levels), -1) / np.float32(np.sqrt(levels.shape[1]))


def fit(levels: np.ndarray, themes: Sequence[str], *, shrinkage: float, directions: int) -> Lens:
    """A lens of labelled notes: `levels` (n, levels, width) of the encoder, the theme of each.

    `shrinkage` is added to the variance within themes, as a multiple of its mean. Raises ValueError for fewer than two
    themes, or when the lengths differ.
    """
    from scipy.linalg import cholesky, solve_triangular

    if len(levels) != len(themes) or len(set(themes)) < 2:
        raise ValueError(f"{len(levels)} notes with {len(themes)} labels of {len(set(themes))} themes")
    middle = unit(levels.astype(np.float32)).mean(axis=0)
    notes = spread(levels, middle).astype(np.float64)
    mean = notes.mean(axis=0)
    notes -= mean
    keys, which, sizes = np.unique(np.array(themes), return_inverse=True, return_counts=True)
    sums = np.zeros((len(keys), notes.shape[1]))
    np.add.at(sums, which, notes)
    between = sums / np.sqrt(sizes * len(notes))[:, None]
    within = notes.T @ notes / len(notes) - between.T @ between
    within[np.diag_indices_from(within)] += shrinkage * np.trace(within) / len(within)
    root = cholesky(within, lower=True)
    _, _, axes = np.linalg.svd(solve_triangular(root, between.T, lower=True).T, full_matrices=False)
    turn = solve_triangular(root.T, axes[:directions].T, lower=False)
    # Scaled so that half floats are exact enough; the scale is of no consequence to a unit vector.
    turn = np.ascontiguousarray((turn / np.abs(turn).max()).astype(np.float16).astype(np.float32))
    lens = Lens(middle, turn, (mean @ turn).astype(np.float32), np.empty((0, directions)), tuple(map(str, keys)))
    centres = np.zeros((len(keys), directions), dtype=np.float32)
    np.add.at(centres, which, lens(levels))
    return replace(lens, centres=unit(centres))


def save(lens: Lens, path: Path, *, recipe: dict) -> str:
    """Writes the lens with how it was made; gives the SHA-256 of the file."""
    rows = {"middle": lens.middle, "turn": lens.turn.astype(np.float16), "offset": lens.offset, "centres": lens.centres}
    # Written as they lie in memory, so they have to lie there row by row.
    rows = {name: np.ascontiguousarray(values) for name, values in rows.items()}
    # In one entry: the order of several is left to chance, and so would be the hash.
    save_file(rows, path, metadata={"about": json.dumps({"keys": lens.keys, "recipe": recipe}, sort_keys=True)})
    return hashlib.sha256(path.read_bytes()).hexdigest()


def load(path: Path, *, sha256: str) -> Lens:
    """Raises LensMismatch if the file is absent or not the one that is expected."""
    found = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "none"
    if found != sha256:
        raise LensMismatch(f"{path.name} has SHA-256 {found}, config.cfg expects {sha256}. Make it: manage.py fit_lens")
    with safe_open(path, framework="numpy") as file:
        rows = {name: file.get_tensor(name).astype(np.float32) for name in file.keys()}  # noqa: SIM118  no mapping
        keys = tuple(json.loads(file.metadata()["about"])["keys"])
    return Lens(rows["middle"], rows["turn"], rows["offset"], rows["centres"], keys)


@cache
def get_lens() -> Lens:
    """The lens of `config.cfg`, loaded once for each process."""
    return load(PATH, sha256=read_section("lens")["sha256"])
