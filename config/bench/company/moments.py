from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from django.db.models import Model


@contextmanager
def moments_given(model: type[Model], *names: str) -> Iterator[None]:
    """While the block runs, rows are saved with the moments they are given in these columns and not with now."""
    fields = [model._meta.get_field(name) for name in names]
    for field in fields:
        field.auto_now_add = False
    try:
        yield
    finally:
        for field in fields:
            field.auto_now_add = True


def moment(day: date, dice: Random) -> datetime:
    """Some moment of that day's office hours."""
    return datetime.combine(day, time(8), UTC) + timedelta(seconds=dice.randrange(9 * 3600))
