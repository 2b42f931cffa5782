"""Groups of vectors that mean the same: micro-clusters on a neighbour graph, smoothed and merged.

1. Centre, rotate to the strongest directions, compare by cosine.
2. Nearest neighbours, those amid a crowd held back (cross-domain similarity local scaling, Conneau et al. 2018); edges
   weighted by the Jaccard overlap of neighbourhoods.
3. Louvain communities (Blondel et al. 2008) at a high resolution are micro-clusters: those of the constant Potts model
   (Traag et al. 2011), whose groups are as small among many texts as among few, where modularity fuses small groups in
   a large graph (Fortunato and Barthélemy 2007). Through the lens those of modularity, nothing held back: see README.
4. Smooth every vector over its neighbours; merge micro-clusters greedily while they resemble each other nearly as much
   as each resembles itself.
5. Leave out what has no company, groups of which most has none, and groups too small to be a theme; through the lens
   also what reads like one of a kind, unless most of its group does: what is odd and said again and again is a theme.

Beyond `most_compared` vectors, a sample of them is grouped so, and the others join the group whose centre they are
likest to, if they are about as like it as its members.
"""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from sklearn.neighbors import NearestNeighbors
from sknetwork.clustering import Louvain

from objections.nlp.geometry import unit
from objections.nlp.lens import oddness, seen, share_of

NAME = "objections.micro_louvain.v3"
UNTHEMED = -1
CHUNK = 2000


@dataclass(frozen=True)
class Clusterer:
    """Vectors in, one label per vector out. Seeded: the same vectors give the same labels."""

    dimensions_per_root: float
    least_dimensions: int
    most_dimensions: int
    neighbours: int
    candidates: int
    resolution: float
    density: float
    smoothing_rounds: int
    own_share: float
    merge_at: float
    merge_at_through_lens: float
    company: int
    company_floor: float
    company_deviations: float
    company_deviations_through_lens: float
    lonely_share: float
    odd_from: float
    least_members: int
    most_compared: int
    seed: int

    def __call__(self, vectors: np.ndarray) -> np.ndarray:
        """Labels (n,) for vectors (n, width): 0 is the largest group, UNTHEMED (-1) belongs to none."""
        if len(vectors) <= self.most_compared:
            return self.compared(vectors)
        chosen = np.random.default_rng(self.seed).choice(len(vectors), self.most_compared, replace=False)
        chosen.sort()
        labels = np.full(len(vectors), UNTHEMED)
        labels[chosen] = self.compared(vectors[chosen])
        labels = self.without_odd(vectors, joined(vectors, labels, chosen), share_of(vectors[chosen]))
        return by_size(labels, self.least_members)

    def compared(self, vectors: np.ndarray) -> np.ndarray:
        """The labels of vectors that are all compared with each other."""
        count = len(vectors)
        if count < self.least_members:
            return np.full(count, UNTHEMED)
        share = share_of(vectors)
        reduced = self.reduce(seen(vectors, share))
        if not reduced.any():
            return np.zeros(count, dtype=int)
        nearest = self.nearest(reduced, scaled=not share)
        labels = self.micro_clusters(shared_neighbours(nearest), through_lens=bool(share))
        merge_at = self.merge_at_through_lens if share else self.merge_at
        deviations = self.company_deviations_through_lens if share else self.company_deviations
        labels = merge(self.smooth(reduced, nearest), labels, merge_at)
        labels[forsaken(labels, self.lonely(reduced, nearest, deviations), self.lonely_share)] = UNTHEMED
        return by_size(self.without_odd(vectors, labels, share), self.least_members)

    def without_odd(self, vectors: np.ndarray, labels: np.ndarray, share: float) -> np.ndarray:
        """The same labels without what is odd among others, where the lens applies."""
        if not share:
            return labels
        return np.where(singular(labels, oddness(vectors) > self.odd_from), UNTHEMED, labels)

    def reduce(self, vectors: np.ndarray) -> np.ndarray:
        """Unit float32 vectors along the principal axes; all zeros when every vector is the same."""
        count = len(vectors)
        wanted = np.clip(self.dimensions_per_root * np.sqrt(count), self.least_dimensions, self.most_dimensions)
        centred = vectors - vectors.mean(axis=0)
        if np.abs(centred).max() < 1e-5:
            return np.zeros((count, 1), dtype=np.float32)
        # Eigenvectors of the small covariance matrix: exact, and no random start as in a truncated decomposition.
        _, axes = np.linalg.eigh((centred.T @ centred).astype(np.float64))
        axes = axes[:, ::-1][:, : min(int(wanted), count - 1)]
        return unit((centred @ axes).astype(np.float32))

    def nearest(self, vectors: np.ndarray, *, scaled: bool) -> np.ndarray:
        """Indexes (n, k) of the nearest others. Small sets have fewer neighbours, or everything would be one
        neighbourhood.

        If `scaled`, half the mean cosine of each other to its own nearest is taken off its cosine, so that texts near
        to everything do not tie groups together. Sought among `candidates` times k, which finds nearly what all would.
        """
        count = int(np.clip(np.sqrt(len(vectors)), 2, self.neighbours))
        among = min(count * self.candidates, len(vectors) - 1) if scaled else count
        distances, nearest = NearestNeighbors(n_neighbors=among, algorithm="brute").fit(vectors).kneighbors()
        if not scaled:
            return nearest
        alike = 1 - distances**2 / 2
        crowd = alike[:, :count].mean(axis=1)
        order = np.argsort(crowd[nearest] / 2 - alike, axis=1, kind="stable")[:, :count]
        return np.take_along_axis(nearest, order, axis=1)

    def micro_clusters(self, graph: sparse.csr_matrix, *, through_lens: bool) -> np.ndarray:
        """Labels (n,). A group holds together where its edges weigh more than `density` for each pair, or more than
        `resolution` times what they would by chance, whichever is more.
        """
        resolution, quality = self.resolution, "dugue"
        if not through_lens:
            resolution, quality = max(resolution, self.density * graph.shape[0] ** 2 / graph.sum()), "potts"
        # Not Leiden of the same library: its refinement draws from C's rand(), which no seed of ours reaches.
        communities = Louvain(resolution=resolution, modularity=quality, random_state=self.seed)
        return np.unique(communities.fit_predict(graph), return_inverse=True)[1]

    def smooth(self, vectors: np.ndarray, nearest: np.ndarray) -> np.ndarray:
        for _ in range(self.smoothing_rounds):
            around = np.zeros_like(vectors)
            for column in nearest.T:
                around += vectors[column]
            vectors = unit(self.own_share * vectors + (1 - self.own_share) * unit(around))
        return vectors

    def lonely(self, vectors: np.ndarray, nearest: np.ndarray, deviations: float) -> np.ndarray:
        """Where the mean cosine to the nearest is below both the floor and the set's own lower fence."""
        nearest = nearest[:, : self.company]
        company = np.zeros(len(vectors))
        for start in range(0, len(vectors), CHUNK):
            rows = slice(start, start + CHUNK)
            company[rows] = np.einsum("ij,ikj->ik", vectors[rows], vectors[nearest[rows]]).mean(axis=1)
        middle = np.median(company)
        # 1.4826 makes the median absolute deviation an estimate of the standard deviation.
        spread = 1.4826 * np.median(np.abs(company - middle))
        return company < min(self.company_floor, middle - deviations * spread)


def joined(vectors: np.ndarray, labels: np.ndarray, known: np.ndarray) -> np.ndarray:
    """The same labels, with those not `known` put where their likest centre is.

    None that is less like the centre than the fence: twice as far below the members' median as 95 % of them are,
    because members draw the centre towards themselves and the others do not.
    """
    groups = labels.max() + 1
    if not groups:
        return labels
    share = share_of(vectors[known])
    mean = seen(vectors[known], share).mean(axis=0)
    in_group = known[labels[known] != UNTHEMED]
    own = unit(seen(vectors[in_group], share) - mean)
    sums = np.zeros((groups, own.shape[1]), np.float32)
    np.add.at(sums, labels[in_group], own)
    centres = unit(sums)
    likeness = np.einsum("ij,ij->i", own, centres[labels[in_group]])
    ours = [likeness[labels[in_group] == group] for group in range(groups)]
    least = np.array([2 * np.quantile(one, 0.05) - np.median(one) for one in ours])
    labels = labels.copy()
    rest = np.setdiff1d(np.arange(len(vectors)), known)
    for start in range(0, len(rest), CHUNK):
        rows = rest[start : start + CHUNK]
        alike = unit(seen(vectors[rows], share) - mean) @ centres.T
        best = alike.argmax(axis=1)
        labels[rows] = np.where(alike[np.arange(len(rows)), best] >= least[best], best, UNTHEMED)
    return labels


def shared_neighbours(nearest: np.ndarray) -> sparse.csr_matrix:
    """Symmetric graph (n, n) of neighbours, weighted by the Jaccard overlap of the two neighbourhoods."""
    count, size = nearest.shape
    rows = np.repeat(np.arange(count), size)
    edges = sparse.csr_matrix((np.ones(rows.size, np.float32), (rows, nearest.ravel())), shape=(count, count))
    members = edges + sparse.identity(count, dtype=np.float32, format="csr")
    overlap = (members @ members.T).multiply(edges).tocsr()
    overlap.data /= 2 * (size + 1) - overlap.data
    return overlap.maximum(overlap.T).tocsr()


def merge(vectors: np.ndarray, labels: np.ndarray, at: float) -> np.ndarray:
    """Join the two most alike groups until no pair reaches `at`.

    Likeness is the mean similarity between two groups over the geometric mean of the similarities within each.
    """
    groups = labels.max() + 1
    sums = np.zeros((groups, vectors.shape[1]))
    np.add.at(sums, labels, vectors)
    sizes = np.bincount(labels).astype(float)
    products = sums @ sums.T
    alike = np.array([likeness(products, sizes, group) for group in range(groups)])
    into = np.arange(groups)
    while True:
        kept, gone = sorted(np.unravel_index(np.argmax(alike), alike.shape))
        if alike[kept, gone] < at:
            return np.unique(into[labels], return_inverse=True)[1]
        products[kept] += products[gone]
        products[:, kept] += products[:, gone]
        sizes[kept] += sizes[gone]
        sizes[gone] = 0
        into[into == gone] = kept
        alike[gone] = alike[:, gone] = -np.inf
        alike[kept] = alike[:, kept] = likeness(products, sizes, kept)


def likeness(products: np.ndarray, sizes: np.ndarray, group: int) -> np.ndarray:
    """Of one group to all: (groups,), minus infinity to itself and to groups that are gone (size 0)."""
    alive = sizes > 0
    within = np.sqrt(np.maximum(np.diag(products), 1e-9)) / np.where(alive, sizes, 1)
    between = products[group] / (sizes[group] * np.where(alive, sizes, 1))
    result = np.where(alive, between / (within * within[group]), -np.inf)
    result[group] = -np.inf
    return result


def forsaken(labels: np.ndarray, lonely: np.ndarray, share: float) -> np.ndarray:
    """What is lonely, and all of each group of which more than `share` is: the rest is but its least lonely."""
    mostly = np.bincount(labels, lonely) > share * np.bincount(labels)
    return lonely | mostly[labels]


def singular(labels: np.ndarray, odd: np.ndarray) -> np.ndarray:
    """What is odd in a group of which not most is."""
    groups = labels + 1  # what is unthemed is a group here, too, and of no consequence
    return odd & (2 * np.bincount(groups, odd) <= np.bincount(groups))[groups]


def by_size(labels: np.ndarray, least: int) -> np.ndarray:
    """The same groups numbered from large to small, ties by first member; those under `least` become UNTHEMED."""
    found, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    kept = [at for at in range(len(found)) if found[at] != UNTHEMED and sizes[at] >= least]
    kept.sort(key=lambda at: (-sizes[at], first[at]))
    number = {found[at]: rank for rank, at in enumerate(kept)}
    return np.array([number.get(label, UNTHEMED) for label in labels], dtype=int)
