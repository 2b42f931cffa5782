"""Who said what on which deal and when. Every text of the corpus is spoken once."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from random import Random

from feedback.business_days import add_business_days
from objections.demo.corpus import remarks, stages, themes
from objections.demo.courses import Course, heard_weights
from objections.demo.days import Days
from objections.demo.deals import Deal

AFTERWARDS = "Closed lost"
SAME_AS = 84  # voices without words: "same as this"
NO_DEAL = 0.045  # said at fairs and on the phone, by people who buy nothing yet
MOST_ON_A_DEAL = 5


@dataclass(eq=False)
class Voice:
    """A remark with its day and deal. `slug` names the theme, or is empty; `told` is the review it was told in."""

    slug: str
    remark: dict
    day: date
    deal: Deal | None
    author: str
    told: object = None
    at: datetime | None = None

    @property
    def is_same(self) -> bool:
        return not self.remark["text"]

    @property
    def was_open(self) -> bool:
        return self.deal is not None and self.remark["stage"] != AFTERWARDS


class Floor:
    """Where voices find their deals: those in a stage on a day."""

    def __init__(self, deals: list[Deal], courses: dict[str, Course], days: Days, rng: Random):
        self.courses, self.days, self.rng = courses, days, rng
        self.by_stage = {stage: [deal for deal in deals if stage in deal.windows] for stage in stages()}
        self.themes = themes()
        self.weights = {}

    def day_for(self, name: str, remark: dict) -> date:
        """A day by the theme's course; remarks that were accepted fall later, when there was an answer to accept."""
        if name not in self.weights:
            weights = heard_weights(name, self.courses.get(name), self.days)
            self.weights[name] = list(accumulate(weights))
        drawn = self.rng.choices(self.days.all, cum_weights=self.weights[name], k=2)
        course = self.courses.get(name)
        if "since" in remark:
            while (drawn[0] >= course.published_on) != remark["since"]:
                drawn = self.rng.choices(self.days.all, cum_weights=self.weights[name], k=1)
            return drawn[0]
        if course and course.published_on and self.rng.random() < 0.4:
            return max(drawn) if remark["ending"] == "accepted" else min(drawn)
        return drawn[0]

    def deal_for(self, name: str, remark: dict, day: date) -> tuple[Deal, date] | None:
        """A deal that was in the remark's stage on the day or as near to it as can be, and the day it fell on."""
        within = [deal for deal in self.by_stage[remark["stage"]] if self._may(deal, name, remark)]
        for slack in (0, 4, 10, 25, 60):
            near = [(deal, fell) for deal in within if (fell := self._fell(deal, name, remark, day, slack))]
            if near:
                return self.rng.choices(near, [self._pull(deal, remark) for deal, _ in near])[0]
        return None

    def _fell(self, deal: Deal, name: str, remark: dict, day: date, slack: int) -> date | None:
        first, last = deal.windows[remark["stage"]]
        nearest = self.days.business(min(max(day, first), last, self.days.last))
        fits = abs((nearest - day).days) <= slack and first <= nearest <= last
        begins = self.courses[name].begins_on if name in self.courses else self.days.first
        return nearest if fits and nearest >= begins else None

    def _may(self, deal: Deal, name: str, remark: dict) -> bool:
        theme = self.themes.get(name, {})
        return (
            len(deal.voices) < MOST_ON_A_DEAL
            and name not in deal.slugs
            and deal.account["industry"] in theme.get("industries", [deal.account["industry"]])
            and deal.account["region"] in theme.get("regions", [deal.account["region"]])
            and ("competitor" not in remark or deal.competitor in ("", remark["competitor"]))
        )

    def _pull(self, deal: Deal, remark: dict) -> float:
        heavy = 1.3 if deal.is_cut_short and remark["weight"] == "blocker" else 1.0
        return heavy * (0.05 + deal.fancy) / (1 + len(deal.voices)) ** 0.7


def speak_while_open(deals: list[Deal], courses: dict[str, Course], days: Days, rng: Random) -> list[Voice]:
    """The voices heard before deals closed, also added to their deals; some have no deal."""
    floor = Floor(deals, courses, days, rng)
    said = [(name, remark) for name, all_of in remarks().items() for remark in all_of if remark["stage"] != AFTERWARDS]
    said += [(name, _same(rng)) for name in rng.choices(list(courses), k=SAME_AS)]
    for name, theme in themes().items():
        before, since = theme["course"].get("same", (0, 0))
        said += [
            (name, _same(rng) | {"weight": "blocker", "ending": "unresolved", "since": False}) for _ in range(before)
        ]
        said += [(name, _same(rng) | {"weight": "blocker", "ending": "deferred", "since": True}) for _ in range(since)]
    rng.shuffle(said)
    return [_speak(floor, name, remark, rng) for name, remark in said]


def _speak(floor: Floor, name: str, remark: dict, rng: Random) -> Voice:
    slug = name if name in floor.courses else ""
    day = floor.day_for(name, remark)
    alone = not remark.get("competitor") and remark["text"] and rng.random() < NO_DEAL
    found = None if alone else floor.deal_for(name, remark, day)
    if found is None:
        everybody = sorted({deal.owner for deal in floor.by_stage["Qualified"] if deal.created_on > floor.days.ago(90)})
        return Voice(slug, remark, day, None, rng.choice(everybody))
    deal, day = found
    voice = Voice(slug, remark, day, deal, deal.owner)
    deal.voices.append(voice)
    deal.competitor = deal.competitor or remark.get("competitor", "")
    return voice


def _same(rng: Random) -> dict:
    return {
        "text": "",
        "quote": False,
        "stage": rng.choices(stages(), [1, 4, 4, 6, 4])[0],
        "role": "",
        "weight": "concern",
        "kind": "objection",
        "ending": "",
    }


def speak_afterwards(deals: list[Deal], courses: dict[str, Course], days: Days, rng: Random) -> list[Voice]:
    """What buyers told only once the deal was lost; most of it in the review."""
    floor = Floor(deals, courses, days, rng)
    lost = [deal for deal in deals if deal.outcome == "lost" and deal.ends_on < days.last]
    told = []
    for name, all_of in remarks().items():
        for remark in all_of:
            if remark["stage"] == AFTERWARDS:
                told.append(_tell(floor, name, remark, lost, rng))
    return told


def log(voices: list[Voice], days: Days, rng: Random) -> list[Voice]:
    """Gives every voice the moment it was logged, and the voices in that order."""
    for voice in voices:
        if voice.told:
            voice.at = voice.told.at - timedelta(seconds=rng.randint(5, 30))
        else:
            voice.at = days.at(_logged_on(voice, days, rng), rng)
    return sorted(voices, key=lambda voice: voice.at)


def _logged_on(voice: Voice, days: Days, rng: Random) -> date:
    """Mostly the same day; never once the deal has closed, for then it would not count as heard while open."""
    later = min(add_business_days(voice.day, rng.choices([0, 1, 2], [7, 2, 1])[0]), days.last)
    return voice.day if voice.was_open and later >= voice.deal.ends_on else later


def _tell(floor: Floor, name: str, remark: dict, lost: list[Deal], rng: Random) -> Voice:
    day = floor.day_for(name, remark)
    fitting = [deal for deal in lost if floor._may(deal, name, remark)]
    reviewed = [deal for deal in fitting if deal.review and deal.review.is_submitted] or fitting
    near = sorted(reviewed, key=lambda deal: (abs((deal.ends_on - day).days), deal.number))[:12]
    deal = rng.choice([deal for deal in near if not deal.voices] or near)
    review = deal.review if deal.review and deal.review.is_submitted else None
    after = floor.days.business(min(deal.ends_on + timedelta(days=rng.randint(1, 6)), floor.days.last))
    voice = Voice(
        name if name in floor.courses else "", remark, review.at.date() if review else max(after, deal.ends_on),
        deal, review.author if review else deal.owner, told=review,
    )  # fmt: skip
    deal.voices.append(voice)
    deal.competitor = deal.competitor or remark.get("competitor", "")
    return voice
