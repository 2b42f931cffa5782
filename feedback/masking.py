"""Words in which a buyer may be named are told upwards, where they are read in the background."""

from collections.abc import Iterable

from django.dispatch import Signal

from feedback.models.masked import Masked

words_changed = Signal()  # sent by the model with rows=, inside the transaction in which their words changed


def read_anew(rows: Iterable[Masked]) -> None:
    """Forgets what is kept masked of rows of one model, and has their words read again."""
    rows = list(rows)
    if rows:
        type(rows[0]).objects.filter(pk__in=[row.pk for row in rows]).update(masked=None)
    tell_of_words(rows)


def tell_of_words(rows: Iterable[Masked]) -> None:
    """Has the words of rows of one model read again."""
    rows = list(rows)
    if rows:
        words_changed.send(type(rows[0]), rows=rows)
