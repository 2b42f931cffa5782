"""What a rep should know before a call in which a competitor is met, made of what was heard and of what works."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from feedback.home import Hit
from feedback.metrics import Period, Share, last_days, number_of
from feedback.models import Competitor, Opportunity, Review, User
from objections.metrics import Uses, uses_of
from objections.models import Answer, Collateral, Objection, Placement, Theme
from objections.models.objections import Kind
from objections.suggestions import best_pieces

DAYS = 730  # what was said of a competitor longer ago has changed since
THEMES, CLAIMS, PIECES, QUOTES = 8, 6, 5, 4


@dataclass(frozen=True)
class Record:
    """`wins`: won ÷ (won + lost to this competitor) of deals on which it was met; `elsewhere` are lost deals on which
    it was met and of which nobody said that it won them; `still_open` are not over.
    """

    wins: Share
    elsewhere: int
    still_open: int


@dataclass(frozen=True)
class Raised:
    """A theme heard where this competitor is met, on how many deals, with what to say and send."""

    theme: Theme
    voices: int
    deals: int
    answer: Answer | None = None
    piece: Collateral | None = None
    uses: Uses = field(default_factory=Uses)


@dataclass(frozen=True)
class Battlecard:
    competitor: Competitor
    since: date
    record: Record
    raised: Sequence[Raised]
    claims: Sequence[Objection]
    all_claims: int
    pieces: Sequence[tuple[Collateral, Uses]]
    quotes: Sequence[Objection]

    @property
    def wins(self) -> str:
        return f"{self.record.wins}"

    @property
    def wins_note(self) -> str:
        """The counts, the interval and what was left out."""
        share, parts = self.record.wins, []
        if share.whole and not share.is_small:
            low, high = share.interval
            parts.append(f"{share.counts} deals, 95\u00a0% between {low * 100:.0f} and {high * 100:.0f}\u00a0%")
        elif share.whole:
            parts.append("deals won")
        else:
            parts.append("no deal won, or lost to them, yet")
        if self.record.elsewhere:
            parts.append(f"{number_of(self.record.elsewhere, 'other deal')} lost, no review says to them")
        return "; ".join(parts)

    @property
    def is_empty(self) -> bool:
        return not (
            self.raised or self.claims or self.quotes or self.pieces or self.record.wins.whole or self.record.still_open
        )


def battlecard_of(competitor: Competitor, user: User, today: date) -> Battlecard:
    """Fourteen queries at most, however much was heard. What is quoted is masked by whoever shows it."""
    period = last_days(today, DAYS)
    voices = Objection.objects.visible_to(user).live().naming_competitor(competitor).heard_between(period)
    deals = deals_with(competitor)
    shown = voices.exclude(text="").select_related("opportunity__account").order_by("-heard_on", "-pk")
    return Battlecard(
        competitor=competitor,
        since=period[0],
        record=record_against(competitor, deals, period),
        raised=_raised(voices, deals, period),
        claims=list(shown.filter(kind=Kind.CLAIM)[:CLAIMS]),
        all_claims=voices.filter(kind=Kind.CLAIM).count(),
        pieces=_pieces(competitor),
        quotes=list(shown.filter(is_quote=True).exclude(kind=Kind.CLAIM)[:QUOTES]),
    )


def deals_with(competitor: Competitor) -> QuerySet[Opportunity]:
    """Deals on which it was met: a submitted review says so, or what was heard on them names it."""
    reviewed = Review.objects.live().submitted().filter(Q(competitor=competitor) | Q(competitors_met=competitor))
    heard = Objection.objects.live().naming_competitor(competitor).exclude(opportunity=None)
    reviewed, heard = reviewed.order_by().values("opportunity"), heard.order_by().values("opportunity")
    return Opportunity.objects.filter(Q(pk__in=reviewed) | Q(pk__in=heard))


def record_against(competitor: Competitor, deals: QuerySet[Opportunity], period: Period) -> Record:
    """Competitive win rate against one: of deals that closed in the period, as the definition has it."""
    lost_to = Review.objects.live().submitted().filter(kind="loss", competitor=competitor).order_by()
    lost_to = Q(outcome="lost", pk__in=lost_to.values("opportunity"))
    first, last = period
    closed = Q(closed_on__gte=first, closed_on__lte=last)
    found = deals.order_by().aggregate(
        won=Count("pk", filter=Q(outcome="won") & closed),
        lost=Count("pk", filter=lost_to & closed),
        all_lost=Count("pk", filter=Q(outcome="lost") & closed),
        open=Count("pk", filter=Q(outcome="open")),
    )
    wins = Share(found["won"], found["won"] + found["lost"])
    return Record(wins, found["all_lost"] - found["lost"], found["open"])


def rivals_on(opportunity: Opportunity) -> QuerySet[Competitor]:
    """Competitors met on a deal, by its submitted review or by what was heard on it; one query."""
    reviews = Review.objects.live().submitted().filter(opportunity=opportunity).order_by()
    heard = Objection.objects.live().filter(opportunity=opportunity).order_by()
    return Competitor.objects.themselves().filter(
        Q(pk__in=reviews.exclude(competitor=None).values("competitor"))
        | Q(pk__in=reviews.exclude(competitors_met=None).values("competitors_met"))
        | Q(pk__in=heard.exclude(competitor=None).values("competitor"))
        | Q(pk__in=heard.exclude(mentions__competitor=None).values("mentions__competitor"))
    )


def find_battlecards(user: User, words: str, limit: int) -> list[Hit]:
    rows = Competitor.objects.visible_to(user).themselves()
    rows = rows.filter(Q(name__icontains=words) | Q(aliases__name__icontains=words)).distinct()[:limit]
    return [Hit(f"Battlecard: {row}", "what works against them", battlecard_url(row)) for row in rows]


def battlecard_url(competitor: Competitor) -> str:
    return reverse("objections:battlecard", args=[competitor.pk])


def _raised(voices: QuerySet[Objection], deals: QuerySet[Opportunity], period: Period) -> list[Raised]:
    """Themes of what names it and of what was heard on deals with it, those on most deals first."""
    first, last = period
    with_it = Q(objection__in=voices.order_by().values("pk")) | Q(
        objection__opportunity__in=deals.order_by().values("pk"),
        objection__heard_on__gte=first,
        objection__heard_on__lte=last,
    )
    rows = Placement.objects.counted().filter(with_it, theme__state="active").order_by().values("theme")
    rows = rows.annotate(voices=Count("objection", distinct=True), deals=Count("objection__opportunity", distinct=True))
    rows = list(rows.order_by(F("deals").desc(), F("voices").desc(), "theme")[:THEMES])
    order = [row["theme"] for row in rows]
    themes = Theme.objects.in_bulk(order)
    answers = {answer.theme_id: answer for answer in Answer.objects.filter(theme__in=order, retired_at=None)}
    pieces = best_pieces(order)
    return [
        Raised(themes[pk], row["voices"], row["deals"], answers.get(pk), *pieces.get(pk, (None, Uses())))
        for row in rows
        if (pk := row["theme"]) in themes
    ]


def _pieces(competitor: Competitor) -> list[tuple[Collateral, Uses]]:
    """Published pieces made against it, those used on most won deals first."""
    pieces = list(Collateral.objects.published().filter(competitor=competitor))
    uses = uses_of([piece.pk for piece in pieces])
    found = [(piece, uses.get(piece.pk, Uses())) for piece in pieces]
    return sorted(found, key=lambda pair: (-pair[1].won, -pair[1].deals, -pair[0].pk))[:PIECES]
