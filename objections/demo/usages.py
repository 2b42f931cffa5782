"""Which collateral was used on which deal. Reps use what answers an objection they heard, once it is live."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from feedback.business_days import add_business_days
from objections.demo.courses import Course
from objections.demo.days import Days
from objections.demo.deals import Deal
from objections.demo.voices import Voice

USED = 0.68
HELPED = {"won": [7, 3, 0, 2], "lost": [1, 3, 4, 2], "open": [3, 2, 0, 3]}  # yes, partly, no, not said


@dataclass(frozen=True)
class Use:
    slug: str
    deal: Deal
    by: str
    at: datetime
    helped: str


def plan_uses(voices: list[Voice], courses: dict[str, Course], days: Days, rng: Random) -> list[Use]:
    """In the order they happened, each after its publication and before the deal ended."""
    uses = []
    for voice in voices:
        course = courses.get(voice.slug)
        if voice.was_open and course and course.published_on and rng.random() < USED:
            start = max(voice.at.date(), course.published_on + timedelta(days=1))
            day = add_business_days(start, rng.randint(1, 4))
            if start < day < min(voice.deal.ends_on, days.today):
                helped = rng.choices(["yes", "partly", "no", ""], HELPED[voice.deal.outcome])[0]
                uses.append(Use(voice.slug, voice.deal, voice.deal.owner, days.at(day, rng), helped))
    return sorted(uses, key=lambda use: use.at)
