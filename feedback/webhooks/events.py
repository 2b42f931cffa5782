"""The events an endpoint can be told of; apps above add theirs in `AppConfig.ready()`.

What is sent leaves the portal for good: names of themes and collateral, states, kinds, numbers and links. Never what a
buyer or a colleague wrote, and no amounts.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Event:
    """`title` says when it is sent. `words`, `path` and `data` are an example of what is."""

    key: str
    position: int
    title: str
    words: str
    path: str = "/"
    data: dict = field(default_factory=dict)

    @property
    def example(self) -> dict:
        return {"words": self.words, "path": self.path, "data": self.data}


TEST = Event("test", 0, "A test, sent by hand", "This is a test from Closed Loop.")
events: dict[str, Event] = {}


def add_event(event: Event) -> None:
    events[event.key] = event


def all_events() -> list[Event]:
    return sorted(events.values(), key=lambda event: event.position)


def register() -> None:
    """What happens in this app."""
    about = {"id": 9, "month": "2026-10", "first_day": "2026-10-01", "last_day": "2026-10-31"}
    data = {"meeting": {**about, "version": 1, "decisions": 3, "actions": 5}}
    words = "The meeting of October 2026 is closed, with 3 decisions and 5 actions."
    add_event(Event("meeting.closed", 70, "A meeting is closed", words, "/meetings/9/", data))
    data = {"decision": {"id": 31}, "meeting": about}
    words = "The meeting of October 2026 decided something. Its words are in the portal."
    add_event(Event("decision.taken", 72, "A meeting that closed took a decision", words, "/meetings/9/", data))
