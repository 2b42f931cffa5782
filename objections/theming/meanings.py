"""What lies near to what somebody looks for: collateral, answers and objections, by what the encoder itself saw of
them. The lens and the index of themes turn towards which reservation it is, which a search of two words is not.

All are held in memory: 1.5 kB for each. Collateral and answers are read again when one of them changed; of objections
what is new is read every few seconds, and all again, beside, every few minutes. What must not be behind, their words
and who may read them, is asked of the rows each time.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from time import monotonic

import numpy as np
from django.db import models
from django.db.models import Count, Max

from feedback.jobs import queue_job
from objections import nlp
from objections.models import Answer, Collateral, Meaning, Vector
from objections.nlp.lens import of_text
from objections.theming import matching
from objections.theming.vectors import CHUNK, encoder_name, from_bytes, text_hash, to_bytes

OF = {"collateral": Collateral, "answer": Answer}
MOST = 50_000  # objections found by meaning, the newest
NEW_EVERY, ALL_EVERY = 2, 600  # seconds

_lock, _reading = Lock(), Lock()
_held = None  # vectors of collateral and answers
_voices = None  # and of objections


@dataclass(frozen=True, eq=False)
class Held:
    """By kind the ids of rows and their vectors."""

    signature: tuple
    kinds: dict[str, tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True, eq=False)
class Voices:
    """Ids of objections and their vectors; `newest` is the last of those read, and `at`, `all_at` are when."""

    encoder: str
    ids: np.ndarray
    vectors: np.ndarray
    newest: int
    at: float
    all_at: float


def warm() -> None:
    """Reads all there is, so that the first search is as fast as the next. For a start-up thread."""
    _meanings()
    _voices_at_hand()


def renew_meanings(progress: Callable[[int, int, str], None]) -> int:
    """Makes the vectors that are missing, of other words or of an earlier encoder, a chunk at a time; how many.

    Those of retired answers go, so that they crowd nobody out.
    """
    Meaning.objects.filter(answer__retired_at__isnull=False).delete()
    missing = [(kind, pk, text) for kind in OF for pk, text in _outdated(kind)]
    for start in range(0, len(missing), CHUNK):
        progress(start, len(missing), "reading what can be looked for")
        chunk = missing[start : start + CHUNK]
        vectors = nlp.encode([text for *_, text in chunk])
        for kind in OF:
            _store(kind, [(pk, text, v) for (of, pk, text), v in zip(chunk, vectors, strict=True) if of == kind])
    return len(missing)


def forget_meanings(rows: Sequence[models.Model]) -> None:
    """Of rows of one model out of which words were taken: the worker makes them anew."""
    kind = next(kind for kind, model in OF.items() if isinstance(rows[0], model))
    Meaning.objects.filter(**{f"{kind}__in": rows}).delete()
    queue_job(kind="renew_meanings")


def has_meanings() -> bool:
    """Whether there is anything that could be found by meaning."""
    return len(_voices_at_hand().ids) > 0 or any(len(ids) for ids, _ in _meanings().kinds.values())


def alike(kind: str, vector: np.ndarray, limit: int) -> dict[int, float]:
    """Rows of a kind, "collateral", "answer" or "objection", by id with their cosine, nearest first."""
    if kind == "objection":
        voices = _voices_at_hand()
        ids, vectors = voices.ids, voices.vectors
    else:
        ids, vectors = _meanings().kinds[kind]
    return _first(ids, vectors @ of_text(vector[None])[0], limit) if len(ids) else {}


def _first(ids: np.ndarray, likeness: np.ndarray, limit: int) -> dict[int, float]:
    near = np.argpartition(-likeness, limit)[:limit] if limit < len(likeness) else np.arange(len(likeness))
    order = near[np.lexsort((-ids[near], -likeness[near]))]
    return dict(zip(ids[order].tolist(), likeness[order].tolist(), strict=True))


def _outdated(kind: str) -> Iterator[tuple[int, str]]:
    had = Meaning.objects.filter(encoder=encoder_name()).exclude(**{kind: None})
    hashes = dict(had.values_list(kind, "text_hash"))
    for pk, text in _texts(kind):
        if hashes.get(pk) != text_hash(text):
            yield pk, text


def _texts(kind: str) -> Iterator[tuple[int, str]]:
    if kind == "collateral":
        for pk, title, summary in Collateral.objects.order_by("pk").values_list("pk", "title", "summary"):
            yield pk, f"{title}. {summary}".strip()
    else:
        yield from Answer.objects.filter(retired_at=None).order_by("pk").values_list("pk", "text")


def _store(kind: str, found: Sequence[tuple[int, str, np.ndarray]]) -> None:
    """Rows that went in the meantime are left out."""
    there = set(OF[kind].objects.filter(pk__in=[pk for pk, *_ in found]).values_list("pk", flat=True))
    Meaning.objects.bulk_create(
        [
            Meaning(**{f"{kind}_id": pk}, encoder=encoder_name(), text_hash=text_hash(text), data=to_bytes(vector))
            for pk, text, vector in found
            if pk in there
        ],
        update_conflicts=True,
        unique_fields=[kind],
        update_fields=["encoder", "text_hash", "data", "at"],
    )


def _meanings() -> Held:
    global _held
    made = Meaning.objects.filter(encoder=encoder_name()).aggregate(Count("id"), Max("id"), Max("at"))
    signature = (encoder_name(), *made.values())
    with _lock:
        if _held is None or _held.signature != signature:
            _held = Held(signature, {kind: _read(kind) for kind in OF})
        return _held


def _read(kind: str) -> tuple[np.ndarray, np.ndarray]:
    rows = Meaning.objects.filter(encoder=encoder_name()).exclude(**{kind: None}).order_by(kind)
    return _matrix(list(rows.values_list(kind, "data")))


def _matrix(rows: list) -> tuple[np.ndarray, np.ndarray]:
    """Ids, and the encoder's own part of their vectors; nothing of an index that is turned another way."""
    ids = np.array([pk for pk, _ in rows], dtype=np.int64)
    if not rows:
        return ids, np.empty((0, 0), np.float32)
    vectors = from_bytes(b"".join(bytes(data) for _, data in rows)).reshape(len(rows), -1)
    return ids, np.ascontiguousarray(of_text(vectors))


def _voices_at_hand() -> Voices:
    """Waits for all to be read only where none were yet."""
    held = _voices
    if held is None or held.encoder != encoder_name():
        return _read_all()
    if monotonic() - held.all_at >= ALL_EVERY and _reading.acquire(blocking=False):
        try:
            matching._beside(_read_again)
        except RuntimeError:  # no thread to be had: the next search tries again
            _reading.release()
    return _read_new() if monotonic() - held.at >= NEW_EVERY else held


def _read_again() -> None:
    try:
        _read_all()
    finally:
        _reading.release()


def _read_all() -> Voices:
    global _voices
    encoder, now = encoder_name(), monotonic()
    rows = Vector.objects.filter(encoder=encoder).order_by("-pk").values_list("pk", "objection", "data")[:MOST]
    rows = list(rows)
    ids, vectors = _matrix([(objection, data) for _, objection, data in rows])
    with _lock:
        _voices = Voices(encoder, ids, vectors, rows[0][0] if rows else 0, now, now)
        return _voices


def _read_new() -> Voices:
    """With those that came since; what was worded anew waits until all are read again."""
    global _voices
    with _lock:
        held, now = _voices, monotonic()
        rows = Vector.objects.filter(encoder=held.encoder, pk__gt=held.newest).order_by("pk")
        rows = list(rows.values_list("pk", "objection", "data"))
        if not rows:
            _voices = replace(held, at=now)
            return _voices
        ids, vectors = _matrix([(objection, data) for _, objection, data in rows])
        whole = np.concatenate([held.vectors, vectors]) if len(held.ids) else vectors
        _voices = replace(held, ids=np.concatenate([held.ids, ids]), vectors=whole, newest=rows[-1][0], at=now)
        return _voices
