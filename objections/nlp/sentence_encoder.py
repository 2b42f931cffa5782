"""Another encoder: a model of the sentence-transformers library, for companies whose notes are not in English.

The library is an extra of several gigabytes (`pip install sentence-transformers`), imported when the encoder is made.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from objections.nlp.vectors import EncoderMissing, Progress, readable

NAME = "objections.sentence_transformer.v1"
INSTALL = "pip install sentence-transformers"


class SentenceEncoder:
    """Texts in, float32 unit vectors (n, width of the model) out; without the lens, which was fitted on our encoder.

    `model` is a folder of this machine: nothing is downloaded. Raises EncoderMissing without the library or the folder.
    """

    def __init__(self, *, model: str, batch_size: int = 32):
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise EncoderMissing(f"The configured encoder needs a library. Install it with: {INSTALL}") from error
        if not Path(model).is_dir():
            raise EncoderMissing(f"The configured encoder looks for a model in {model}, and there is no such folder.")
        self.batch_size = batch_size
        self.model = SentenceTransformer(model, device="cpu", local_files_only=True)
        self.width = self._encoded([""]).shape[1]

    def __call__(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray:
        """`progress(done, total, note)` is called after each batch; what it raises stops the work."""
        if not len(texts):
            return np.empty((0, self.width), dtype=np.float32)
        made = []
        for start in range(0, len(texts), self.batch_size):
            batch = [readable(text) for text in texts[start : start + self.batch_size]]
            made.append(self._encoded(batch))
            if progress:
                progress(start + len(batch), len(texts), "reading texts")
        return np.concatenate(made).astype(np.float32)

    def _encoded(self, texts: Sequence[str]) -> np.ndarray:
        return np.asarray(self.model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False))
