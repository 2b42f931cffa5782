"""What a request or a job reads once, however many rows it is needed for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

T = TypeVar("T")
_kept: ContextVar[dict | None] = ContextVar("kept", default=None)


@contextmanager
def kept_once() -> Iterator[None]:
    """Within it `once` loads each thing a single time; outside of it every time, so nothing grows old unseen."""
    token = _kept.set({} if _kept.get() is None else _kept.get())
    try:
        yield
    finally:
        _kept.reset(token)


def once(key: str, load: Callable[[], T]) -> T:
    kept = _kept.get()
    if kept is None:
        return load()
    if key not in kept:
        kept[key] = load()
    return kept[key]


def forget() -> None:
    """To be called by what changes such a thing."""
    kept = _kept.get()
    if kept is not None:
        kept.clear()


class KeptOnceMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with kept_once():
            return self.get_response(request)
