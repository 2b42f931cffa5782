"""A webhook as an admin left it: tried for some weeks, switched off since. Nothing is ever sent to it."""

from datetime import timedelta
from random import Random

from feedback.actions.endpoints import make_endpoint
from feedback.models import Attempt, Delivery, Endpoint, User
from feedback.models.webhooks import DeliveryState, Format
from objections.actions.announcing import event_of, move_key, moved_content, published_content
from objections.actions.telling import publication_key
from objections.demo.days import Days
from objections.models import Move, Publication

URL = "https://hooks.slack.example/services/T0DEMO/B0DEMO/not-a-real-one"  # `.example` stands for no machine anywhere
EVENTS = ["collateral.published", "request.moved", "request.declined", "request.closed"]
SINCE, UNTIL = timedelta(days=80), timedelta(days=6)  # before today; what is older has been cleared
MOST = 14
REFUSED = 3  # the place of the one that was given up, counted from the latest


def make_webhook(admin: User, days: Days, rng: Random) -> None:
    endpoint = Endpoint(name="#field-answers", format=Format.SLACK, events=EVENTS, is_active=False)
    make_endpoint(endpoint=endpoint, url=URL, by=admin)
    span = [days.close_of(days.today - ago) for ago in (SINCE, UNTIL)]
    publications = Publication.objects.filter(at__range=span).select_related("collateral", "version")
    moves = Move.objects.filter(at__range=span).select_related("request")
    told = [(row.at, publication_key(row), "collateral.published", published_content(row)) for row in publications]
    told += [(row.at, move_key(row), event_of(row), moved_content(row)) for row in moves]
    for place, (at, key, event, content) in enumerate(sorted(told, key=lambda each: each[:2], reverse=True)[:MOST]):
        state = DeliveryState.GIVEN_UP if place == REFUSED else DeliveryState.DELIVERED
        made = {"key": key, "event": event, "content": content, "at": at, "state": state}
        delivery = Delivery.objects.create(endpoint=endpoint, event_id=f"msg_{rng.getrandbits(128):032x}", **made)
        _try(delivery, rng)


def _try(delivery: Delivery, rng: Random) -> None:
    """Delivered at once, or refused until it was given up."""
    if delivery.state == DeliveryState.DELIVERED:
        tries = [(1, 200, "ok")]
    else:
        waits = (1, 32, 150, 640, 2_500, 10_300, 41_000, 84_000)
        tries = [(seconds, 503, "upstream connect error") for seconds in waits]
    Attempt.objects.bulk_create(
        Attempt(
            delivery=delivery,
            at=delivery.at + timedelta(seconds=seconds),
            status=status,
            milliseconds=rng.randint(90, 420),
            words=words,
        )
        for seconds, status, words in tries
    )
