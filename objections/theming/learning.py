"""What people placed teaches the matcher: how sure to be in this company, and how its notes differ within themes."""

import hashlib
from collections.abc import Callable

import numpy as np

from objections import nlp
from objections.models import Learning, Placement
from objections.nlp.settings import digest
from objections.theming.vectors import encoder_name, from_bytes, to_bytes


def learn() -> Callable[[], Learning | None]:
    """Learns now; the function returned keeps the outcome in place of the last, inside a transaction.

    It gives what stands then: the last while nothing was placed since, None while too little was placed.
    """
    placed = list(
        Placement.objects.counted()
        .by_people()
        .filter(objection__vector__encoder=encoder_name())
        .order_by("at", "id")
        .values_list("theme_id", "objection_id", "objection__vector__text_hash", "objection__vector__data")
    )
    how = [digest("matcher"), digest("learner")]
    read = hashlib.sha256(repr([how, [row[:3] for row in placed]]).encode()).hexdigest()
    last = current_learning()
    if last and last.placements == read:
        return lambda: last
    vectors = [from_bytes(row[3]) for row in placed]
    learned = nlp.learn(np.stack(vectors), [row[0] for row in placed]) if placed else None

    def keep() -> Learning | None:
        Learning.objects.all().delete()
        return _kept(learned, read) if learned else None

    return keep


def current_learning() -> Learning | None:
    """The newest that was learned with the encoder of today, used or not."""
    return Learning.objects.filter(encoder=encoder_name()).first()


def learned() -> dict:
    """What an index is built with besides its examples."""
    newest = current_learning()
    if not newest or not newest.is_used:
        return {}
    turn = from_bytes(newest.turn)
    side = int(np.sqrt(len(turn)))
    return {
        "turn": turn.reshape(side, side) if side else None,
        "curve": tuple(newest.curve),
        "learned_through_lens": newest.through_lens,
    }


def _kept(found, read: str) -> Learning:
    held_out = found.held_out
    return Learning.objects.create(
        encoder=encoder_name(),
        placements=read,
        asked=held_out.asked,
        right_shipped=held_out.right_shipped,
        right_learned=held_out.right_learned,
        loss_shipped=held_out.loss_shipped,
        loss_learned=held_out.loss_learned,
        is_used=held_out.is_better,
        curve=list(found.curve),
        through_lens=found.through_lens,
        turn=b"" if found.turn is None else to_bytes(found.turn),
    )
