"""What the company's provider says of itself, and whether it is away; each web process keeps it for itself.

Strangers open the sign-in too, so the provider is asked seldom, by one thread, and nobody waits for another's question.
"""

import logging
import threading
import time
from collections.abc import Callable

import requests

KEPT = 600  # seconds that a description holds
AWAY = 30  # seconds that a provider which did not answer is left alone
NAMED = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
log = logging.getLogger(__name__)


class ProviderAway(Exception):
    """The provider cannot be asked now, or its description is of no use."""


class Discovery:
    def __init__(self):
        self.asking = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self.known, self.known_until, self.away_until = None, 0.0, 0.0

    @property
    def is_away(self) -> bool:
        return time.monotonic() < self.away_until

    def note_away(self, error: Exception) -> None:
        log.warning("the provider cannot be asked: %s", type(error).__name__)
        self.away_until = time.monotonic() + AWAY

    def __call__(self, ask: Callable[[], dict]) -> dict:
        """The description, from `ask` when it is not known or old. Raises ProviderAway, at once while it is away."""
        if time.monotonic() < self.known_until:
            return self.known
        if self.is_away:
            raise ProviderAway
        if not self.asking.acquire(blocking=False):
            return self._old()
        try:
            self.known, self.known_until = _whole(ask()), time.monotonic() + KEPT
        except (requests.RequestException, ValueError) as error:
            self.note_away(error)
            raise ProviderAway from error
        finally:
            self.asking.release()
        return self.known

    def _old(self):
        if self.known is None:
            raise ProviderAway
        return self.known


def _whole(description):
    if not isinstance(description, dict) or not all(isinstance(description.get(name), str) for name in NAMED):
        raise ValueError
    return description


discovery = Discovery()
