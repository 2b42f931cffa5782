"""What pages say of an impact: its picture on the loop's timeline, its figures, and the deals behind them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Min
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString

from feedback.figures import Figure, kept
from feedback.metrics import Share
from feedback.models import Opportunity
from feedback.pictures import Whisker, interval_plot
from objections.metrics import Impact, ImpactRow, answers_of, impact
from objections.metrics.impact import AFTER, BEFORE, BETWEEN, FOLLOWED, Side, Span
from objections.models import Collateral, ContentRequest, Theme, Usage, Verdict
from objections.models.content import RequestState

PARTS_OF_A_YEAR = 4
About = Theme | Collateral | ContentRequest


@dataclass(frozen=True)
class Cell:
    """A share in the table of figures; `key` leads to its deals."""

    when: str
    key: str
    share: Share

    @property
    def said(self) -> str:
        """`7 of 18`, or `35 % of 40`."""
        return self.share.counts if self.share.is_small else f"{self.share} of {self.share.whole:,}"

    @property
    def interval(self) -> str:
        found = _interval(self.share)
        return f"95\u00a0% between {found}" if found else ""


@dataclass(frozen=True)
class Line:
    """A line of the table of figures."""

    label: str
    prefix: str
    side: Side

    @property
    def cells(self) -> list[Cell]:
        return [
            Cell("Before", f"{self.prefix}before", self.side.before),
            Cell("Since", f"{self.prefix}after", self.side.after),
        ]


@dataclass(frozen=True)
class Shown:
    """An impact as a page shows it; `verdicts` are what people said of it, with the figures of their moment."""

    impact: Impact | None
    verdicts: Sequence[tuple[Verdict, Impact | None]]
    art: SafeString = SafeString("")
    as_of: object = None

    @property
    def lines(self) -> list[Line]:
        return [Line("Raised it", "", self.impact.theme), Line("Other objections only", "others-", self.impact.base)]

    @property
    def note(self) -> str:
        found = self.impact
        counts = f"won {found.theme.after.counts} since, {found.theme.before.counts} before"
        effect = f"{found.effect} · " if found.is_enough else ""
        return f"{effect}{counts} · an association, not proof"

    @property
    def columns(self) -> list[str]:
        return ["Deals", "When", "Won", "Closed", "Share", "95 % interval"]

    @property
    def rows(self) -> list[list]:
        """The table behind the picture; shares of few deals stay counts."""
        return [
            [label, when, share.part, share.whole, "–" if share.is_small else share, _interval(share) or "–"]
            for label, side in (("Raised it", self.impact.theme), ("Other objections only", self.impact.base))
            for when, share in (("before", side.before), ("since", side.after))
        ]

    @property
    def suggestion(self) -> str:
        return SUGGESTIONS.get(self.impact.suggestion, "")

    @property
    def used(self) -> str:
        return f"won {self.impact.used.counts} closed where a rep noted its use"

    @property
    def unused(self) -> str:
        return f"{self.impact.unused.counts} where nobody did"

    @property
    def left_out(self) -> list[str]:
        side, found = self.impact.theme, []
        if side.between:
            found.append(f"{side.between} first heard in the {self.impact.span.follow_up} days before publishing")
        if side.slow:
            found.append(f"{side.slow} that took longer than {self.impact.span.follow_up} days")
        if side.followed:
            found.append(f"{side.followed} still followed")
        return found


SUGGESTIONS = {
    RequestState.WORKED: "The figures suggest that it worked.",
    RequestState.NO_EFFECT: "The figures suggest no effect: one of ten points or more would show by now.",
    RequestState.INCONCLUSIVE: "The figures are inconclusive: there may be an effect, or none.",
}


def shown(about: About, today: date, *, with_picture: bool = True) -> Shown:
    """At most nine queries, or three while the figures are kept."""
    themes, pieces = answers_of(about)
    key = f"impact-{about._meta.model_name}-{about.pk}-{today}"
    found = kept(key, lambda: impact(themes, pieces, today), stands_on=_stands_on)
    return show(about, found, with_picture=with_picture)


def show(about: About, found: Figure[Impact | None], *, with_picture: bool = True) -> Shown:
    """The same for figures worked out already. At most three queries."""
    requests = ContentRequest.objects.filter(pk=about.pk) if isinstance(about, ContentRequest) else _behind(about)
    verdicts = [
        (verdict, Impact.of_json(verdict.figures) if verdict.figures else None)
        for verdict in Verdict.objects.of_requests(requests)
    ]
    art = _picture(found.value, answers_of(about)[1]) if found.value and with_picture else SafeString("")
    return Shown(found.value, verdicts, art, found.at)


def _behind(about: Theme | Collateral):
    """The requests whose verdict tells of it."""
    return about.requests.all() if isinstance(about, Theme) else ContentRequest.objects.filter(pk=about.request_id)


def _stands_on(found: Impact | None) -> int:
    if found is None:
        return 0
    return sum(side.before.whole + side.after.whole + side.followed for side in (found.theme, found.base))


def _interval(share: Share) -> str:
    """`22 and 50 %`; empty for a share of few."""
    if share.is_small:
        return ""
    low, high = share.interval
    return f"{low * 100:.0f} and {high * 100:.0f}\u00a0%"


# The picture


def _picture(found: Impact, pieces) -> SafeString:
    asked = ContentRequest.objects.filter(collateral__in=pieces.values("pk")).aggregate(at=Min("at"))["at"]
    used = Usage.objects.filter(collateral__in=pieces.values("pk")).aggregate(at=Min("at"))["at"]
    days = [("Asked for", _day(asked)), ("Live since", found.span.published_on), ("First used", _day(used))]
    span = found.span
    marks = [(_at(on, span), f"{name} {date_format(on, 'j M Y')}") for name, on in days if on and span.before[0] <= on]
    ends = (date_format(span.before[0], "M Y"), date_format(_end(span), "M Y"))
    return interval_plot(list(_whiskers(found)), marks, ends, f"{found.finding}. {found.in_short}")


def _whiskers(found: Impact) -> Iterable[Whisker]:
    span = found.span
    sides = ((1, "raised it", found.theme), (2, "raised other objections only", found.base))
    for kind, words, side in sides:
        for when, (first, last), share in (("before", span.before, side.before), ("since", span.after, side.after)):
            if share.whole:
                start, end = _at(first, span), _at(last, span)
                apart = max((end - start) / 6, 0.02) * (-1 if kind == 1 else 1)
                title = f"Deals that {words}, {when}: won {share.counts}"
                at = min(max((start + end) / 2 + apart, 0.02), 0.98)
                yield Whisker(start, end, at, share.value, *share.interval, kind, title)


def _end(span: Span) -> date:
    return max(span.read_on, span.published_on)


def _at(day: date, span: Span) -> float:
    whole = (_end(span) - span.before[0]).days
    return min(max((day - span.before[0]).days / whole, 0), 1)


def _day(at) -> date | None:
    return timezone.localdate(at) if at else None


# The deals


def _counts(part: str, *, raised: bool) -> Callable[[ImpactRow], bool]:
    return lambda row: row.is_counted and row.part == part and row.raised is raised


GROUPS: dict[str, tuple[str, Callable[[ImpactRow], bool]]] = {
    "after": ("Raised it, since", _counts(AFTER, raised=True)),
    "before": ("Raised it, before", _counts(BEFORE, raised=True)),
    "others-after": ("Others, since", _counts(AFTER, raised=False)),
    "others-before": ("Others, before", _counts(BEFORE, raised=False)),
    "left-out": ("Raised it, left out", lambda row: row.raised and not row.is_counted),
}


@dataclass(frozen=True)
class Group:
    """A choice of deals to list."""

    key: str
    label: str
    count: int
    is_chosen: bool


def groups(rows: Sequence[ImpactRow], chosen: str) -> list[Group]:
    return [Group(key, label, sum(map(belongs, rows)), key == chosen) for key, (label, belongs) in GROUPS.items()]


def deals_of(rows: Iterable[ImpactRow]) -> list[tuple[ImpactRow, Opportunity]]:
    """Each row with its deal. One query, or a few for very many."""
    rows = list(rows)
    deals = Opportunity.objects.select_related("account").in_bulk([row.met.deal for row in rows])
    return [(row, deals[row.met.deal]) for row in rows if row.met.deal in deals]


def why_not(row: ImpactRow, span: Span) -> str:
    """Why a deal is left out; empty for one that counts."""
    if row.is_counted:
        return ""
    if row.part == BETWEEN:
        return "Heard shortly before publishing"
    if row.part == FOLLOWED:
        return f"Followed until {date_format(row.met.on + timedelta(days=span.follow_up), 'j M Y')}"
    return f"Took longer than {span.follow_up} days"


@dataclass(frozen=True)
class Slice:
    """What was counted of some weeks, by the day deals count from."""

    first: date
    last: date
    when: str
    theme: Share
    base: Share


def slices(rows: Sequence[ImpactRow], span: Span) -> list[Slice]:
    """The year before and the year since in four parts each, without those in which nothing was counted."""
    found = []
    for when, part, (first, last) in (("before", BEFORE, span.before), ("since", AFTER, span.after)):
        counted = [row for row in rows if row.is_counted and row.part == part]
        for start, end in _quarters(first, last):
            within = [row for row in counted if start <= row.met.on <= end]
            theme, base = (_won([row for row in within if row.raised is raised]) for raised in (True, False))
            if theme.whole or base.whole:
                found.append(Slice(start, end, when, theme, base))
    return found


def _quarters(first: date, last: date) -> Iterable[tuple[date, date]]:
    for number in range(PARTS_OF_A_YEAR):
        start, after = (first + timedelta(days=365 * n // PARTS_OF_A_YEAR) for n in (number, number + 1))
        if start <= last:
            yield start, min(after - timedelta(days=1), last)


def _won(rows: Sequence[ImpactRow]) -> Share:
    return Share(sum(row.met.outcome == "won" for row in rows), len(rows))
