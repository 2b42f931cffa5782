"""Twenty clients posting at once to the real web server: objections by their form, and answers of reviews."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import islice
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from config.bench.serving import headers_of, served
from config.bench.tables import ms, table
from config.bench.timing import p50_p95
from feedback.models import Opportunity, User

CLIENTS, POSTS = 20, 500


def measure_posts(say: Callable[[str], None]) -> None:
    row = table(say, "500 posts from 20 clients at once", "errors", "p50 ms", "p95 ms", "a second")
    with served() as port:
        posts = (("objections logged", _objections()), ("answers of reviews saved", _answers()))
        for what, jobs in posts:
            row(what, *_post_all(port, jobs))


def _sessions() -> list[tuple[User, dict]]:
    """Twenty people who owe reviews, each with the headers of somebody signed in who opened a form."""
    reps = User.objects.filter(is_active=True, role="rep").order_by("-pk")
    owing = (user for user in reps if Opportunity.objects.owing_review().for_reviewer(user).exists())
    return [(user, headers_of(user)) for user in islice(owing, CLIENTS)]


def _objections() -> list[tuple[dict, list[tuple[str, str]]]]:
    """For each client its headers and what it posts: (path, body)."""
    path, today, jobs = reverse("objections:objection_create"), timezone.localdate(), []
    for user, headers in _sessions():
        bodies = [
            {
                "text": f"It takes too long, said for the {n}th time by {user.pk}",
                "weight": "concern",
                "kind": "objection",
                "heard_on": today,
            }
            for n in range(POSTS // CLIENTS)
        ]
        jobs.append((headers, [(path, urlencode(body)) for body in bodies]))
    return jobs


def _answers() -> list[tuple[dict, list[tuple[str, str]]]]:
    jobs = []
    for user, headers in _sessions():
        deals = Opportunity.objects.owing_review().for_reviewer(user).order_by("pk")
        paths = [reverse("feedback:review_answer", args=[pk, "change"]) for pk in deals.values_list("pk", flat=True)]
        body = urlencode({"would_have_changed": "An offer a month earlier"})
        jobs.append((headers, [(paths[n % len(paths)], body) for n in range(POSTS // CLIENTS)]))
    return jobs


def _post_all(port: int, jobs) -> tuple:
    start = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = [answer for answers in pool.map(lambda job: _post(port, *job), jobs) for answer in answers]
    spent = time.perf_counter() - start
    errors = sum(status != 302 for status, _ in answers)
    p50, p95 = p50_p95([seconds for _, seconds in answers])
    return errors, ms(p50), ms(p95), f"{len(answers) / spent:.0f}"


def _post(port: int, headers: dict, posts: list[tuple[str, str]]) -> list[tuple[int, float]]:
    """(status, seconds) of each, one after the other on one connection."""
    connection, answers = HTTPConnection("127.0.0.1", port, timeout=60), []
    for path, body in posts:
        start = time.perf_counter()
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read()
        answers.append((answer.status, time.perf_counter() - start))
    connection.close()
    return answers
