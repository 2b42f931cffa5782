from dataclasses import dataclass
from datetime import date
from math import ceil
from statistics import median

from django.db.models import Count, F

from feedback.metrics import Days, Period, last_days, last_year
from objections.metrics.answers import AnswerState, answer_state
from objections.models import Objection, Placement, Theme

DAYS = 90


@dataclass(frozen=True)
class HeardTheme:
    """A theme heard in late stages: on how many distinct deals, and the state of its answer."""

    theme: Theme
    deals: int
    answer: AnswerState


def late_stages(period: Period) -> list[str]:
    """The last third of the stages in which objections were heard on open deals in the period. One query, of one row
    for each stage and age in days.

    Stage names are each company's own and carry no order, so it is read from the deals: a stage is the later the older,
    by the median, deals were when an objection was heard in it.
    """
    heard = Objection.objects.live().heard_while_open().heard_between(period).exclude(stage="")
    age = Days(F("heard_on"), F("opportunity__created_on"))
    ages = {}
    dated = heard.exclude(opportunity__created_on=None).order_by().annotate(age=age)
    for stage, days, voices in dated.values_list("stage", "age").annotate(voices=Count("pk")):
        ages.setdefault(stage, []).extend([days] * voices)
    ordered = sorted(ages, key=lambda stage: (median(ages[stage]), stage))
    return ordered[len(ordered) - ceil(len(ordered) / 3) :]


def final_stage_top_four(today: date) -> list[HeardTheme]:
    """Definition "final-stage top four": the themes heard on most distinct deals in the last third of the stages over
    the last 90 days, while the deals were open. Five queries.
    """
    stages = late_stages(last_year(today))
    first, last = last_days(today, DAYS)
    heard = Placement.objects.counted().filter(
        theme__state="active",
        objection__stage__in=stages,
        objection__outcome_when_heard="open",
        objection__heard_on__gte=first,
        objection__heard_on__lte=last,
    )
    counts = heard.order_by().values_list("theme").annotate(deals=Count("objection__opportunity", distinct=True))
    top = list(counts.order_by("-deals", "theme")[:4])
    themes = Theme.objects.in_bulk([pk for pk, _ in top])
    states = answer_state(themes.values())
    return [HeardTheme(themes[pk], deals, states[pk]) for pk, deals in top]
