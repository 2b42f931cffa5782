"""Searches as the palette sends them, each of other words, beside their floor: encoding the words, and the database
answering the very same queries.
"""

from collections.abc import Callable
from itertools import islice
from random import Random

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.bench.pages import run
from config.bench.tables import ms, table
from config.bench.timing import p50_p95, seconds
from feedback.models import Account, User
from objections import nlp
from objections.demo.corpus import remarks
from objections.models import Collateral, Objection
from objections.theming import meanings, warm

SEARCHES = 100
PATH = reverse("feedback:search")
HEADERS = {"HX-Request": "true"}


def measure_search(say: Callable[[str], None]) -> None:
    meanings.renew_meanings(lambda *how_far: None)  # as the worker does
    warm()
    meanings.warm()
    say(f"\n{Objection.objects.count():,} objections, {Collateral.objects.count():,} pieces of collateral")
    row = table(
        say, "Searches by", "asked", "p50 ms", "p95 ms", "most ms", "queries", "encoding ms", "raw SQL ms", "ratio"
    )
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        for number, role in enumerate(("rep", "marketer")):
            client = Client()
            client.force_login(User.objects.filter(is_active=True, role=role).first())
            _ask(client, "warm words")
            row(f"a {role}", *_figures(client, _words(number)))


def _words(seed: int) -> list[str]:
    """What people type: parts of what was said, in order or not, accounts, titles, and what there is not."""
    dice = Random(seed)  # noqa: S311  words, not secrets
    said = [remark["text"].split() for rows in remarks().values() for remark in rows]
    names = list(islice(Account.objects.order_by("key").values_list("name", flat=True), 0, 4_000, 97))
    titles = list(Collateral.objects.order_by("-pk").values_list("title", flat=True)[: SEARCHES // 5])
    asked = []
    for n in range(SEARCHES):
        note = dice.choice(said)
        start = dice.randrange(max(1, len(note) - 3))
        part = note[start : start + dice.randint(1, 4)]
        kinds = [part, part[::-1], [f"{dice.choice(names)}"], [titles[n // 5]], [f"zq{n}", *part]]
        asked.append(" ".join(kinds[n % 5]))
    return [words for words in dict.fromkeys(asked) if len(words) > 2]


def _figures(client: Client, asked: list[str]) -> tuple:
    times = [seconds(lambda words=words: _ask(client, words)) for words in asked]
    encoding = [seconds(lambda words=words: nlp.encode([words])) for words in asked]
    raw, queries = [], []
    for words in asked:
        with CaptureQueriesContext(connection) as captured:
            _ask(client, words)
        mine = [query["sql"] for query in captured.captured_queries if query["sql"].startswith("SELECT")]
        queries.append(len(mine))
        raw.append(seconds(lambda mine=mine: run(mine)))
    (p50, p95), (encoded, _), (answered, _) = p50_p95(times), p50_p95(encoding), p50_p95(raw)
    ratio = f"{p50 / (encoded + answered):.1f}"
    return len(asked), ms(p50), ms(p95), ms(max(times)), max(queries), ms(encoded), ms(answered), ratio


def _ask(client: Client, words: str) -> None:
    answer = client.get(PATH, {"q": words}, headers=HEADERS)
    if answer.status_code != 200:
        raise AssertionError(f"A search answered {answer.status_code}")
