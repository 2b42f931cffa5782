"""What the page of triage says: the themes that want marketing's work in their order, and how many others do not."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import QuerySet

from feedback.figures import Figure, kept
from feedback.models import User
from objections.filters.triage import TriageFilter
from objections.metrics import PARTS, AnswerState, Score, Worth, answer_state, scores, worth_of
from objections.models import Pin, Routing, Theme
from objections.models.themes import Owner
from objections.overview import telling_quotes

DONE_OR_BEGUN = {"published": "answered", "requested": "in work"}  # by key of AnswerState


@dataclass(frozen=True)
class TriageRow:
    """A theme that wants work. `quote` comes with `completed`, and `place` is where it stands in triage, from 1."""

    theme: Theme
    worth: Worth
    score: Score
    answer: AnswerState
    pin: Pin | None
    place: int = 0
    quote: str = ""


@dataclass(frozen=True)
class Triage:
    """`rows` in the order of triage: pinned ones, then by score. The rest are themes that were heard and want none."""

    rows: list[TriageRow]
    answered: int
    in_work: int
    routed: int
    at: datetime | None


def worths(today: date) -> Figure[dict[int, Worth]]:
    """What speaks for answering each theme in use. Eight queries, or none while kept."""
    return kept(
        f"triage-{today}",
        lambda: worth_of(Theme.objects.active(), today),
        stands_on=lambda found: sum(worth.voices for worth in found.values()),
    )


def triage(today: date) -> Triage:
    """All that want work, scored beside each other. Five queries beside those of `worths`."""
    figure = worths(today)
    themes = list(Theme.objects.active().heard().select_related("category"))
    states, standing = standings(themes)
    waiting = [theme for theme in themes if standing[theme.pk] == "waiting"]
    found = scores({theme.pk: figure.value.get(theme.pk, Worth()) for theme in waiting})
    pins = {pin.theme_id: pin for pin in Pin.objects.live().select_related("by")}
    rows = [
        TriageRow(
            theme=theme,
            worth=figure.value.get(theme.pk, Worth()),
            score=found[theme.pk],
            answer=states[theme.pk],
            pin=pins.get(theme.pk),
        )
        for theme in waiting
    ]
    counts = list(standing.values())
    return Triage(
        rows=[replace(row, place=place) for place, row in enumerate(sorted(rows, key=ORDER[""]), 1)],
        answered=counts.count("answered"),
        in_work=counts.count("in work"),
        routed=counts.count("routed"),
        at=figure.at,
    )


def chosen(found: Triage, filterset: TriageFilter) -> list[TriageRow]:
    """Those the filter lets through, in its order: that of triage, or the largest of a part first. One query."""
    return among(found.rows, filterset.qs, filterset.order)


def among(rows: Iterable[TriageRow], themes: QuerySet[Theme], order: str) -> list[TriageRow]:
    """Those of the themes, in the order of a key of ORDER. One query."""
    shown = set(themes.order_by().values_list("pk", flat=True))
    return sorted((row for row in rows if row.theme.pk in shown), key=ORDER[order])


def completed(rows: Iterable[TriageRow], user: User) -> list[TriageRow]:
    """The same rows with a telling quote each, as this person reads it. One query."""
    rows = list(rows)
    quotes = telling_quotes([row.theme for row in rows], user)
    return [replace(row, quote=quotes.get(row.theme.pk, "")) for row in rows]


def standings(themes: Collection[Theme]) -> tuple[dict[int, AnswerState], dict[int, str]]:
    """By theme id the state of its answer, and how it stands for marketing: "waiting", "answered", "in work" or
    "routed". Three queries.

    What somebody routed is routed whatever there is for it. A theme that had another team from the start is so too,
    unless marketing answered it or is about to.
    """
    states = answer_state(themes)
    routed = set(Routing.objects.live().filter(theme__in=themes).order_by().values_list("theme", flat=True))
    return states, {theme.pk: _standing(theme, states[theme.pk].key, theme.pk in routed) for theme in themes}


def _standing(theme: Theme, key: str, is_routed: bool) -> str:
    if not is_routed and key in DONE_OR_BEGUN:
        return DONE_OR_BEGUN[key]
    return "routed" if is_routed or theme.owner != Owner.MARKETING or key == "routed" else "waiting"


def _in_triage(row: TriageRow):
    """Equal scores by what is at stake, then by name, so that the order never depends on the database's."""
    return row.pin is None, -row.score.total, -row.worth.open.total, -row.worth.lost.total, _by_name(row)


def _by_name(row: TriageRow):
    return row.theme.name.casefold(), row.theme.pk


ORDER = {
    "": _in_triage,
    **{part.key: lambda row, part=part: (-part.size(row.worth), *_in_triage(row)[1:]) for part in PARTS},
    "name": _by_name,
}
