"""Ten people typing objections at once, asked of the real web server: what fits, at every second word.

The company's voices are put in the theme their words belong to first: laid over themes by dice, as they are made, they
would be like no theme, and an answer that shows nothing costs little.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import cycle, islice
from random import Random
from threading import Event, Thread
from urllib.parse import urlencode

from django.db import connection
from django.urls import reverse

from config.bench.serving import headers_of, served
from config.bench.tables import ms, table
from config.bench.timing import p50_p95, seconds
from feedback.models import User
from objections import nlp
from objections.demo.corpus import remarks
from objections.models import Objection, Placement, Theme
from objections.theming.vectors import encode_exemplars

TYPISTS, NOTES = 10, 8
EVERY = (0.5, 1.5)  # seconds from one question to the next: two words a second, or 120 words a minute
PLACED_EVERY = 3  # seconds


def measure_suggest(say: Callable[[str], None]) -> None:
    _place_by_words()
    encode_exemplars()
    row = table(
        say,
        "Ten typists",
        "asked",
        "errors",
        "with a theme",
        "p50 ms",
        "p95 ms",
        "most ms",
        "encoding alone ms",
        "ratio",
    )
    with served() as port:
        _type_all(port, notes=2, round_=0)  # the server reads its encoder and its index
        row("typing", *_figures(_type_all(port, NOTES, 1)))
        with _placing():
            row("typing, while somebody places every three seconds", *_figures(_type_all(port, NOTES, 2)))


def _place_by_words() -> None:
    themes = list(Theme.objects.active().order_by("pk"))
    for number, said in enumerate(remarks().values()):
        texts = [remark["text"] for remark in said]
        Placement.objects.filter(objection__text__in=texts).update(theme=themes[number % len(themes)])


def _notes(typist: int, notes: int, round_: int) -> list[str]:
    """What a typist has written at every second word of some notes; nobody else ever wrote the same."""
    said = [remark["text"] for rows in remarks().values() for remark in rows]
    mine = islice(cycle(said), (typist + round_ * TYPISTS) * 37, None, 11)
    asked = []
    for note in islice(mine, notes):
        words = note.split()
        asked += [f"{' '.join(words[:upto])} {round_}{typist}{upto}" for upto in range(2, len(words) + 1, 2)]
    return asked


def _type_all(port: int, notes: int, round_: int) -> list[tuple[int, float, bool, str]]:
    path = reverse("objections:objection_suggest")
    people = User.objects.filter(is_active=True, role="rep").order_by("pk")[:TYPISTS]
    jobs = [
        (port, path, headers_of(user) | {"HX-Request": "true"}, _notes(typist, notes, round_))
        for typist, user in enumerate(people)
    ]
    with ThreadPoolExecutor(TYPISTS) as pool:
        return [answer for answers in pool.map(lambda job: _type(*job), jobs) for answer in answers]


def _type(port: int, path: str, headers: dict, texts: list[str]) -> list[tuple[int, float, bool, str]]:
    """(status, seconds until all of it was there, whether a theme was shown, what was asked) of each."""
    answers, line = [], HTTPConnection("127.0.0.1", port, timeout=60)
    dice = Random(texts[0])  # noqa: S311  moments, not secrets
    for text in texts:
        time.sleep(dice.uniform(*EVERY))
        start = time.perf_counter()
        line.request("POST", path, urlencode({"text": text}), headers)
        answer = line.getresponse()
        shown = answer.read()
        answers.append((answer.status, time.perf_counter() - start, b"listbox" in shown, text))
    line.close()
    return answers


def _figures(answers: list[tuple[int, float, bool, str]]) -> tuple:
    times = [spent for _, spent, _, _ in answers]
    p50, p95 = p50_p95(times)
    floor, _ = p50_p95([seconds(lambda t=text: nlp.encode([t])) for *_, text in answers[::9]])
    errors = sum(status != 200 for status, *_ in answers)
    with_theme = sum(shown for _, _, shown, _ in answers) / len(answers)
    ratio = f"{p50 / floor:.1f}"
    return len(answers), errors, f"{with_theme:.0%}", ms(p50), ms(p95), ms(max(times)), ms(floor), ratio


class _placing:
    """Meanwhile somebody moves an objection now and then, so that the index is always behind."""

    def __enter__(self):
        self._ended = Event()
        self._thread = Thread(target=self._place)
        self._thread.start()

    def __exit__(self, *raised):
        self._ended.set()
        self._thread.join()

    def _place(self):
        by = User.objects.filter(is_active=True, role="marketer").first()
        waiting = list(Objection.objects.in_pile().exclude(vector=None)[:200])
        themes = cycle(Theme.objects.active()[:30])
        for voice in waiting:
            if self._ended.wait(PLACED_EVERY):
                break
            Placement.objects.create(objection=voice, theme=next(themes), by=by)
        connection.close()
