"""Sentence vectors: made once for each text, kept beside the row they belong to."""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from threading import Lock

import numpy as np

from objections import nlp
from objections.models import Exemplar, Objection, Vector
from objections.nlp.settings import digest, read_section

CHUNK = 256
LATELY = 256  # vectors of texts asked for lately that a process keeps

_lock, _lately = Lock(), OrderedDict()  # (encoder, hash of the text) -> vector: the words themselves are not kept


def encoder_name() -> str:
    """What made a vector: the encoder and its lens, for those of another lens lie in another space.

    An encoder of the company's own has no lens; which model it is stands in its section.
    """
    from objections.nlp.vectors import NAME as OURS

    name = read_section("encoder")["@misc"]
    return f"{name}:{digest('lens' if name == OURS else 'encoder')[:12]}"


def text_hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def to_bytes(vector: np.ndarray) -> bytes:
    return np.asarray(vector, dtype="<f4").tobytes()


def from_bytes(data) -> np.ndarray:
    """Float32 (width,), read-only."""
    return np.frombuffer(data, dtype="<f4")


def store_vector(objection: Objection, vector: np.ndarray) -> None:
    """Keeps the vector of the objection's present text in place of an earlier one."""
    store_vectors([(objection.pk, objection.text, vector)])


def store_vectors(found: Iterable[tuple[int, str, np.ndarray]]) -> None:
    """Keeps (objection id, text, vector) triples in place of earlier ones."""
    encoder = encoder_name()
    Vector.objects.bulk_create(
        [
            Vector(objection_id=pk, encoder=encoder, text_hash=text_hash(text), data=to_bytes(vector))
            for pk, text, vector in found
        ],
        update_conflicts=True,
        unique_fields=["objection"],
        update_fields=["encoder", "text_hash", "data", "sought_two"],
    )


def renew_vectors(objections: Sequence[Objection]) -> None:
    """Vectors of the present words for those that had one; which theme they stand in is left alone."""
    had = set(Vector.objects.filter(objection__in=objections).values_list("objection", flat=True))
    kept = [objection for objection in objections if objection.pk in had]
    if kept:
        made = nlp.encode([objection.text for objection in kept])
        store_vectors((o.pk, o.text, vector) for o, vector in zip(kept, made, strict=True))


def renew_outdated(progress: Callable[[int, int, str], None]) -> int:
    """Reads again what an earlier encoder or lens read, a chunk at a time; how many objections."""
    read = Vector.objects.exclude(encoder=encoder_name()).exclude(objection__text="")
    old = list(read.order_by("objection").values_list("objection", flat=True))
    for start in range(0, len(old), CHUNK):
        progress(start, len(old), "reading objections again")
        renew_vectors(list(Objection.objects.filter(pk__in=old[start : start + CHUNK])))
    return len(old)


def forget_exemplars(exemplars: Sequence[Exemplar]) -> None:
    """The next placing makes their vectors anew."""
    Exemplar.objects.filter(pk__in=[exemplar.pk for exemplar in exemplars]).update(encoder="", data=b"")


def vectors_of(objections: Sequence[Objection]) -> np.ndarray:
    """Float32 (len(objections), width): stored ones where the text is unchanged, the others made now and not kept."""
    kept = stored_vectors(objections)
    missing = [objection for objection in objections if objection.pk not in kept]
    if missing:
        made = nlp.encode([objection.text for objection in missing])
        kept.update((objection.pk, vector) for objection, vector in zip(missing, made, strict=True))
    return np.stack([kept[objection.pk] for objection in objections]) if objections else np.empty((0, 0), np.float32)


def vector_of(text: str) -> np.ndarray:
    """Float32 (width,): of a text asked for lately without reading it again."""
    key = (encoder_name(), text_hash(text))
    with _lock:
        if key in _lately:
            _lately.move_to_end(key)
            return _lately[key]
    vector = nlp.encode([text])[0]
    with _lock:
        _lately[key] = vector
        while len(_lately) > LATELY:
            _lately.popitem(last=False)
    return vector


def stored_vectors(objections: Sequence[Objection]) -> dict[int, np.ndarray]:
    """By objection id: the vectors that belong to the present texts."""
    wanted = {objection.pk: text_hash(objection.text) for objection in objections}
    rows = Vector.objects.filter(objection__in=wanted, encoder=encoder_name())
    return {
        row.objection_id: from_bytes(row.data) for row in rows.iterator() if row.text_hash == wanted[row.objection_id]
    }


def encode_exemplars() -> int:
    """Makes the vectors that exemplars lack; returns how many. Two processes at once make the same."""
    missing = list(Exemplar.objects.exclude(encoder=encoder_name()))
    for start in range(0, len(missing), CHUNK):
        chunk = missing[start : start + CHUNK]
        for exemplar, vector in zip(chunk, nlp.encode([exemplar.text for exemplar in chunk]), strict=True):
            exemplar.encoder, exemplar.data = encoder_name(), to_bytes(vector)
        Exemplar.objects.bulk_update(chunk, ["encoder", "data"])
    return len(missing)
