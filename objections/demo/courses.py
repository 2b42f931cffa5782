"""What becomes of each theme over the months: when it is heard, and from when on it is answered."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from objections.demo.corpus import read, themes
from objections.demo.days import Days

ANSWERED = {"published", "measuring", "worked", "no effect", "inconclusive"}
SEASON = {"peak-user-licences": (6, 7, 8, 9, 10), "not-before-peak": (8, 9, 10, 11)}  # months that talk of the peak
RECENT = {"emerging_": 110}  # days; groups without a theme have only just begun


@dataclass(frozen=True)
class Course:
    """Heard from `begins_on`; answered since `published_on`, None while not; `helps` is whether that wins deals."""

    slug: str
    trend: str
    state: str
    begins_on: date
    published_on: date | None
    helps: bool

    def is_answered(self, day: date) -> bool:
        return self.helps and self.published_on is not None and self.published_on <= day


def courses(days: Days) -> dict[str, Course]:
    found = {}
    for slug, theme in themes().items():
        request = theme["course"].get("request", {})
        live = day_of(request, "done", days) if request.get("state") in ANSWERED else None
        helps = request.get("state") != "no effect"
        heard_for = theme["course"].get("heard_for")
        begins = days.business(live - timedelta(days=heard_for)) if heard_for else days.first
        found[slug] = Course(slug, theme["trend"], theme["state"], begins, live, helps)
    return found


def day_of(request: dict, key: str, days: Days) -> date:
    """The day of a course's "asked", "done" or "ended"; never later than the last day something happened."""
    if "after_meeting" in request:
        held = days.meetings[request["after_meeting"] - 1]
        return min(days.business(held + timedelta(days=request[key])), days.last)
    return days.ago(request[key])


def heard_weights(name: str, course: Course | None, days: Days) -> list[float]:
    """How likely a remark of that file falls on each of the business days `days.all`."""
    if course is None:
        recent = next((count for start, count in RECENT.items() if name.startswith(start)), None)
        return [_rise(day, days.ago(recent), days) if recent else 1.0 for day in days.all]
    return [_weight(course, day, days) for day in days.all]


def _weight(course: Course, day: date, days: Days) -> float:
    if day < course.begins_on:
        return 0.0
    weight = 1.0 if course.begins_on == days.first else min(1.0, 0.3 + (day - course.begins_on).days / 100)
    if course.trend == "rising":
        steep = 3 if course.state == "rising_unanswered" else 1.8
        weight = 0.06 + ((day - days.first).days / (days.last - days.first).days) ** steep
    if course.slug in SEASON:
        weight = 2.6 if day.month in SEASON[course.slug] else 0.6
    if course.trend == "falling" and course.published_on is None:
        weight = 1.25 - (day - days.first).days / (days.last - days.first).days
    if course.published_on and day > course.published_on:
        weight *= 0.5 if course.helps else 0.9
    return weight


def _rise(day: date, first: date, days: Days) -> float:
    return max(0.0, 0.2 + (day - first).days / (days.last - first).days) if day >= first else 0.0


def loses_as(slug: str) -> str:
    """The second-level reason that a deal lost over the theme is coded with, like `PRICE/discount refused`."""
    return themes()[slug]["course"]["reason"]


def would_have_changed(rng: Random) -> dict[str, list[str]]:
    """Sentences by reason, shuffled; each is to be used once."""
    found = {}
    for row in read("reviews")["would_have_changed"]:
        found.setdefault(row["reason"], []).append(row["text"])
    for sentences in found.values():
        rng.shuffle(sentences)
    return found
