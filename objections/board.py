"""The board of the queue: columns by state, in one lane or in one for each owner or type.

As many queries for ten requests as for a thousand; a column holds no more than its most urgent cards.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from feedback.models import User
from objections.filters.content import GROUPS, NOBODY, RequestFilter
from objections.models import ContentRequest
from objections.models.content import PAUSED, ContentType, RequestState
from objections.workflow import clock_of, moves_open_to

IN_A_COLUMN = 8  # cards; the others are in the table
IN_A_LANE = 3  # of a column, where there are lanes
LANES = 10  # drawn; the others are named, each a link to its own


@dataclass(frozen=True)
class Column:
    title: str
    states: tuple[str, ...]
    cards: list[ContentRequest]
    count: int

    @property
    def more(self) -> int:
        return self.count - len(self.cards)


@dataclass(frozen=True)
class Lane:
    """`key` is what the filter of owners or types takes for it. Without lanes there is one, without title and key."""

    title: str
    key: str
    count: int
    late: int
    columns: list[Column]


@dataclass(frozen=True)
class Board:
    """`by` is "owner", "type" or empty; `others` are lanes that are not drawn, without columns."""

    by: str
    lanes: list[Lane]
    others: list[Lane]

    @property
    def any(self) -> bool:
        return any(lane.count for lane in self.lanes)


def board(filterset: RequestFilter, today: date) -> Board:
    """The requests of a filter as a board, in the lanes it asks for."""
    by = (filterset.form.cleaned_data.get("lanes") if filterset.form.is_valid() else "") or ""
    rows, states = filterset.qs.order_by(), GROUPS[filterset.group][1]
    if not by:
        counts = Counter(dict(rows.values_list("state").annotate(n=Count("pk"))))
        cards = with_clocks(_cards(rows, ["state"], IN_A_COLUMN), today)
        return Board(by, [Lane("", "", counts.total(), 0, _columns(states, cards, counts, IN_A_COLUMN))], [])
    counts: dict[int | str | None, Counter] = {}
    for value, state, n in rows.values_list(by, "state").annotate(n=Count("pk")):
        counts.setdefault(value, Counter())[state] = n
    late = dict(rows.overdue(today).values_list(by).annotate(n=Count("pk")))
    names = _names(by, counts)
    values = sorted(counts, key=lambda value: (value is not None, names[value].casefold(), str(value)))
    drawn, others = values[:LANES], values[LANES:]
    inside = rows.filter(Q(**{f"{by}__in": [value for value in drawn if value is not None]}) | Q(**{by: None}))
    cards: dict[int | str | None, list] = {value: [] for value in counts}
    for card in with_clocks(_cards(inside, [by, "state"], IN_A_LANE), today):
        cards[card.owner_id if by == "owner" else card.type].append(card)

    def lane(value, columns) -> Lane:
        key = NOBODY if value is None else str(value)
        return Lane(names[value], key, counts[value].total(), late.get(value, 0), columns)

    lanes = [lane(value, _columns(states, cards[value], counts[value], IN_A_LANE)) for value in drawn]
    return Board(by, lanes, [lane(value, []) for value in others])


def with_clocks(rows: Iterable[ContentRequest], today: date) -> list[ContentRequest]:
    """The same rows with `clock` and `open_moves`, without a query."""
    rows = list(rows)
    for row in rows:
        row.clock, row.open_moves = clock_of(row, today), moves_open_to(row)
    return rows


def _cards(rows: QuerySet, partition: list[str], most: int) -> QuerySet:
    """The most urgent of each part, with all that a card shows."""
    rank = Window(RowNumber(), partition_by=partition, order_by=ContentRequest._meta.ordering)
    first = rows.annotate(rank=rank).filter(rank__lte=most).values_list("pk", flat=True)
    return ContentRequest.objects.with_rows().filter(pk__in=list(first))


def _names(by: str, values: Iterable) -> dict[int | str | None, str]:
    if by == "type":
        return {value: ContentType(value).label for value in values}
    people = User.objects.in_bulk([value for value in values if value is not None])
    return {None: "Nobody yet"} | {pk: str(person) for pk, person in people.items()}


def _columns(states, cards, counts, most) -> list[Column]:
    """Those set aside for a while share the last."""
    columns = [(RequestState(s).label, (s,)) for s in states if s not in PAUSED]
    if set(PAUSED) <= set(states):
        columns.append(("Paused", tuple(PAUSED)))
    return [
        Column(title, wanted, [card for card in cards if card.state in wanted][:most], sum(counts[s] for s in wanted))
        for title, wanted in columns
    ]
