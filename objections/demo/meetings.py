"""A monthly series: three closed meetings, and the one of last month to prepare, a week before it is held."""

from datetime import date, time, timedelta
from random import Random

from feedback.actions.action_updates import say_how_it_stands
from feedback.actions.agenda_sections import add_section, change_section
from feedback.actions.becomings import link_promise
from feedback.actions.decisions import add_action, add_decision, end_action
from feedback.actions.judgements import judge_decision
from feedback.actions.meetings import close_meeting, make_meeting, pick_opportunity, write_note
from feedback.actions.second_codings import code_again
from feedback.business_days import add_business_days
from feedback.company_figures import better_way
from feedback.metrics import month_of
from feedback.models import (
    Action,
    AgendaSection,
    Decision,
    Invite,
    Meeting,
    Opportunity,
    Review,
    Series,
    SummaryMail,
    User,
)
from feedback.models.mail_outcomes import MailOutcome
from feedback.samples import waiting_for
from objections.becoming import REQUEST, ROUTING
from objections.demo.content import Event
from objections.demo.corpus import address, read
from objections.demo.days import Days
from objections.demo.story import dice
from objections.models import ContentRequest, Routing, Theme

CHAIR = "helen.brandt"
PREPARES = "marta.lindqvist"
GUEST = {
    "title": "A guest from product",
    "prompt": "Which of these losses would what is being built have prevented, and what do we tell buyers until then?",
    "minutes": 4,
}
ATTEND = (CHAIR, PREPARES, "katrin.velde", "ben.hartog", "arun.petersen")
SEES_ANOTHER = 0.2  # of the sample: the second coder answers something else
TAKEN_FOR = {"VALUE": ["PRICE", "BUDGET"], "PRICE": ["VALUE"], "BUDGET": ["VALUE", "TIMING"], "TIMING": ["AUTHORITY"]}
HELD_IN = 5  # business days from today
PLACE = "Big room, or meet.palletry.example/review"
STANDS = ["Five of the nine are written, the rest wait for the new colleague", "The law firm quotes next week"]


class Meetings:
    """What is done about the meetings, and when."""

    def __init__(self, people: dict[str, User], themes: dict[str, Theme], days: Days):
        self.people, self.themes, self.days = people, themes, days
        self.given = read("reviews")["meeting"]

    def events(self, rng: Random) -> list[Event]:
        events = []
        for number, (given, held) in enumerate(zip(self.given, self.days.meetings, strict=True)):
            month = (held.replace(day=1) - timedelta(days=1)).replace(day=1)
            at = self.days.at(add_business_days(held, -2), rng)
            events.append((at, lambda month=month, held=held: self._prepare(month, held)))
            before = self.given[number - 1] if number else None
            close = self.days.close_of(held)
            events.append((close, lambda given=given, before=before, held=held: self._hold(given, before, held)))
            events += self._endings(given, held, rng)
        last = self.days.month(1)
        at = self.days.at(self.days.last, rng)
        held = add_business_days(self.days.today, HELD_IN)
        return [
            *events,
            (at, self._link_the_rest),
            (at, lambda: self._prepare_the_last(last, held)),
            (at, lambda: self._invite_a_guest(last)),
            (self.days.close_of(self.days.last), self._go_on),
        ]

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

    def _prepare(self, month: date, held: date) -> Meeting:
        meeting = make_meeting(
            period=month_of(month),
            by=self._person(PREPARES),
            attendees=self._attendees(),
            facilitator=self._person(CHAIR),
            held_on=held,
            held_at=time(10),
            place=PLACE,
        )
        lost = Opportunity.objects.lost().closed_between(meeting.period).with_value().order_by("-value", "id")
        for deal in lost[:4]:
            pick_opportunity(meeting=meeting, opportunity=deal)
        return meeting

    def _prepare_the_last(self, month: date, held: date) -> None:
        self._code_again(self._prepare(month, held))

    def _go_on(self) -> None:
        """The series that these meetings are of, and what was said of actions meanwhile."""
        first, last = self.days.month(len(self.days.meetings) + 1), month_of(self.days.month(1))[1]
        chair, by = self._person(CHAIR), self._person(PREPARES)
        series = Series(
            name="Monthly review", starts_on=first, facilitator=chair, made_until=last, made_by=by, place=PLACE
        )
        series.save()
        series.attendees.set(self._attendees())
        Meeting.objects.update(series=series)
        Invite.objects.update(outcome=MailOutcome.SENT)  # when they were told, on the days before
        for action, text in zip(Action.objects.open().order_by("pk"), STANDS, strict=False):
            say_how_it_stands(action=action, text=text, by=action.owner)

    def _attendees(self) -> list[User]:
        return [self._person(name) for name in ATTEND]

    def _invite_a_guest(self, month: date) -> None:
        """A section of the meeting's own, for which the deals give some of their minutes."""
        meeting, by = Meeting.objects.get(first_day=month), self._person(PREPARES)
        deals = meeting.agenda.get(key="deals")
        deals.minutes -= GUEST["minutes"]
        change_section(section=deals, fields=["minutes"], by=by)
        add_section(meeting=meeting, section=AgendaSection(**GUEST), by=by)

    def _hold(self, given: dict, before: dict | None, held: date) -> None:
        meeting = Meeting.objects.get(held_on=held)
        for note in given["note"]:
            write_note(meeting=meeting, section=note["section"], text=note["text"], by=self._person(PREPARES))
        for decision in given["decision"]:
            add_decision(meeting=meeting, decision=self._decision(decision, held), by=self._person(CHAIR))
        for action in given["action"]:
            row = Action(text=action["text"], owner=self._person(action["owner"]))
            row.due_on = self.days.business(held + timedelta(days=action["due_in_days"]))
            self._link(add_action(meeting=meeting, action=row, by=self._person(CHAIR)), action)
        self._judge(before)
        self._code_again(meeting)
        pack = close_meeting(meeting=meeting, by=self._person(CHAIR))
        # As if each had got the mail on that day: the demo company has no mail server.
        SummaryMail.objects.filter(pack=pack).update(outcome=MailOutcome.SENT, ended_at=pack.closed_at)

    def _decision(self, given: dict, held: date) -> Decision:
        aim = f"theme:{self.themes[given['aim_theme']].pk}" if "aim_theme" in given else given.get("aim", "")
        return Decision(
            text=given["text"],
            owner=self._person(given["owner"]),
            due_on=self.days.business(held + timedelta(days=given["due_in_days"])),
            proof=given["proof"],
            aim=aim,
            hoped=better_way(aim) if aim else "",
        )

    def _judge(self, before: dict | None) -> None:
        """What the next meeting says of the decisions of the one before."""
        for given in before["decision"] if before else ():
            if "kept" in given:
                decision = Decision.objects.get(text=given["text"])
                judge_decision(decision=decision, by=self._person(CHAIR), **given["kept"])

    def _link(self, action: Action, given: dict) -> None:
        """To the request or the routing that came of it, if there is one yet."""
        for name, key, rows in (("became_request", REQUEST, ContentRequest), ("became_routing", ROUTING, Routing)):
            theme = self.themes.get(given.get(name))
            asked = {"themes": theme} if rows is ContentRequest else {"theme": theme}
            made = rows.objects.filter(**asked).order_by("pk").last() if theme else None
            if made:
                link_promise(promise=action, kind=key, number=made.pk, by=self._person(CHAIR))

    def _link_the_rest(self) -> None:
        for given in self.given:
            for action in given["action"]:
                self._link(Action.objects.get(text=action["text"]), action)

    def _code_again(self, meeting: Meeting) -> None:
        """The sample as somebody else codes it, who mostly sees the same reason."""
        rng, by = dice(f"second codings of {meeting.month}"), self._person(PREPARES)
        for pk in waiting_for(meeting, by):
            review = Review.objects.select_related("destination", "reason", "taxonomy").get(pk=pk)
            destination, reason = review.destination, review.reason
            if rng.random() < SEES_ANOTHER:
                reason = review.taxonomy.reasons.get(code=rng.choice(TAKEN_FOR.get(reason.code, ["UNKNOWN"])))
            if rng.random() < SEES_ANOTHER:
                destination = review.taxonomy.destinations.get(code=rng.choice(["status quo", "indecision"]))
            code_again(meeting=meeting, review=review, destination=destination, reason=reason, by=by)

    def _end(self, text: str) -> None:
        action = Action.objects.get(text=text)
        end_action(action=action, by=action.owner)

    def _person(self, name: str) -> User:
        return self.people[address(name)]
