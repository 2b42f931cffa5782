"""Looks for notes that may hold two objections, and keeps what it finds for a person to decide."""

from collections.abc import Callable

from feedback.masking import tell_of_words
from objections import nlp
from objections.models import Objection, TwoInOne, Vector
from objections.theming.matching import current_index
from objections.theming.vectors import encoder_name

MOST = 5000  # notes read in one run of the daily job; the rest waits for the next


def look_for_two(objection: Objection) -> Callable[[], None]:
    """Reads the text now; the function returned writes what was found, inside a transaction.

    A note that a person kept as one, or that changed in the meantime, is left alone.
    """
    halves = nlp.find_halves(objection.text, current_index())

    def write() -> None:
        now = Objection.objects.select_for_update().live().filter(pk=objection.pk, text=objection.text).first()
        if now is None:
            return
        Vector.objects.filter(objection=now).update(sought_two=True)
        if halves and not now.twos.unsplit().exists():
            joined = TwoInOne.joined(halves.first, halves.second)
            tell_of_words([TwoInOne.objects.create(objection=now, halves=joined)])

    return write


def not_looked_at() -> list[int]:
    """Ids of objections read by the present encoder in which nobody looked for two yet, newest first."""
    rows = Vector.objects.filter(sought_two=False, encoder=encoder_name(), objection__withdrawn_at=None)
    return list(rows.order_by("-objection").values_list("objection", flat=True)[:MOST])
