"""The days of the loop, theme by theme: from what buyers say to what came of the answer."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Min, Q, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from feedback.models import Notification
from objections.models import Collateral, ContentRequest, Placement, Theme, Verdict
from objections.models.content import UNFINISHED
from objections.models.themes import Owner


class Moment(StrEnum):
    """What happens to a theme, in this order if all goes well."""

    HEARD = "heard"
    THEMED = "themed"
    REQUESTED = "requested"
    PUBLISHED = "published"
    TOLD = "told"
    USED = "used"
    RESULT = "result"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Moment.HEARD: "Heard",
    Moment.THEMED: "Themed",
    Moment.REQUESTED: "Content asked for",
    Moment.PUBLISHED: "Answer live",
    Moment.TOLD: "Reps told",
    Moment.USED: "First used",
    Moment.RESULT: "Result",
}


@dataclass(frozen=True)
class Chain:
    """When each moment first came for a theme, without those that have not; `voices` are counted in it now.

    `told` is how many people were told of its first answer, as far as their news is still kept; `is_in_work`: a request
    for it is not finished.
    """

    theme: Theme
    on: dict[Moment, date] = field(default_factory=dict)
    voices: int = 0
    told: int = 0
    is_in_work: bool = False

    def days(self, start: Moment, end: Moment) -> int | None:
        """Calendar days from one to the other, negative where they came the other way round; None where one lacks."""
        return (self.on[end] - self.on[start]).days if start in self.on and end in self.on else None

    def waits_for(self, start: Moment, end: Moment) -> bool:
        """Whether the one has come, and neither the other nor anything behind it has; for themes in use.

        For content and an answer only what is marketing's waits, and once asked for only while a request is in work.
        """
        later = list(Moment)[list(Moment).index(end) :]
        if not self.theme.is_active or start not in self.on or any(moment in self.on for moment in later):
            return False
        if end in (Moment.REQUESTED, Moment.PUBLISHED) and self.theme.owner != Owner.MARKETING:
            return False
        return start != Moment.REQUESTED or self.is_in_work


def chains(themes: Iterable[Theme], zone: ZoneInfo | None = None) -> list[Chain]:
    """A chain for each of these theme rows. Days are of the time zone given, or the one in force. Six queries.

    Heard and themed are of objections that stand in the theme now, so that what was taken out or moved by a merge
    counts where it stands; asked for, live and used are of what serves the theme now. Told is of its first publication.
    A result is one in force: measured again, a request has none until it is closed anew.
    """
    rows = {theme.pk: theme for theme in themes}
    heard, voices = _voices(rows)
    live = _first_publications(rows)
    told = _told(pk for pk, _ in live.values())
    asked = _requests(rows)
    moments = {
        **heard,
        Moment.REQUESTED: {theme: at for theme, (at, _) in asked.items()},
        Moment.PUBLISHED: {theme: at for theme, (_, at) in live.items()},
        Moment.TOLD: {theme: told[pk][0] for theme, (pk, _) in live.items() if pk in told},
        Moment.USED: _uses(rows),
        Moment.RESULT: _results(rows),
    }
    return [
        Chain(
            theme=theme,
            on={
                moment: at if moment == Moment.HEARD else timezone.localdate(at, zone)
                for moment in Moment
                if (at := moments[moment].get(pk)) is not None
            },
            voices=voices.get(pk, 0),
            told=told[live[pk][0]][1] if pk in live and live[pk][0] in told else 0,
            is_in_work=bool(asked.get(pk, (None, 0))[1]),
        )
        for pk, theme in rows.items()
    ]


def _voices(themes):
    found = Placement.objects.counted().filter(theme__in=themes).order_by().values("theme")
    own = Q(objection__placements__theme=F("theme"))  # a merge that was undone placed them anew
    themed = Min("objection__placements__at", filter=own)
    found = list(
        found.annotate(heard=Min("objection__heard_on"), themed=themed, voices=Count("objection", distinct=True))
    )
    firsts = {moment: {row["theme"]: row[moment] for row in found} for moment in (Moment.HEARD, Moment.THEMED)}
    return firsts, {row["theme"]: row["voices"] for row in found}


def _first_publications(themes):
    """Theme → (id, moment)"""
    published = Collateral.themes.through.objects.filter(theme__in=themes, collateral__publications__isnull=False)
    order = ["collateral__publications__at", "collateral__publications"]
    first = published.annotate(rank=Window(RowNumber(), partition_by="theme", order_by=order)).filter(rank=1)
    return {theme: (pk, at) for theme, at, pk in first.values_list("theme", *order)}


def _told(publications):
    """Publication → (moment, how many people)"""
    keys = {f"publication-{pk}": pk for pk in publications}  # as `actions.telling` names them
    found = Notification.objects.filter(key__in=keys).order_by().values_list("key")
    return {keys[key]: (at, people) for key, at, people in found.annotate(at=Min("at"), people=Count("pk"))}


def _requests(themes):
    """Theme → (moment, how many are not finished)"""
    asked = ContentRequest.themes.through.objects.filter(theme__in=themes).order_by().values_list("theme")
    in_work = Count("pk", filter=Q(contentrequest__state__in=UNFINISHED))
    return {theme: (at, n) for theme, at, n in asked.annotate(at=Min("contentrequest__at"), n=in_work)}


def _uses(themes):
    used = Collateral.themes.through.objects.filter(theme__in=themes, collateral__usages__isnull=False).order_by()
    return dict(used.values_list("theme").annotate(at=Min("collateral__usages__at")))


def _results(themes):
    said = ContentRequest.themes.through.objects.filter(
        theme__in=themes, contentrequest__moves__verdict__in=Verdict.objects.in_force().order_by().values("pk")
    )
    return dict(said.order_by().values_list("theme").annotate(at=Min("contentrequest__moves__at")))
