"""What lies near to what somebody looks for: collateral, answers and objections.

Collateral and answers have vectors of their own (`Meaning`), held in memory and read again when one changed. Objections
in themes lie in the index of `matching`; the newest of the others are read beside it, twice a minute at most, so that
what was logged a moment ago is found too, a little later.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock
from time import monotonic

import numpy as np
from django.db import models
from django.db.models import Count, Exists, Max, OuterRef

from feedback.jobs import queue_job
from objections import nlp
from objections.models import Answer, Collateral, Meaning, Placement, Vector
from objections.nlp.lens import of_text
from objections.theming.matching import Look
from objections.theming.vectors import CHUNK, encoder_name, from_bytes, text_hash, to_bytes

OF = {"collateral": Collateral, "answer": Answer}
WAITING = 500  # objections in no theme, the newest, that are found by meaning
READ_EVERY = 30  # seconds

_lock = Lock()
_held = None  # vectors of collateral and answers
# When they were read, by which encoder, whose they are, their vectors.
_waiting = (float("-inf"), "", np.empty(0, np.int64), np.empty((0, 0), np.float32))


@dataclass(frozen=True, eq=False)
class Held:
    """By kind the ids of rows and what the encoder itself saw of them: the lens turns towards reservations, which
    neither collateral nor answers are.
    """

    signature: tuple
    kinds: dict[str, tuple[np.ndarray, np.ndarray]]


def renew_meanings(progress: Callable[[int, int, str], None]) -> int:
    """Makes the vectors that are missing, of other words or of an earlier encoder, a chunk at a time; how many."""
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
    """Whether anything but objections could be found by meaning."""
    return any(len(ids) for ids, _ in _meanings().kinds.values())


def alike(kind: str, vector: np.ndarray, limit: int) -> dict[int, float]:
    """Rows of a kind by id with their cosine, nearest first."""
    ids, vectors = _meanings().kinds[kind]
    if not len(ids):
        return {}
    return _first(ids, vectors @ of_text(vector[None])[0], limit)


def near_objections(look: Look, limit: int) -> dict[int, float]:
    """Objections by id with their cosine, nearest first; in themes or not."""
    ids, vectors = _not_in_themes()
    found = look.likest(limit) | _first(ids, look.likeness(vectors), limit)
    return dict(sorted(found.items(), key=lambda item: -item[1])[:limit])


def _first(ids: np.ndarray, likeness: np.ndarray, limit: int) -> dict[int, float]:
    order = np.argsort(-likeness, kind="stable")[:limit]
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
    return _matrix(list(rows.values_list(kind, "data")), of_text)


def _matrix(rows: list, seen=lambda vectors: vectors) -> tuple[np.ndarray, np.ndarray]:
    ids = np.array([pk for pk, _ in rows], dtype=np.int64)
    if not rows:
        return ids, np.empty((0, 0), np.float32)
    vectors = from_bytes(b"".join(bytes(data) for _, data in rows)).reshape(len(rows), -1)
    return ids, np.ascontiguousarray(seen(vectors))


def _not_in_themes() -> tuple[np.ndarray, np.ndarray]:
    global _waiting
    with _lock:
        at, encoder, *found = _waiting
        if encoder != encoder_name() or monotonic() - at >= READ_EVERY:
            placed = Placement.objects.live().filter(objection=OuterRef("objection"))
            rows = Vector.objects.filter(~Exists(placed), encoder=encoder_name()).order_by("-objection")[:WAITING]
            found = _matrix(list(rows.values_list("objection", "data")))
            _waiting = (monotonic(), encoder_name(), *found)
        return tuple(found)
