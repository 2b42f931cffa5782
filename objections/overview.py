"""What the themes page says: headline figures, and one row a theme. As many queries for ten rows as for a thousand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Case, F, IntegerField, QuerySet, Value, When, Window
from django.db.models.functions import Length, RowNumber

from feedback.figures import Figure, kept
from feedback.metrics import Coverage, Money, Share, coverage, last_days, last_months, last_year, number_of
from feedback.models import Opportunity, User
from objections.metrics import (
    Against,
    AnswerState,
    LoopTime,
    UnansweredValue,
    answer_state,
    loop_time,
    lost_value_by_theme,
    open_value_by_theme,
    share_in_theme,
    unanswered_lost_value,
    unanswered_money,
    voices_by_month,
    win_rate_against,
)
from objections.models import Objection, Placement, Theme

QUARTER = 91
SHORT = 90  # characters; a quote up to here is read at a glance
SORTS = {"value": "lost value", "heard": "how often they are heard", "name": "name", "win": "win rate, lowest first"}


@dataclass(frozen=True)
class Year:
    """What was heard in every theme over the last twelve months, by theme id; `open` is as of today.

    Themes that have nothing to say of a figure are left out of it.
    """

    lost: dict[int, Money]
    open: dict[int, Money]
    by_month: dict[int, list[int]]
    against: dict[int, Against]

    @property
    def voices(self) -> int:
        return sum(map(sum, self.by_month.values()))


def year(today: date) -> Figure[Year]:
    """The one set of figures that the list of themes and the page of each show. Five queries, or none while kept."""
    return kept(f"themes-{today}", lambda: _year(today), stands_on=lambda found: found.voices)


def _year(today: date) -> Year:
    themes = Theme.objects.all()
    return Year(
        lost=lost_value_by_theme(themes, last_year(today)),
        open=open_value_by_theme(themes),
        by_month=voices_by_month(themes, last_months(today, 12)),
        against=win_rate_against(themes, last_year(today)),
    )


@dataclass(frozen=True)
class Headline:
    """The tiles over the list, and what they stand on: objections of the last twelve months."""

    unanswered: UnansweredValue
    loop: LoopTime
    loop_before: LoopTime
    known: Coverage
    in_theme: Share
    deals: int

    @property
    def loop_days(self) -> str:
        return "–" if self.loop.days is None else number_of(round(self.loop.days), "day")

    @property
    def loop_note(self) -> str:
        if self.loop.days is None:
            return "heard → answer live · none went live in the last three months"
        was = "" if self.loop_before.days is None else f" · was {self.loop_before.days:.0f} the quarter before"
        return f"heard → answer live, {number_of(self.loop.n, 'theme')}{was}"

    @property
    def known_note(self) -> str:
        share = self.known.value_share
        return "lost deals" if share is None else f"lost deals · {share * 100:.0f}\u00a0% of the value"


@dataclass(frozen=True)
class ThemeRow:
    """One theme with its last twelve months. `share` is its lost value beside the largest, 0 to 1.

    The state of its answer and a quote come with `completed`.
    """

    theme: Theme
    lost: Money
    share: float
    by_month: tuple[int, ...]
    against: Against | None
    answer: AnswerState | None = None
    quote: str = ""

    @property
    def heard(self) -> int:
        return sum(self.by_month)

    @property
    def spark_label(self) -> str:
        return f"Heard by month: {', '.join(map(str, self.by_month))}"


def headline(today: date, lost: dict[int, Money]) -> Figure[Headline]:
    """`lost` is the year's, by theme."""
    return kept(f"headline-{today}", lambda: _headline(today, lost), stands_on=lambda found: found.in_theme.whole)


def _headline(today: date, lost: dict[int, Money]) -> Headline:
    recent = last_days(today, QUARTER)
    heard = Objection.objects.live().heard_between(last_year(today))
    return Headline(
        unanswered=_unanswered(today, lost),
        loop=loop_time(recent),
        loop_before=loop_time(last_days(recent[0], QUARTER)),
        known=coverage(Opportunity.objects.lost().closed_between(last_year(today))),
        in_theme=share_in_theme(heard),
        deals=heard.exclude(opportunity=None).order_by().values("opportunity").distinct().count(),
    )


def _unanswered(today: date, lost: dict[int, Money]) -> UnansweredValue:
    """As `unanswered_lost_value`, without finding again what was lost on each theme."""
    themes = Theme.objects.active().unanswered().order_by().values_list("pk", flat=True)
    return UnansweredValue(unanswered_money(today), {pk: lost[pk] for pk in themes if pk in lost})


def unanswered(today: date) -> Figure[UnansweredValue]:
    """The same for pages without the other tiles. Two queries, or none while kept."""
    return kept(f"unanswered-{today}", lambda: unanswered_lost_value(today), stands_on=lambda v: v.money.deals)


def theme_rows(themes: QuerySet[Theme], year: Year, *, sort: str = "value") -> list[ThemeRow]:
    """A row for each theme, in the order of a key of SORTS."""
    themes = list(themes.select_related("category"))
    most = max((year.lost[theme.pk].total for theme in themes if theme.pk in year.lost), default=0) or 1
    rows = [
        ThemeRow(
            theme=theme,
            lost=year.lost.get(theme.pk, Money()),
            share=float(year.lost[theme.pk].total / most) if theme.pk in year.lost else 0.0,
            by_month=tuple(year.by_month.get(theme.pk, [0] * 12)),
            against=year.against.get(theme.pk),
        )
        for theme in themes
    ]
    return sorted(rows, key=_ORDER[sort])


def completed(rows: Sequence[ThemeRow], user: User) -> list[ThemeRow]:
    """The same rows with the state of the answer and a telling quote each, as this person reads it. Three queries."""
    themes = [row.theme for row in rows]
    answers, quotes = answer_state(themes), telling_quotes(themes, user)
    return [replace(row, answer=answers[row.theme.pk], quote=quotes.get(row.theme.pk, "")) for row in rows]


def telling_quotes(themes: Iterable[Theme], user: User) -> dict[int, str]:
    """By theme id the voice to show for it: short, in the buyer's own words, and recent, in that order. One query."""
    voices = (
        Placement.objects.counted()
        .filter(theme__in=[theme.pk for theme in themes])
        .exclude(objection__text="")
        .annotate(
            length=Length("objection__text"),
            is_long=Case(When(length__gt=SHORT, then=Value(1)), default=Value(0), output_field=IntegerField()),
        )
        .annotate(
            rank=Window(
                RowNumber(),
                partition_by=F("theme"),
                order_by=["is_long", "-objection__is_quote", "-objection__heard_on", "-objection_id"],
            )
        )
        .filter(rank=1)
        .order_by()
    )
    return {voice.theme_id: voice.objection.words_for(user) for voice in voices.select_related("objection")}


def _by_name(row: ThemeRow):
    return row.theme.name.casefold(), row.theme.pk


def _by_win_rate(row: ThemeRow):
    """Worst first; themes without a closed deal last, and those with few deals after those with many."""
    share = row.against.theme if row.against else Share(0, 0)
    return share.is_small, share.value is None, share.value or 0, _by_name(row)


_ORDER = {
    "value": lambda row: (-row.lost.total, -row.heard, _by_name(row)),
    "heard": lambda row: (-row.heard, _by_name(row)),
    "name": _by_name,
    "win": _by_win_rate,
}
