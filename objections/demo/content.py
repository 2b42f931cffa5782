"""Content requests on their way, by the portal's own actions, each on its day."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from django.core.files.base import ContentFile

from feedback.business_days import add_business_days
from feedback.models import Competitor, User
from objections.actions.answers import approve_answer
from objections.actions.checklists import tick_item
from objections.actions.collateral import add_version, make_collateral, publish_collateral, retire_collateral
from objections.actions.comments import add_comment
from objections.actions.content import move_request, request_content, triage_request
from objections.actions.sign_offs import newest_version, sign_off
from objections.demo.corpus import address, read, themes
from objections.demo.courses import day_of
from objections.demo.days import Days
from objections.files import KINDS
from objections.mentioning import handle_of
from objections.models import Collateral, ContentRequest, Theme
from objections.theming.reading import read_words

Event = tuple[datetime, Callable[[], None]]

# How far along the time between asking and the last step each state is reached.
WORK = {"triaged": 0.06, "briefed": 0.2, "in production": 0.34, "in review": 0.78, "approved": 0.93, "published": 1.0}
AFTERWARDS = {"worked", "no effect", "inconclusive"}
SET_ASIDE = {"needs info", "on hold", "declined", "merged", "routed"}
USEFUL_FOR = 365  # days until a published piece is to be looked at again
STAGES = {
    "case study": ["Discovery", "Proposal"],
    "slides": ["Discovery"],
    "demo": ["Demo"],
    "one-pager": ["Discovery", "Demo"],
    "implementation plan": ["Negotiation"],
    "security pack": ["Proposal", "Negotiation"],
}
LINKS = "https://shelf.palletry.example/drafts"


@dataclass
class Asked:
    """One request of the files with what it is about, and its rows once they are made."""

    slug: str
    given: dict
    course: dict
    row: ContentRequest | None = None
    piece: Collateral | None = None


class Content:
    """The requests of the demo company; `pieces` holds published collateral by the slug of its theme."""

    def __init__(self, people: dict[str, User], made: dict[str, Theme], competitors: dict[str, Competitor], days: Days):
        self.people, self.themes, self.competitors, self.days = people, made, competitors, days
        self.pieces = {}
        self.curator = self._person("marta.lindqvist")
        self.asked = [
            Asked(slug, theme["request"], theme["course"]["request"])
            for slug, theme in themes().items()
            if "request" in theme
        ]
        self.asked += [Asked(row["theme"], row, row["request"]) for row in read("courses")["beside"]]

    def events(self, rng: Random) -> Iterator[Event]:
        """Every step of every request with its moment, those of one request in order."""
        for asked in self.asked:
            before = None
            for day, step in self._steps(asked):
                moment = self.days.at(day, rng)
                if before and moment <= before:
                    moment = before + timedelta(minutes=rng.randint(4, 25))
                yield moment, step
                before = moment

    def _steps(self, asked: Asked) -> list[tuple[date, Callable[[], None]]]:
        course = asked.course
        first, last = (day_of(course, key, self.days) for key in ("asked", "done"))
        steps = [(first, lambda: self._ask(asked))]
        for state, day in self._worked(course, first, last):
            if state in ("in review", "published") and ("collateral" in asked.given or course["state"] in WORK):
                steps.append((day, lambda: self._write(asked)))
            steps.append((day, lambda state=state: self._move(asked, state)))
        if course["state"] == "retired":
            steps.append((day_of(course, "ended", self.days), lambda: self._retire(asked)))
        return steps

    def _worked(self, course: dict, first: date, last: date) -> list[tuple[str, date]]:
        """The states a request came through after it was new, with the day of each."""
        state = course["state"]
        if state in SET_ASIDE or state == "new":
            begun = [("triaged", add_business_days(first, 1))] if "owner" in course else []
            return begun + ([(state, last)] if state != "new" else [])
        end = state if state in WORK else "published"
        length = (last - first).days / WORK[end]
        reached = [name for name, share in WORK.items() if share <= WORK[end]]
        done = [(name, self.days.business(first + timedelta(days=length * WORK[name]))) for name in reached]
        if state in AFTERWARDS:
            done.append(("measuring", add_business_days(last, 8)))
        if state in AFTERWARDS or state == "measuring":
            done.append((state, day_of(course, "ended", self.days)))
        return done

    def _ask(self, asked: Asked) -> None:
        given, course = asked.given, asked.course
        asked.row = request_content(
            themes=[self.themes[asked.slug]],
            title=given["title"],
            type=given["type"],
            brief=given["brief"],
            by=self._person(course["by"]),
            size=course["size"],
        )

    def _move(self, asked: Asked, state: str) -> None:
        course = asked.course
        if state == "triaged":
            triage_request(
                request=asked.row,
                by=self._person("marta.lindqvist"),
                owner=self._person(course["owner"]),
                co_owner=self._person(course["co_owner"]),
                due_on=self.days.today + timedelta(days=course["due"]) if "due" in course else None,
            )
            return
        if state == "published":
            self._publish(asked)
            return
        aside = course if state in SET_ASIDE else {}
        into = next((other.row for other in self.asked if other.given["title"] == aside.get("into")), None)
        why = asked.given.get("why", aside.get("why", "")) if aside else ""
        why = course["verdict"] if state in AFTERWARDS else why
        routed_to = "product" if state == "routed" else ""
        by = self._person("ben.hartog" if state == "approved" else course.get("owner", "marta.lindqvist"))
        if state == "approved" and asked.row.co_owner:
            seen = newest_version(asked.row)
            words = "Fits the deals I have open."
            sign_off(request=asked.row, by=asked.row.co_owner, seen=seen.pk if seen else None, words=words)
        move_request(request=asked.row, to=state, by=by, why=why, into=into, routed_to=routed_to)
        self._talk(asked, state)

    def _talk(self, asked: Asked, state: str) -> None:
        """What is said on the way, and what is ticked by then."""
        row = asked.row
        said = {
            "in production": (row.owner, f"@{handle_of(row.by)} which deal should it be ready for first?"),
            "in review": (row.owner, "First version is in. @{} please look whether it fits."),
            "needs info": (row.owner, f"@{handle_of(row.by)} see the question above; the clock is stopped meanwhile."),
        }.get(state)
        if said is None or row.owner is None:
            return
        by, text = said
        said = [add_comment(request=row, text=text.format(handle_of(row.co_owner) if row.co_owner else ""), by=by)]
        if state == "in production" and row.by != by:
            answer = "The one in negotiation, they decide within the month."
            said.append(add_comment(request=row, text=answer, by=row.by))
        read_words(said)
        for item in row.checklist.still_open()[: 2 if state == "in review" else 1]:
            tick_item(item=item, done=True, by=by)

    def _write(self, asked: Asked) -> None:
        """A draft to look at in review, if there is none yet: the file of the corpus, or a link."""
        if asked.piece:
            return
        given, by = asked.given.get("collateral", {}), self._person(asked.course["owner"])
        title = given.get("title", asked.given["title"])
        piece = Collateral(
            title=title,
            type=given.get("type", asked.given["type"]),
            summary=given.get("summary", ""),
            competitor=next((row for name, row in self.competitors.items() if name in title), None),
            review_by=day_of(asked.course, "done", self.days) + timedelta(days=USEFUL_FOR) if given else None,
        )
        asked.piece = make_collateral(
            collateral=piece,
            themes=[self.themes[asked.slug]],
            stages=STAGES.get(piece.type, ["Proposal"]),
            by=by,
            request=asked.row,
        )
        name = "-".join("".join(c if c.isalnum() else " " for c in title.casefold()).split())
        if given:
            text = f"# {title}\n\n{given['body'].strip()}\n".encode()
            add_version(collateral=piece, by=by, file=ContentFile(text, name=f"{name}.md"), kind=KINDS[".md"])
        else:
            add_version(collateral=piece, by=by, link=f"{LINKS}/{name}", note="First draft for review")

    def _publish(self, asked: Asked) -> None:
        by, theme = self._person(asked.course["owner"]), self.themes[asked.slug]
        answer = themes()[asked.slug]["answer"]
        if answer and asked.course["state"] != "retired":
            approve_answer(theme=theme, text=answer, by=self._person("marta.lindqvist"))
        piece = asked.piece
        publish_collateral(collateral=piece, version=piece.versions.first(), by=by)
        if asked.course["state"] != "retired":
            self.pieces[asked.slug] = piece

    def _retire(self, asked: Asked) -> None:
        by = self._person(asked.course["owner"])
        retire_collateral(collateral=asked.piece, by=by)
        move_request(request=asked.row, to="retired", by=by)

    def _person(self, name: str) -> User:
        return self.people[address(name)]
