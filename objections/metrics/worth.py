from datetime import date

from django.db.models import Count, F, Q, QuerySet

from feedback.metrics import Money, Period, Share, last_days, last_months, last_year
from feedback.models import Opportunity
from objections.metrics.exposure import lost_value_by_theme, open_value_by_theme
from objections.metrics.pairs import Themes, counted_in
from objections.metrics.stages import DAYS, late_stages
from objections.metrics.triage import Reuse, Worth
from objections.metrics.voices import trend_of, voices_by_month

MONTHS = 7  # six whole ones and the one that has begun


def worth_of(themes: Themes, today: date) -> dict[int, Worth]:
    """What speaks for answering each theme, by id: open value as of now, what was lost in 90 days, late stages, voices
    and reuse of 12 months, the trend of six whole months. Eight queries; themes with nothing to say are left out.
    """
    opened, lost = open_value_by_theme(themes), lost_value_by_theme(themes, last_days(today, DAYS))
    year, months = last_year(today), voices_by_month(themes, last_months(today, MONTHS))
    late, voices, reuse = (of(themes, year) for of in (late_share_by_theme, voices_by_theme, reuse_by_theme))
    return {
        pk: Worth(
            open=opened.get(pk, Money()),
            lost=lost.get(pk, Money()),
            late=late.get(pk, Share(0, 0)),
            trend=trend_of(months.get(pk, [0] * MONTHS)),
            voices=voices.get(pk, 0),
            reuse=reuse.get(pk, Reuse()),
        )
        for pk in {*opened, *lost, *late, *months, *voices, *reuse}
    }


def late_share_by_theme(themes: Themes, period: Period) -> dict[int, Share]:
    """Of the deals on which the theme was heard while they were open, those where that was in a late stage. Voices
    without a stage are left out. Two queries.
    """
    deal, stages = "objection__opportunity", late_stages(period)
    heard = counted_in(themes).filter(objection__outcome_when_heard="open", objection__heard_on__range=period)
    heard = heard.exclude(objection__stage="").order_by().values_list("theme")
    rows = heard.annotate(
        late=Count(deal, filter=Q(objection__stage__in=stages), distinct=True), deals=Count(deal, distinct=True)
    )
    return {theme: Share(late, deals) for theme, late, deals in rows if deals}


def voices_by_theme(themes: Themes, period: Period) -> dict[int, int]:
    """How often each theme was heard in the period. One query."""
    heard = counted_in(themes).filter(objection__heard_on__range=period).order_by()
    return dict(heard.values_list("theme").annotate(voices=Count("pk")))


def reuse_by_theme(themes: Themes, period: Period) -> dict[int, Reuse]:
    """Who would use an answer to each theme: whoever logged it in the period, and the owners of open deals on which it
    was heard. Two queries.
    """
    people, deals = {}, {}
    for theme, person in _pairs(counted_in(themes).filter(objection__heard_on__range=period), "objection__author"):
        people.setdefault(theme, set()).add(person)
    opened = counted_in(themes).filter(objection__opportunity__in=Opportunity.objects.open().order_by())
    for theme, deal, owner in _pairs(opened, "objection__opportunity", "objection__opportunity__owner"):
        deals.setdefault(theme, set()).add(deal)
        if owner:
            people.setdefault(theme, set()).add(owner)
    return {
        theme: Reuse(people=len(people.get(theme, ())), deals=len(deals.get(theme, ()))) for theme in {*people, *deals}
    }


def _pairs(placements: QuerySet, *columns: str):
    return placements.order_by().values_list(F("theme"), *columns).distinct()
