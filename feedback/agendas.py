"""The agenda of a meeting: which sections in which order, and for how many minutes each."""

from collections.abc import Iterable, Mapping

from feedback.models import AgendaSection, Meeting

NEEDED = ("decisions",)  # a meeting decides: this section is on every agenda


def filled_up(
    rows: Iterable[AgendaSection], registered: Mapping[str, int], meeting: Meeting | None
) -> list[AgendaSection]:
    """The rows in their order, and each registered section (key → minutes, in order) that is not among them behind the
    one it follows in the registry; in front when it follows none. Those added are not saved."""
    order = list(rows)
    before = None
    for key, minutes in registered.items():
        if all(row.key != key for row in order):
            place = next((at + 1 for at, row in enumerate(order) if row.key == before), 0)
            order.insert(place, AgendaSection(meeting=meeting, key=key, position=0, minutes=minutes))
        before = key
    return order


def moved(order: list[AgendaSection], row: AgendaSection, step: int) -> list[AgendaSection]:
    """The order with the row one place up (-1) or down (1) among those not left out; at an end it stays."""
    shown = [each for each in order if not each.is_left_out]
    at = shown.index(row) + step if row in shown else -1
    if not 0 <= at < len(shown):
        return order
    place = order.index(shown[at])
    others = [each for each in order if each != row]
    return [*others[:place], row, *others[place:]]


def moved_before(order: list[AgendaSection], row: AgendaSection, key: str) -> list[AgendaSection]:
    """The order with the row in front of that of the key; at the end when there is none such.
    In front of itself it stays."""
    if row.key == key:
        return order
    others = [each for each in order if each != row]
    place = next((at for at, each in enumerate(others) if each.key == key), len(others))
    return [*others[:place], row, *others[place:]]


def planned_minutes(order: Iterable[AgendaSection]) -> int:
    return sum(row.minutes for row in order if not row.is_left_out)


def free_key(order: Iterable[AgendaSection]) -> str:
    """A key for one more own section."""
    taken = [int(row.key.removeprefix(AgendaSection.OWN)) for row in order if row.is_own]
    return f"{AgendaSection.OWN}{max(taken, default=0) + 1}"
