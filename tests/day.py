"""A day of a company at its portal: five people work through its pages at once, and a command runs beside them."""

import signal
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date
from functools import partial
from threading import Lock

from django.utils import timezone

from feedback.models import Taxonomy
from tests.browsing import Person
from tests.factories import (
    make_lost,
    make_meeting,
    make_objection,
    make_opportunity,
    make_request,
    make_theme,
    place,
    reason,
)
from tests.feedback.exports import HEADER

VOICES = 6  # each rep logs in a day
ROWS = 600  # of each import
WORRIES = ["the price is too high", "no SOC 2 report", "their SAP link", "no budget this year", "three years is long"]


class Day:
    """`live` lets everybody work until all they wanted is acknowledged; `said` is what the reps logged.

    `sending()` is called before each request. `people` are the rep, another rep, marketer, leader and admin.
    """

    def __init__(self, portal, number, people, sending):
        self.portal, self.number, self.sending = portal, number, sending
        self.rep, self.other_rep, self.marketer, self.leader, self.admin = people
        self.said, self._lock = [], Lock()
        self.destination = str(Taxonomy.objects.current().destinations.get(code="unknown").pk)
        self.reason = str(reason("PRICE").pk)
        self.meeting = make_meeting(date(2015 + number // 12, number % 12 + 1, 1), by=self.leader)
        self.theme = make_theme(f"Dear {number}")
        self.lost, self.open = {}, {}
        for rep in (self.rep, self.other_rep):
            place(make_objection(f"Day {number}: as dear as ever", author=rep), self.theme, by=self.marketer)
            self.lost[rep] = [make_lost(f"Lost {number} {at}", owner=rep) for at in range(2)]
            self.open[rep] = make_opportunity(f"Open {number}", owner=rep)
        self.asked = make_request(f"Asked {number}", by=self.rep, themes=[self.theme])
        self.loose = make_objection(f"Day {number}: nobody placed this", author=self.rep)

    def live(self):
        """Raises what anybody met that should not be."""
        works = [
            (self.review_and_log, self.rep),
            (self.review_and_log, self.other_rep),
            (self.answer_themes, self.marketer),
            (self.hold_the_meeting, self.leader),
            (self.upload, self.admin),
        ]
        with ExitStack() as stack, ThreadPoolExecutor(len(works) + 1) as pool:
            started = [
                pool.submit(work, user, stack.enter_context(Person(self.portal, user, self.sending)))
                for work, user in works
            ]
            started.append(pool.submit(self.import_by_command))
            for each in started:
                each.result()

    def review_and_log(self, rep, person):
        for at in range(VOICES):
            text = f"Day {self.number}, {rep.name}: {WORRIES[at % len(WORRIES)]}, call {at}"
            is_there = partial(person.finds, text, "/objections/?whose=mine")
            if at % 2:
                page, _ = person.page(f"/deals/{self.open[rep].pk}/")
                person.send(page.form_to(f"/deals/{self.open[rep].pk}/objections/"), text=text, done=is_there)
            else:
                page, _ = person.page("/objections/new/")
                person.send(page.form("text", "deal"), text=text, done=is_there)
            with self._lock:
                self.said.append((rep, text))
            if at < len(self.lost[rep]):
                self._review(person, f"/deals/{self.lost[rep][at].pk}/review/")

    def _review(self, person, url):
        for question, answers in (
            ("destination", {"destination": self.destination}),
            ("reason", {"reason": self.reason}),
        ):
            page, _ = person.page(url)
            person.send(page.form_to(f"{url}{question}/"), **answers)
        page, _ = person.page(url)
        form = page.form_to(f"{url}submit/")
        form.names.add("would_have_changed")  # its field stands above the form it belongs to
        words = f"Day {self.number}: a lower price"
        person.send(form, would_have_changed=words, done=lambda: not person.page(url)[0].form_to(f"{url}submit/"))

    def answer_themes(self, user, person):
        self._build(person)
        name = f"Made on day {self.number}"
        page, _ = person.page("/themes/new/")
        answers = {"name": name, "category": str(self.theme.category_id)}
        themes = f"/themes/?q={name}&heard=any"  # nobody has raised it yet
        person.send(page.form("name", "definition"), **answers, done=lambda: person.finds(name, themes))
        self._publish(person)
        page, _ = person.page(f"/objections/{self.loose.pk}/place/")
        person.send(page.form_to(f"/objections/{self.loose.pk}/place/"), theme=str(self.theme.pk))
        page, _ = person.page(f"/content/{self.asked.pk}/move/?to=declined")
        person.send(page.form("why"), why=f"Day {self.number}: not ours to say")

    def _build(self, person):
        page, _ = person.page("/themes/")
        form = page.form_to("/themes/build/")
        if form:  # no other build is under way
            person.send(form)

    def _publish(self, person):
        title, drafts = f"Sheet {self.number}", "/collateral/?state=draft"
        page, _ = person.page("/collateral/new/")
        paper = {"file": (f"sheet-{self.number}.txt", b"It pays back in a year.", "text/plain")}
        answers = {"title": title, "type": "pricing sheet", "themes": [str(self.theme.pk)]}
        person.send(page.form("title"), files=paper, **answers, done=lambda: person.finds(title, drafts))
        page, _ = person.page(drafts)
        page, _ = person.page(page.link(title))
        person.send(next(form for form in page.forms if form.action.endswith("/publish/")))

    def hold_the_meeting(self, leader, person):
        url = f"/meetings/{self.meeting.pk}/"
        decision, promise = f"Day {self.number}: hold the price", f"Day {self.number}: write the sheet"
        page, _ = person.page(url)
        form = page.form_to(f"{url}decisions/")
        person.send(form, text=decision, done=lambda: person.reads(decision, url))
        form = page.form_to(f"{url}actions/")
        answers = {"text": promise, "owner": str(self.rep.pk), "due_on": timezone.localdate().isoformat()}
        person.send(form, **answers, done=lambda: person.reads(promise, url))
        page, _ = person.page(f"{url}close/")
        form = page.form_to(f"{url}close/")
        person.send(form)

    def upload(self, admin, person):
        page, _ = person.page("/imports/new/")
        form = page.form("source")
        form.fields = [(name, value) for name, value in form.fields if name != "dry_run"]  # the tick is taken away
        source = f"page-{self.number}"
        paper = {"files": (f"{source}.csv", self.export("P").encode(), "text/csv")}
        person.send(form, files=paper, source=source, done=lambda: person.finds(source, "/imports/"))

    def import_by_command(self):
        """Runs the import from a shell until it says that all went well."""
        export = self.portal.folder / f"command-{self.number}.csv"
        export.write_text(self.export("C"))
        for _ in range(5):
            self.sending()
            self.command = self.portal.manage("import_opportunities", str(export), "--source", f"command-{self.number}")
            code = self.command.wait()
            if code == 0:
                return
            assert code in (1, -signal.SIGKILL), self.portal.log.read_text()
        raise AssertionError("The import never went through.")

    def kill_command(self):
        command = getattr(self, "command", None)
        if command is not None and command.poll() is None:
            command.kill()

    def export(self, letter):
        stages = [("Won", "2026-03-01", "900"), ("Lost", "2026-03-11", "0"), ("Engaging", "", "")]
        rows = [HEADER]
        for number in range(ROWS):
            stage, closed, value = stages[number % 3]
            account = f"Account {number % 40}"
            rows.append(
                f"{letter}{self.number}-{number},Moses Frase,GTX Basic,{account},{stage},2026-01-05,{closed},{value}"
            )
        return "\n".join(rows) + "\n"
