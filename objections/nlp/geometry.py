import numpy as np


def unit(vectors: np.ndarray) -> np.ndarray:
    """Rows scaled to length one; rows of zeros stay zeros."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(norms > 1e-9, norms, 1)
