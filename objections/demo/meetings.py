"""Three closed meetings, and the one of last month to prepare."""

from datetime import date, timedelta
from random import Random

from feedback.actions.meetings import (
    add_action,
    add_decision,
    close_meeting,
    end_action,
    make_meeting,
    pick_opportunity,
    write_note,
)
from feedback.business_days import add_business_days
from feedback.models import Action, Decision, Meeting, Opportunity, User
from objections.demo.content import Event
from objections.demo.corpus import address, read
from objections.demo.days import Days

CHAIR = "helen.brandt"
PREPARES = "marta.lindqvist"


class Meetings:
    """What is done about the meetings, and when."""

    def __init__(self, people: dict[str, User], days: Days):
        self.people, self.days = people, days

    def events(self, rng: Random) -> list[Event]:
        events = []
        for given, held in zip(read("reviews")["meeting"], self.days.meetings, strict=True):
            month = (held.replace(day=1) - timedelta(days=1)).replace(day=1)
            at = self.days.at(add_business_days(held, -2), rng)
            events.append((at, lambda month=month, held=held: self._prepare(month, held)))
            events.append((self.days.close_of(held), lambda given=given, held=held: self._hold(given, held)))
            events += self._endings(given, held, rng)
        last = self.days.month(1)
        at = self.days.at(self.days.last, rng)
        return [*events, (at, lambda: self._prepare(last, None))]

    def _endings(self, given: dict, held: date, rng: Random) -> list[Event]:
        """When each action that is done was done: a day or two before it was due, or just now."""
        ended = []
        for action in given["action"]:
            if action["done"]:
                due = held + timedelta(days=action["due_in_days"])
                day = min(add_business_days(due, -rng.randint(0, 2)), self.days.last)
                at = max(self.days.at(day, rng), self.days.close_of(held) + timedelta(hours=15))
                ended.append((at, lambda text=action["text"]: self._end(text)))
        return ended

    def _prepare(self, month: date, held: date | None) -> None:
        meeting = make_meeting(month=month, facilitator=self._person(CHAIR), held_on=held, by=self._person(PREPARES))
        lost = Opportunity.objects.lost().closed_between(meeting.period).with_value().order_by("-value", "id")
        for deal in lost[:4]:
            pick_opportunity(meeting=meeting, opportunity=deal)

    def _hold(self, given: dict, held: date) -> None:
        meeting = Meeting.objects.get(held_on=held)
        for note in given["note"]:
            write_note(meeting=meeting, section=note["section"], text=note["text"], by=self._person(PREPARES))
        for decision in given["decision"]:
            add_decision(meeting=meeting, decision=Decision(text=decision["text"]), by=self._person(CHAIR))
        for action in given["action"]:
            row = Action(text=action["text"], owner=self._person(action["owner"]))
            row.due_on = self.days.business(held + timedelta(days=action["due_in_days"]))
            add_action(meeting=meeting, action=row, by=self._person(CHAIR))
        close_meeting(meeting=meeting, by=self._person(CHAIR))

    def _end(self, text: str) -> None:
        action = Action.objects.get(text=text)
        end_action(action=action, by=action.owner)

    def _person(self, name: str) -> User:
        return self.people[address(name)]
