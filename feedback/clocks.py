"""How far a running meeting is: what each section may take, what it took, and when the whole will be over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from feedback.models import AgendaSection, Clock, Meeting

SOON = 60  # seconds; less is "under a minute"


@dataclass(frozen=True)
class Reading:
    """The clock as somebody sees it who looks at `row`. `left` are seconds of the row, below nought when it is over."""

    row: AgendaSection
    clock: Clock | None
    left: int
    ends_at: datetime

    @property
    def is_here(self) -> bool:
        return self.clock is not None and self.clock.section_id == self.row.pk

    @property
    def is_running(self) -> bool:
        return self.is_here and self.clock.since is not None

    @property
    def is_over(self) -> bool:
        return self.left < 0

    @property
    def words(self) -> str:
        return left_in_words(self.left)

    @property
    def version(self) -> str:
        """Changes when somebody moves, stops or takes the clock, and not while it merely runs."""
        if self.clock is None:
            return "0"
        since = self.clock.since.timestamp() if self.clock.since else 0
        return f"{self.clock.section_id}-{since:.0f}-{self.clock.led_by_id}-{self.row.seconds_used}-{self.row.minutes}"


def left_in_words(seconds: int) -> str:
    """250 as `5 min left`, 30 as `under a minute left`, -130 as `over by 3 min`: begun minutes count."""
    if seconds < 0:
        return f"over by {-(seconds // 60)} min"
    return f"{-(-seconds // 60)} min left" if seconds >= SOON else "under a minute left"


def reading(meeting: Meeting, order: list[AgendaSection], row: AgendaSection, now: datetime) -> Reading:
    """The clock for somebody at `row`; `order` are the sections of the agenda that are not left out. One query.

    To come is what is left of the section where the clock stands and of those after it, whichever were looked into
    already, and those before it that were passed over.
    """
    clock = Clock.objects.filter(meeting=meeting).select_related("section", "led_by").first()
    nowhere = len(order) if clock else 0  # its section may have left the agenda
    at = next((at for at, each in enumerate(order) if clock and each.pk == clock.section_id), nowhere)
    here = [each for place, each in enumerate(order) if place >= at or each.started_at is None]
    to_come = sum(max(0, _left(each, clock, now)) for each in here)
    return Reading(row, clock, _left(row, clock, now), now + timedelta(seconds=to_come))


def _left(row: AgendaSection, clock: Clock | None, now: datetime) -> int:
    used = row.seconds_used
    if clock and clock.since and row.pk is not None and clock.section_id == row.pk:
        used += round((now - clock.since).total_seconds())
    return row.minutes * 60 - used
