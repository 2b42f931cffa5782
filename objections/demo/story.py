"""Everything that happens to the demo company, as a plan: no database, the same for the same day."""

from dataclasses import dataclass
from random import Random

from objections.demo import answers, outcomes, reviews, usages, voices
from objections.demo.courses import Course, courses
from objections.demo.days import Days
from objections.demo.deals import Deal, plan_deals
from objections.demo.reviews import Exclusion
from objections.demo.usages import Use
from objections.demo.voices import Voice

SEED = "palletry"


@dataclass(frozen=True)
class Story:
    days: Days
    courses: dict[str, Course]
    deals: list[Deal]
    voices: list[Voice]
    exclusions: list[Exclusion]
    uses: list[Use]


def dice(what: str) -> Random:
    """Chance for one part of the story, so that a change to one part leaves the others as they are."""
    return Random(f"{SEED} {what}")  # noqa: S311  a story, not a secret


def tell(days: Days) -> Story:
    course_of = courses(days)
    deals = plan_deals(days, dice("deals"))
    said = voices.speak_while_open(deals, course_of, days, dice("voices"))
    outcomes.decide_outcomes(deals, course_of, days, dice("outcomes"))
    excluded = reviews.exclude(deals, days, dice("exclusions"))
    reviews.schedule_losses(deals, excluded, days, dice("losses"))
    reviews.schedule_wins(deals, days, dice("wins"))
    said += voices.speak_afterwards(deals, course_of, days, dice("afterwards"))
    said = voices.log(said, days, dice("logged"))
    answers.fill_in(deals, course_of, days, dice("answers"))
    return Story(days, course_of, deals, said, excluded, usages.plan_uses(said, course_of, days, dice("uses")))
