"""Whatever curators do with themes: every voice stands in one theme at most, months add up, and undo gives back."""

import itertools
from contextlib import suppress
from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback.metrics import last_months
from objections.actions.merges import merge_themes, undo_merge
from objections.actions.placements import ThemeGone, place_objection, take_out, undo_placement, undo_take_out
from objections.actions.splits import NothingToSplit, split_theme, undo_split
from objections.metrics import voices_by_month
from objections.models import Merge, Placement, Split, Theme
from tests.factories import make_objection, make_theme, place

VOICES, THEMES = 6, 3
MONTHS = last_months(date.today(), 12)
NAMES = itertools.count(1)

# Each deed names what it is done to by numbers, taken modulo what there is.
number = st.integers(0, 20)
deeds = st.lists(
    st.one_of(
        st.tuples(st.just("place"), number, number),
        st.tuples(st.just("take out"), number, number),
        st.tuples(st.just("merge"), number, number),
        st.tuples(st.just("split"), number, number),
        st.tuples(st.just("undo merge"), number, number),
        st.tuples(st.just("undo split"), number, number),
    ),
    max_size=8,
)
slowly = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


class Portal:
    """A few voices in a few themes, what was done to them, and how to take each deed back."""

    def __init__(self, rep, by):
        self.by, self.undo = by, []
        self.themes = [make_theme(f"Theme {next(NAMES)}") for _ in range(THEMES)]
        self.voices = [make_objection(f"v{n}", author=rep, heard_on=MONTHS[n % 12]) for n in range(VOICES)]
        for number, voice in enumerate(self.voices[:-1]):  # the last stands in none
            place(voice, self.themes[number % THEMES], by=by if number % 2 else None)

    def standing(self):
        return {voice.pk: (live.theme_id, live.by_id) if (live := voice.placement) else None for voice in self.voices}

    def all_themes(self):
        return list(Theme.objects.filter(pk__gte=self.themes[0].pk).order_by("pk"))

    def do(self, kind, first, second):
        getattr(self, kind.replace(" ", "_"))(first, second)

    def place(self, first, second):
        themes = [theme for theme in self.all_themes() if theme.is_active]
        voice, theme = self.voices[first % VOICES], themes[second % len(themes)]
        before = voice.placement
        made = place_objection(objection=voice, theme=theme, by=self.by)
        if made != before:
            self.undo.append(lambda: undo_placement(placement=made, by=self.by))

    def take_out(self, first, second):
        ended = take_out(objection=self.voices[first % VOICES], by=self.by)
        if ended:
            self.undo.append(lambda: undo_take_out(placement=ended))

    def merge(self, first, second):
        themes = [theme for theme in self.all_themes() if theme.is_active]
        theme, into = themes[first % len(themes)], themes[second % len(themes)]
        if theme != into:
            before = self.months(theme), self.months(into)
            merge = merge_themes(into=into, theme=theme, by=self.by)
            assert self.months(into) == [a + b for a, b in zip(*before, strict=True)]
            self.undo.append(lambda: undo_merge(merge=merge, by=self.by))

    def split(self, first, second):
        themes = [theme for theme in self.all_themes() if theme.is_active]
        theme = themes[first % len(themes)]
        some = [voice for voice in self.voices if voice.placement and voice.placement.theme == theme][: second % 3 + 1]
        try:
            split = split_theme(theme=theme, objections=some, name=f"Part {next(NAMES)}", by=self.by)
        except NothingToSplit:
            return
        self.undo.append(lambda: undo_split(split=split, by=self.by))

    def undo_merge(self, first, second):
        live = list(Merge.objects.filter(undone_at=None, theme__in=self.all_themes()))
        if live:
            undo_merge(merge=live[first % len(live)], by=self.by)

    def undo_split(self, first, second):
        live = list(Split.objects.filter(undone_at=None, theme__in=self.all_themes()))
        if live:
            undo_split(split=live[first % len(live)], by=self.by)

    def months(self, theme):
        return voices_by_month([theme], MONTHS).get(theme.pk, [0] * len(MONTHS))

    def check(self):
        """One live placement for each voice at most, none in a merged theme; all months add up to what was heard."""
        live = Placement.objects.live().filter(objection__in=self.voices)
        assert live.count() == live.values("objection").distinct().count()
        assert not live.filter(theme__state="merged").exists()
        placed = [voice for voice in self.voices if voice.placement]
        total = [sum(voice.heard_on.replace(day=1) == month for voice in placed) for month in MONTHS]
        by_theme = voices_by_month(Theme.objects.all(), MONTHS).values()
        assert [sum(counts) for counts in zip(*by_theme, strict=True)] == (total if by_theme else [])


@pytest.fixture
def portal(rep, marketer):
    class Examples:
        """Each example in a transaction of its own that is rolled back."""

        def __enter__(self):
            self.atomic = transaction.atomic()
            self.atomic.__enter__()
            return Portal(rep, marketer)

        def __exit__(self, *error):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    return Examples


@slowly
@given(deeds=deeds)
def test_no_voice_is_lost_and_months_add_up_after_any_deeds(portal, deeds):
    with portal() as themes:
        for deed in deeds:
            with suppress(ThemeGone):
                themes.do(*deed)
            themes.check()


@slowly
@given(deeds=deeds.map(lambda deeds: [deed for deed in deeds if not deed[0].startswith("undo")]))
def test_undoing_all_deeds_from_the_last_to_the_first_puts_every_voice_back(portal, deeds):
    with portal() as themes:
        before, names = themes.standing(), [(theme.pk, theme.name, theme.state) for theme in themes.all_themes()]
        for deed in deeds:
            themes.do(*deed)
        for undo in reversed(themes.undo):
            undo()
            themes.check()

        assert themes.standing() == before
        assert [(t.pk, t.name, t.state) for t in themes.all_themes()[:THEMES]] == names
        assert all(theme.state == "retired" for theme in themes.all_themes()[THEMES:])
