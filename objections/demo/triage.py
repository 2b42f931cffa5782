"""What triage made of themes: one pinned, others routed to the team that can change something."""

from collections.abc import Iterator
from functools import partial

from feedback.models import User
from objections.actions.pins import pin_theme
from objections.actions.routings import note_on_routing, route_theme
from objections.demo.content import Event
from objections.demo.corpus import address, themes
from objections.demo.days import Days
from objections.models import Routing, Theme


def events(people: dict[str, User], made: dict[str, Theme], days: Days) -> Iterator[Event]:
    for slug, given in themes().items():
        theme, routed, pinned = made[slug], given["course"].get("routed"), given["course"].get("pinned")
        if routed:
            by = people[address(routed["by"])]
            deed = partial(route_theme, theme=theme, to=routed["to"], why=routed["why"], by=by)
            yield days.close_of(days.ago(routed["ago"])), deed
            yield days.close_of(days.ago(routed["noted"])), partial(_note, theme, routed["came_of"], by)
        if pinned:
            by = people[address(pinned["by"])]
            yield (
                days.close_of(days.ago(pinned["ago"])),
                partial(pin_theme, theme=theme, reason=pinned["reason"], by=by),
            )


def _note(theme: Theme, text: str, by: User) -> None:
    note_on_routing(routing=Routing.objects.live().get(theme=theme), text=text, by=by)
