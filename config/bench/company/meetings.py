from datetime import date, timedelta
from random import Random

from config.bench.company.people import People
from feedback.actions.decisions import add_action, add_decision
from feedback.actions.meetings import close_meeting, make_meeting, pick_opportunity
from feedback.metrics import last_months, month_of
from feedback.models import Action, Decision, Meeting, Opportunity

OPEN = 1  # the last month is being prepared
PICKED = 5
AIMS = {  # what a decision aims at, and which way; two of each meeting aim at one number
    "Answer the costliest doubt first": ("win-rate", "up"),
    "Offer a fixed price": ("win-rate", "up"),
    "Ask once more for what is unknown": ("unknown", "down"),
    "Let the costly themes be answered": ("unanswered", "down"),
}


def make_meetings(size, people: People, today: date, dice: Random) -> None:
    """One for each month before this one, all but the last closed: their packs are collected and signed in earnest."""
    months = last_months(today, size.meetings + 1)[:-1]
    for month in months:
        meeting = _prepare(month, people, dice)
        if month < months[-OPEN]:
            close_meeting(meeting=meeting, by=people.leaders[0])


def _prepare(month: date, people: People, dice: Random) -> Meeting:
    chair, held_on = dice.choice(people.leaders), month + timedelta(days=40)
    meeting = make_meeting(period=month_of(month), facilitator=chair, held_on=held_on, by=people.marketers[0])
    lost = Opportunity.objects.lost().closed_between(meeting.period).with_value().order_by("-value", "pk")
    for deal in lost[:PICKED]:
        pick_opportunity(meeting=meeting, opportunity=deal)
    for text, (aim, hoped) in AIMS.items():
        add_decision(meeting=meeting, decision=Decision(text=text, owner=chair, aim=aim, hoped=hoped), by=chair)
    for n in range(3):
        owner = dice.choice(people.everybody)
        action = Action(text=f"Promise {n + 1} of the month", owner=owner, due_on=held_on + timedelta(days=7 * n))
        add_action(meeting=meeting, action=action, by=chair)
    return meeting
