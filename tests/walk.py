"""An outsider's way through the portal: down every link, through every form, then with what nobody sends in good faith.

Deterministic: pages are taken in the order in which links lead to them, and writes are taken back, after a look at what
they led to. Addresses of one view that ask for the same names are alike; only the first few of them are looked at.
"""

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import parse_qs, urlencode, urlsplit
from zlib import crc32

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve

from tests.marks import BOLD, MARKS, ONLY_IN, PERSON, WORD
from tests.reading import Page

MOST_ALIKE = 2
SCRIPT = "<script>alert(7)</script>"
SCRIPTED = f"{SCRIPT}\u202e\u05e9\u05dc\u05d5\u05dd \U0001f9e8 {BOLD}"
# Whom a form offers: in a list, or to tick as somebody who attends a meeting or is sent its summary.
OPTIONS = re.compile(
    r"<option.*?</option>|<label[^>]*>\s*<input type=\"checkbox\" name=\"(?:attendees|people)\".*?</label>", re.DOTALL
)
LISTS_OF_PEOPLE = {"api:person-list", "api:person-detail"}
BAD_VALUES = {
    "nothing": "",
    "a NUL": "a\0b",
    "a number of 70 bits": str(2**70),
    "a number below nothing": "-1",
    "no UTF-8": b"\xff\xed\xa0\x80",
    "a script, emoji and words from the right": SCRIPTED,
    "a date that is none": "0000-99-99",
    "a long text": "\u00e4 " * 50_000,
}
BAD_QUERIES = [value for what, value in BAD_VALUES.items() if what not in ("nothing", "a long text")]
QUERY_NAMES = ["page", "before", "sort", "view", "section", "q", "whose", "next", "deal", "theme", "into", "parent"]
QUERY_NAMES += ["request", "nope"]
UNKNOWN_FIELDS = {"nope": "1", "pk": "1", "id": "1", "is_superuser": "on", "by": "1", "author": "1", "state": "x"}
LIKELY = {"date": "2025-01-15", "email": "likely@example.com", "number": "1", "url": "https://example.com/likely"}
LIKELY |= {"password": "a long and likely passphrase", "select": ""}
LIKELY_FILE = b"Opportunity ID;Account;Stage\nlikely;Likely;Won\n"
BAD_FILES = [b"", b"PK\x03\x04", b"\0" * 100, b"\xef\xbb\xbfid;name\n\xff;\xff\n"]


@dataclass
class Walk:
    """What one person meets: `wrongs` says what should not have been, `read` is the marks they came to read."""

    client: Client
    role: str
    wrongs: list = field(default_factory=list)
    read: set = field(default_factory=set)
    forms: dict = field(default_factory=dict)
    pages: dict = field(default_factory=dict)
    asked: set = field(default_factory=set)
    met: set = field(default_factory=set)
    sent: set = field(default_factory=set)

    def __post_init__(self):
        self.client.raise_request_exception = False
        self.seen, self.alike, self.waiting = set(), Counter(), deque()

    def through(self, *starts, guesses=()):
        """Every page that links lead to from these, and every form on them; a guess may be refused."""
        for url in starts:
            self.visit(url, is_start=True)
        for url in guesses:
            self.visit(url, is_start=True, may_be_refused=True)
        while self.waiting:
            self.visit(self.waiting.popleft())
        return self

    def attack(self, part_of=lambda view: (0, 1)):
        """Every form that was found, filled by somebody hostile, and every address with such a query.

        Of all that is tried on a form of a view, `part_of(view)` says which part of how many this person tries.
        """
        for form in self.forms.values():
            nth, of = part_of(view_of(form.action))
            for data in islice(attacks(form), nth, None, of):
                self.ask(form.method, bare(form.action) if form.method == "get" else form.action, data)
        for at, url in enumerate(self.pages.values()):
            self.ask("get", url, dict.fromkeys(QUERY_NAMES, BAD_QUERIES[at % len(BAD_QUERIES)]))
        return self

    def visit(self, url, *, is_start=False, may_be_refused=False):
        url = url.split("#")[0]
        if not is_ours(url) or url in self.seen or (self.has_enough("get", url, names_of(url)) and not is_start):
            return
        self.seen.add(url)
        self.pages.setdefault(view_of(url), bare(url))
        answer, text = self.ask("get", url)
        if answer.status_code in (301, 302):
            self.waiting.append(answer.url)
        elif answer.status_code not in ((200, 204, 405, 403, 404) if may_be_refused else (200, 204, 405)):
            self.wrongs.append(f"GET {url}: {answer.status_code}, though a page of this role led there")
        if "HX-Request" in answer.get("Vary", "") and not self.has_enough("part", url):
            self.ask("get", url, headers={"HX-Request": "true"})
        if is_page(answer):
            page = Page(url, text)
            self.waiting.extend(page.links)
            for form in page.forms:
                self.send(form)

    def send(self, form):
        """As it is offered, by each of its buttons, and filled; the first of its kind is remembered for `attack`."""
        if not is_ours(form.action):
            return
        kind = kind_of(form)
        self.met.add(kind)
        if self.has_enough(form.method, form.action, kind[2]):
            return
        self.forms.setdefault(kind, form)
        if form.method == "get":
            self.sent.add(kind)
            self.waiting.append(f"{bare(form.action)}?{urlencode(form.filled(), doseq=True)}")
            return
        for data in offers(form):
            answer, _ = self.ask("post", form.action, data, goes_on=True)
            if answer.status_code not in (403, 404, 405):
                self.sent.add(kind)
            else:
                self.wrongs.append(f"POST {form.action}: {answer.status_code}, though the form was offered")

    def has_enough(self, method, url, names=()):
        """Whether this view was asked the same as often as it has something new to say: seeded themes are all alike."""
        self.alike[method, view_of(url), names] += 1
        return self.alike[method, view_of(url), names] > MOST_ALIKE

    def ask(self, method, url, data=None, *, goes_on=False, **more):
        """(answer, text) of one request; a page it leads to is looked over too, if it may repeat a script.

        Then what it wrote is taken back. Who goes on also sends the forms that are offered only in between, such as the
        way to undo it.
        """
        self.asked.add((method, view_of(url)))
        cookies = values_of(self.client.cookies)
        with transaction.atomic():
            answer = getattr(self.client, method)(url, data, **more)
            text = text_of(answer)
            self.look_over(f"{method.upper()} {url}", url, answer, text)
            pages = [(url, text)] if is_page(answer) else []
            leads = method == "post" and answer.status_code == 302 and is_ours(answer.url)
            leads = leads and (goes_on or SCRIPT in str(data))
            if leads and cookies | values_of(answer.cookies) == cookies:  # else it was somebody else who was led on
                pages += self.follow(url, answer.url)
            for page in pages if goes_on else ():
                self.send_new(*page)
            transaction.set_rollback(True)
        self.client.cookies.clear()  # a session that was ended or begun was never written
        self.client.cookies.load(cookies)
        return answer, text

    def follow(self, url, to):
        after = self.client.get(to)
        text = text_of(after)
        self.look_over(f"GET {to} after POST {url}", to, after, text)
        return [(to, text)] if is_page(after) else []

    def send_new(self, url, text):
        for form in Page(url, text).forms:
            if form.method == "post" and kind_of(form) not in self.met:
                self.send(form)

    def look_over(self, what, url, answer, text):
        view = view_of(url)
        if answer.status_code >= 500 and view != "readyz":  # no worker runs here
            self.wrongs.append(f"{what}: {answer.status_code} {getattr(answer, 'exc_info', None)}")
        if is_page(answer):
            self.wrongs += [f"{what}: {raw} is not escaped" for raw in (BOLD, SCRIPT) if raw in text]
        for mark, readers in MARKS.items():
            if mark not in text or (mark == PERSON and not tells_person(url, text)):
                continue
            self.read.add(mark)
            if self.role not in readers or view not in ONLY_IN.get((mark, self.role), {view}):
                self.wrongs.append(f"{what}: tells {mark}")


def kind_of(form):
    return form.method, view_of(form.action), tuple(sorted(form.names))


def offers(form):
    """What is sent in good faith: untouched, by each of the buttons, and with no question left open."""
    for button in form.buttons or [None]:
        yield form.filled() | (dict([button]) if button else {})
    if (full := answered(form)) != form.filled():
        yield full


def answered(form):
    """With no question left open."""
    held = form.filled()
    left_open = [name for name in form.kinds if not any(held.get(name, []))]
    return held | {name: likely(form, name) for name in left_open} | dict(form.buttons[:1])


def likely(form, name):
    if name in form.files:
        return SimpleUploadedFile("likely.csv", LIKELY_FILE)
    return form.choices.get(name) or LIKELY.get(form.kinds[name], WORD)


def attacks(form):
    """What a hostile browser sends for one form: bad values everywhere and one by one, wrong shapes."""
    held = form.filled()
    names = sorted(form.names - {"csrfmiddlewaretoken"} - set(form.files))
    if form.method == "get":  # a filter never needs the others to be good
        yield from (dict.fromkeys(names, bad) for bad in BAD_QUERIES)
        return
    for bad in BAD_VALUES.values() if names else ():
        yield dict.fromkeys(names, bad)
    bads = list(BAD_VALUES.values())
    for step, name in enumerate(names, crc32(view_of(form.action).encode())):
        yield held | {name: bads[step % len(bads)]}
    if words := [name for name, kind in form.kinds.items() if kind in ("text", "textarea")]:
        yield answered(form) | dict.fromkeys(words, SCRIPTED)
    yield {}
    yield held | {name: [*values, "x"] for name, values in held.items()} | UNKNOWN_FIELDS
    for name in form.files:
        for content in BAD_FILES:
            yield held | {name: SimpleUploadedFile(f"{SCRIPT}\u202egpj.csv", content)}


def values_of(cookies):
    return {name: cookie.value for name, cookie in cookies.items()}


def is_page(answer):
    return answer.get("Content-Type", "").startswith("text/html")


def text_of(answer):
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode("utf-8", "replace")


def tells_person(url, text):
    """Whom one may choose in a form, and who works here, is no secret; what they did is."""
    return view_of(url) not in LISTS_OF_PEOPLE and PERSON in OPTIONS.sub("", text)


def is_ours(url):
    parts = urlsplit(url)
    return not parts.netloc and parts.scheme == "" and not parts.path.startswith(("/static/", "/admin/"))


def bare(url):
    return url.split("?")[0]


def names_of(url):
    """The names a query asks for; empty ones ask for nothing."""
    return tuple(sorted(parse_qs(urlsplit(url).query)))


def view_of(url):
    try:
        return resolve(urlsplit(url).path).view_name
    except Resolver404:
        return urlsplit(url).path
