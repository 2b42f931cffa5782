"""What the map says: a dot for each objection, the names of themes, what colours mean, and all of it as a table."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from math import dist

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from feedback.metrics import Share, number_of
from feedback.models import Category, User
from objections import map_drawing
from objections.filters.maps import MapFilter
from objections.map_names import Name, names
from objections.models import Map, Objection, Placement, Point, Theme
from objections.theming.vectors import encoder_name

COLOURS = 10  # of the stylesheet, beside the quiet one
QUIET = 0
LETTERS = 160  # of the words that a dot shows
MOST_COMPARED = 100  # of a theme, to find its middle
NEAR = 2  # themes named as nearest
MARGIN = 3  # % of the map that stay free on every side


@dataclass(frozen=True)
class Dot:
    """An objection on the map, in % from the left and the top."""

    objection: Objection
    x: float
    y: float
    words: str
    theme: Theme | None
    colour: int

    @property
    def url(self) -> str:
        return self.objection.get_absolute_url()

    @property
    def where(self) -> str:
        deal = self.objection.opportunity
        return str(deal.account or deal.name) if deal else ""


@dataclass(frozen=True)
class Key:
    """What a colour means, with a link to these objections on the map."""

    label: str
    colour: int
    count: int
    query: str
    is_hollow: bool = False


@dataclass(frozen=True)
class Line:
    """A theme in the table; `theme` is None for the objections in none."""

    theme: Theme | None
    colour: int
    share: Share
    near: tuple[Theme, ...]
    url: str


@dataclass(frozen=True)
class Left:
    """Objections with words that are not on the map, by why."""

    older: int
    waiting: int
    unread: int

    @property
    def words(self) -> str:
        parts = (
            (self.older, "older than the newest on it"),
            (self.waiting, "to be on the next"),
            (self.unread, "not read yet or in another language"),
        )
        return ", ".join(f"{count:,} {why}" for count, why in parts if count)


@dataclass(frozen=True)
class MapPage:
    at: datetime
    title: str
    dots: list[Dot]
    rest: list[tuple[float, float]]
    names: list[tuple[str, list[Name]]]
    keys: list[Key]
    lines: list[Line]
    left: Left
    is_one_theme: bool = False
    whole: int = 0

    @property
    def count(self) -> int:
        return len(self.dots)

    @property
    def links(self) -> SafeString:
        return map_drawing.links(self.dots)

    @property
    def circles(self) -> SafeString:
        return map_drawing.circles(self.rest)


def on_map(user: User):
    """The objections on the map that this person sees; what was withdrawn since is gone from it."""
    return Objection.objects.visible_to(user).live().filter(point__isnull=False)


def map_page(drawn: Map, filterset: MapFilter, user: User) -> MapPage:
    """Seven queries, however many objections."""
    chosen = filterset.chosen
    shown = list(filterset.qs.select_related("opportunity__account").order_by("pk"))
    points = {pk: (_at(x), _at(y)) for pk, x, y in _points(user)}
    placed = dict(Placement.objects.counted().filter(objection__point__isnull=False).values_list("objection", "theme"))
    themes = Theme.objects.select_related("category").in_bulk(set(placed.values()))
    shown = [objection for objection in shown if objection.pk in points]
    counts = Counter(placed.get(objection.pk) for objection in shown)
    by_size = sorted((pk for pk in counts if pk), key=lambda pk: (-counts[pk], themes[pk].name, pk))
    by_theme = bool(chosen.get("category") or chosen.get("colour"))
    colours = _by_theme(by_size) if by_theme else _by_category(themes)
    middles = _middles(points, placed)
    dots = [_dot(objection, points, themes.get(placed.get(objection.pk)), colours, user) for objection in shown]
    in_view = {objection.pk for objection in shown}
    return MapPage(
        at=drawn.at,
        title=_title(counts, by_size, themes),
        # What is in no theme lies beneath, so that it hides nothing.
        dots=sorted(dots, key=lambda dot: dot.theme is not None),
        rest=[place for pk, place in points.items() if pk not in in_view],
        names=names((themes[pk].name, colours[pk], *middles[pk]) for pk in by_size if pk in middles),
        keys=_keys(counts, by_size, themes, colours, by_theme, chosen),
        lines=[_line(pk, counts, themes, colours, middles, chosen) for pk in [*by_size, *([None] * (None in counts))]],
        left=_left(drawn, user),
        is_one_theme=bool(chosen.get("theme")),
        whole=len(points),
    )


def words_of(objection: Objection, user: User) -> str:
    """What a dot says of an objection to this person: buyers masked, where they may not read who they are."""
    return Truncator(objection.words_for(user)).chars(LETTERS)


def _points(user):
    return Point.objects.filter(objection__in=on_map(user)).order_by("objection").values_list("objection", "x", "y")


def _at(place: float) -> float:
    return round(MARGIN + place * (100 - 2 * MARGIN), 2)


def _dot(objection, points, theme, colours, user) -> Dot:
    colour = colours[theme.pk] if theme else QUIET
    return Dot(objection, *points[objection.pk], words_of(objection, user), theme, colour)


def _by_category(themes: dict[int, Theme]) -> dict[int, int]:
    """Colours by theme id: a category keeps its own, whatever is looked at; what is no kind of its own is quiet."""
    categories = Category.objects.in_force().filter(replaced_by=None).exclude(code__in=Category.SPECIAL)
    codes = categories.values_list("code", flat=True)
    number = {code: at % COLOURS + 1 for at, code in enumerate(codes)}
    return {pk: number.get(theme.category.code, QUIET) for pk, theme in themes.items()}


def _by_theme(by_size: list[int]) -> dict[int, int]:
    """The largest themes have a colour each, the others share the quiet one."""
    return defaultdict(lambda: QUIET, {pk: at for at, pk in enumerate(by_size[:COLOURS], 1)})


def _middles(points, placed) -> dict[int, tuple[float, float]]:
    """By theme id: the objection around which most of the theme on the map is, so that its name stands there."""
    members = defaultdict(list)
    for objection, theme in placed.items():
        if objection in points:
            members[theme].append(points[objection])
    return {theme: _middle(places) for theme, places in members.items()}


def _middle(places: list[tuple[float, float]]) -> tuple[float, float]:
    places = places[:: len(places) // MOST_COMPARED + 1]
    among = len(places) // 3
    return min(places, key=lambda place: (sorted(dist(place, other) for other in places)[among], place))


def _keys(counts, by_size, themes, colours, by_theme, chosen) -> list[Key]:
    found = []
    if by_theme:
        found = [Key(themes[pk].name, colours[pk], counts[pk], _query(chosen, theme=pk)) for pk in by_size[:COLOURS]]
        if others := sum(counts[pk] for pk in by_size[COLOURS:]):
            found.append(Key("Other themes", QUIET, others, ""))
    else:
        of_category = Counter()
        categories = {themes[pk].category.code: (themes[pk].category, colours[pk]) for pk in by_size}
        for pk in by_size:
            of_category[themes[pk].category.code] += counts[pk]
        for code, count in of_category.most_common():
            category, colour = categories[code]
            found.append(Key(category.label, colour, count, _query(chosen, category=code)))
    if counts[None]:
        found.append(Key("In no theme", QUIET, counts[None], _query(chosen, placed="no"), is_hollow=True))
    return found


def _line(pk, counts, themes, colours, middles, chosen) -> Line:
    share = Share(counts[pk], counts.total())
    days = {name: chosen[name] for name in ("heard_from", "heard_to") if chosen.get(name)}
    query = urlencode(({"theme": pk} if pk else {"placed": "no"}) | days)
    return Line(
        themes[pk] if pk else None,
        colours[pk] if pk else QUIET,
        share,
        tuple(themes[other] for other in _nearest(pk, middles)) if pk else (),
        f"{reverse('objections:objection_list')}?{query}",
    )


def _nearest(theme: int, middles: dict[int, tuple[float, float]]) -> list[int]:
    others = (other for other in middles if other != theme)
    return sorted(others, key=lambda other: (dist(middles[theme], middles[other]), other))[:NEAR]


def _query(chosen, **more) -> str:
    """The filter in use, gone further. A theme has one category, so that one takes the place of the other."""
    kept = {name: getattr(value, "code", getattr(value, "pk", value)) for name, value in chosen.items() if value}
    if "placed" in more:
        kept.pop("theme", None)
        kept.pop("category", None)
    return urlencode(kept | more)


def _title(counts: Counter, by_size: list[int], themes: dict[int, Theme]) -> str:
    """The finding."""
    whole = counts.total()
    if not by_size:
        return f"{number_of(whole, 'objection')} in no theme yet" if whole else "Nothing on the map fits this filter"
    largest = themes[by_size[0]].name
    if len(by_size) == 1 and not counts[None]:
        return f"Where “{largest}” lies: {number_of(whole, 'objection')}"
    share = Share(counts[by_size[0]], whole)
    return f"“{largest}” is the largest of {number_of(len(by_size), 'theme')}: {share.counts} objections"


def _left(drawn: Map, user: User) -> Left:
    has_no_point, is_read = Q(point=None), Q(vector__encoder=encoder_name())
    is_older = Q(heard_on__lt=drawn.oldest)
    counts = (
        Objection.objects.visible_to(user)
        .live()
        .exclude(text="")
        .aggregate(
            older=Count("pk", filter=has_no_point & is_read & is_older),
            waiting=Count("pk", filter=has_no_point & is_read & ~is_older),
            unread=Count("pk", filter=has_no_point & ~is_read),
        )
    )
    return Left(**counts)
