"""A lens turns what the encoder sees of a note towards the reservation in it and away from its setting.

Linear discriminant analysis (Fisher 1936, Rao 1948) over all levels of the encoder at once: notes are whitened by how
they differ within themes, whatever the industry, shrunk towards a sphere, and seen along the directions in which themes
differ. It is fitted on the exemplars and applied to the notes of companies it has never seen. Beside that it says how
much a note reads like one of a kind rather than like one of the themes that come up everywhere: a logistic regression
over the same levels. numpy and safetensors only, because the web process looks through it while someone types.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

from objections.nlp.geometry import unit
from objections.nlp.settings import read_section
from objections.nlp.types import NOT_A_THEME

NAME = "objections.layered_lda.v2"
PATH = Path(__file__).with_name("lens.safetensors")
TEXT = 384  # floats of a vector that are the encoder's own; the lens's follow, its last one is the oddness
ODDNESS_SCALE = 10  # what the oddness is divided by where it stands beside cosines
SHARPNESS = 10  # of a likeness to the themes of the exemplars, where they share a note among them


_tried: ContextVar["Lens | None"] = ContextVar("_tried", default=None)


class LensMismatch(RuntimeError):
    """The lens is not the one the project was measured with."""


@dataclass(frozen=True, eq=False)
class Lens:
    """`middle` (levels, width) is the mean of each level, `turn` (levels × width, directions) the map, `offset` its
    value at the mean of the exemplars; `centres` (themes, directions) are unit vectors of the themes `keys`. `odd`
    (levels × width) and `usual` give the oddness.
    """

    middle: np.ndarray
    turn: np.ndarray
    offset: np.ndarray
    centres: np.ndarray
    odd: np.ndarray
    usual: np.ndarray
    keys: tuple[str, ...]

    def __call__(self, levels: np.ndarray) -> np.ndarray:
        """Float32 (n, directions + 1) of what the encoder pooled at each level (n, levels, width): unit vectors, and
        the oddness of each note."""
        # One note at a time, so that its numbers do not depend on which others share its batch.
        notes = spread(levels, self.middle)[:, None, :]
        turned, odd = (notes @ self.turn)[:, 0], (notes @ self.odd[:, None])[:, 0]
        return np.concatenate([unit(turned - self.offset), odd - self.usual], axis=1).astype(np.float32)

    def shares(self, through: np.ndarray) -> np.ndarray:
        """(n, themes): how the themes of the exemplars share each note among them, adding up to one."""
        likeness = SHARPNESS * (through @ self.centres.T)
        shares = np.exp(likeness - likeness.max(axis=1, keepdims=True))
        return shares / shares.sum(axis=1, keepdims=True)


def share_of(vectors: np.ndarray, through_lens: bool | None = None) -> float:
    """How much of a comparison goes through the lens: the share of `config.cfg` where a set of texts reads like
    objections, none where it does not, or where the encoder has no lens. `through_lens` says it of a set beforehand.

    It reads like them when the mean cosine of the texts, seen through the lens, to the nearest theme of the exemplars
    reaches `applies_at`: it is 0.46 to 0.51 for objections of companies the lens was not fitted on, 0.39 for questions
    to a bank or to an assistant. All or nothing, for what is compared with scores was fitted on either.
    """
    if not has_lens(vectors):
        return 0.0
    settings = read_section("lens")
    if through_lens is not None:
        return settings["share"] if through_lens else 0.0
    if not len(vectors):
        return settings["share"]
    likeness = float((through(vectors) @ get_lens().centres.T).max(axis=1).mean())
    return settings["share"] if likeness >= settings["applies_at"] else 0.0


def seen(vectors: np.ndarray, share: float) -> np.ndarray:
    """Vectors whose cosine is made of three parts: how much the themes of the exemplars share two notes alike
    (`recognised` of `config.cfg`; the likeness of Bhattacharyya 1943, as attributes are in Torresani et al. 2010), and
    of the rest (1 - share) what the encoder sees and `share` what the lens does.
    """
    if not share:
        return of_text(vectors)
    recognised = read_section("lens")["recognised"]
    parts = (
        (vectors[:, :TEXT], (1 - recognised) * (1 - share)),
        (through(vectors), (1 - recognised) * share),
        (np.sqrt(get_lens().shares(through(vectors))), recognised),
    )
    return np.concatenate([part * np.float32(np.sqrt(weight)) for part, weight in parts], axis=1)


def of_text(vectors: np.ndarray) -> np.ndarray:
    """What the encoder itself saw; all of it where it has no lens."""
    return vectors[:, :TEXT] if has_lens(vectors) else vectors


def through(vectors: np.ndarray) -> np.ndarray:
    """What the lens sees of vectors that have one: (n, directions)."""
    return vectors[:, TEXT:-1]


def oddness(vectors: np.ndarray) -> np.ndarray:
    """(n,): the log-odds, among as many of each, that a note is one of a kind; of vectors that have a lens."""
    return vectors[:, -1]


def has_lens(vectors: np.ndarray) -> bool:
    """Whether the vectors hold what the lens sees, too."""
    return vectors.ndim == 2 and vectors.shape[1] == width()


def width() -> int:
    """Floats of a vector with a lens."""
    return TEXT + read_section("lens")["directions"] + 1


def spread(levels: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """(n, levels × width): each level a unit vector around its middle, all levels weighing the same."""
    centred = unit(unit(levels.astype(np.float32)) - middle)
    return centred.reshape(len(levels), -1) / np.float32(np.sqrt(levels.shape[1]))


def fit(levels: np.ndarray, themes: Sequence[str], *, shrinkage: float, directions: int, looseness: float) -> Lens:
    """A lens of labelled notes: `levels` (n, levels, width) of the encoder, the theme of each.

    `shrinkage` is added to the variance within themes, as a multiple of its mean. Notes labelled as of no theme teach
    only what is odd, regularised by 1 / `looseness`. Raises ValueError for fewer than two themes, or when the lengths
    differ.
    """
    from scipy.linalg import cholesky, solve_triangular

    is_odd = np.array([theme in NOT_A_THEME for theme in themes], dtype=bool)
    if len(levels) != len(themes) or len(set(themes) - NOT_A_THEME) < 2:
        raise ValueError(f"{len(levels)} notes with {len(themes)} labels of {len(set(themes) - NOT_A_THEME)} themes")
    middle = unit(levels[~is_odd].astype(np.float32)).mean(axis=0)
    everything = spread(levels, middle).astype(np.float64)
    notes = everything[~is_odd]
    mean = notes.mean(axis=0)
    notes = notes - mean
    keys, which, sizes = np.unique(np.array(themes)[~is_odd], return_inverse=True, return_counts=True)
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
    odd, usual = _oddness(everything, is_odd, looseness)
    offset = (mean @ turn).astype(np.float32)
    lens = Lens(middle, turn, offset, np.empty((0, turn.shape[1])), odd, usual, tuple(map(str, keys)))
    centres = np.zeros((len(keys), turn.shape[1]), dtype=np.float32)
    np.add.at(centres, which, lens(levels[~is_odd])[:, :-1])
    return replace(lens, centres=unit(centres))


def _oddness(notes: np.ndarray, is_odd: np.ndarray, looseness: float) -> tuple[np.ndarray, np.ndarray]:
    """(levels × width) and (1,): a note's product with the one, less the other, is how odd it is. Nothing is odd where
    no note shows it."""
    from sklearn.linear_model import LogisticRegression

    if not is_odd.any():
        return np.zeros(notes.shape[1], np.float32), np.zeros(1, np.float32)
    found = LogisticRegression(C=looseness, class_weight="balanced", max_iter=5000).fit(notes, is_odd)
    return found.coef_[0].astype(np.float16).astype(np.float32), -found.intercept_.astype(np.float32)


def save(lens: Lens, path: Path, *, recipe: dict) -> str:
    """Writes the lens with how it was made; gives the SHA-256 of the file."""
    rows = {"middle": lens.middle, "turn": lens.turn.astype(np.float16), "offset": lens.offset, "centres": lens.centres}
    rows |= {"odd": lens.odd.astype(np.float16), "usual": lens.usual}
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
    return Lens(rows["middle"], rows["turn"], rows["offset"], rows["centres"], rows["odd"], rows["usual"], keys)


def get_lens() -> Lens:
    """The lens of `config.cfg`, loaded once for each process."""
    return _tried.get() or _shipped()


@cache
def _shipped() -> Lens:
    return load(PATH, sha256=read_section("lens")["sha256"])


@contextmanager
def tried(lens: Lens) -> Iterator[None]:
    """Another lens in the place of the shipped one, for measuring it; in this thread alone.

    Raises ValueError for one whose vectors would be taken for those of another encoder.
    """
    directions = read_section("lens")["directions"]
    if lens.turn.shape[1] != directions:
        raise ValueError(f"A lens of {lens.turn.shape[1]} directions where config.cfg has {directions}")
    token = _tried.set(lens)
    try:
        yield
    finally:
        _tried.reset(token)
