"""Whatever happens after closing, a pack stays byte for byte as it was; only erasing makes a new one, which says so."""

import itertools
import json
from contextlib import suppress
from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from feedback.actions.company import save_company
from feedback.actions.decisions import add_action, add_decision, change_action
from feedback.actions.meetings import close_meeting, reopen_meeting, write_note
from feedback.actions.opportunities import change_opportunity
from feedback.actions.personal_data import erase_person, erase_words
from feedback.actions.reviews import change_reason, withdraw_review
from feedback.actions.second_codings import code_again
from feedback.actions.taxonomy import publish_taxonomy, retire_row, start_draft
from feedback.models import Action, Company, Decision, Definition, Destination, Opportunity, Pack, Review
from feedback.packs import canonical, checksum, differences
from feedback.redaction import REMOVED, Redaction
from objections.actions.merges import merge_themes
from objections.actions.objections import change_objection, withdraw_objection
from objections.actions.themes import change_theme, retire_theme
from objections.models import Objection, Theme
from tests.factories import make_lost, make_meeting, make_objection, make_review, make_theme, place, reason
from tests.feedback.exports import bring_in, deals, take_back

MONTH, DAY = date(2026, 3, 1), date(2026, 3, 10)
WORDS, BUYER = ("hm", "Nie gehört", "<b>bold</b>", "Anna Meier again", "€ 9,999"), "Anna Meier"
numbers = itertools.count(1)
at = st.integers(0, 9)
rolled_back = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture
def pack(leader, marketer, rep):
    """A closed meeting in which buyers are quoted, deals discussed, notes written, and promises made by name."""
    destination = Destination.objects.in_force().get(code="competitor")
    meeting = make_meeting(MONTH, by=leader, facilitator=leader)
    themes = [make_theme("Dearer than others"), make_theme("No reference", category="trust")]
    for number, code in enumerate(("PRICE", "TRUST", "SILENT", "PRICE")):
        deal = make_lost(f"Deal {number}", account=f"Account {number}", closed_on=DAY, amount=1000, owner=rep)
        said = {"would_have_changed": f"Had {BUYER} seen it", "destination": destination}
        review = make_review(deal, author=rep, code=code, **said)
        voice = make_objection(f"{BUYER}: too dear {number}", author=rep, opportunity=deal, heard_on=DAY, is_quote=True)
        place(voice, themes[number % 2])
        meeting.opportunities.add(deal)
    code_again(meeting=meeting, review=review, destination=destination, reason=reason("VALUE"), by=marketer)
    write_note(meeting=meeting, section="reasons", text=f"Ask {BUYER}", by=leader)
    add_decision(meeting=meeting, decision=Decision(text="Offer a fixed price", owner=rep), by=leader)
    add_action(meeting=meeting, action=Action(text="Write it", owner=rep, due_on=date(2026, 4, 9)), by=leader)
    return close_meeting(meeting=meeting, by=leader)


class Later:
    """What people do after the close. Each deed names what it is done to by a number, modulo what there is."""

    def __init__(self, pack, rep, by):
        self.pack, self.rep, self.by = pack, rep, by

    def pick(self, rows, number):
        rows = list(rows.order_by("pk"))
        return rows[number % len(rows)]

    def change_deal(self, number):
        deal = self.pick(Opportunity.objects.all(), number)
        deal.amount, deal.name, deal.closed_on = number * 7, WORDS[number % 5], date(2026, 3, 1 + number)
        change_opportunity(opportunity=deal, fields=["amount", "name", "closed_on"], by=self.by)

    def lose_another(self, number):
        deal = make_lost("Late", account="Late", amount=10 * number, closed_on=DAY)
        make_review(deal, author=self.rep, code="BUDGET", would_have_changed=WORDS[number % 5])

    def change_review(self, number):
        review = self.pick(Review.objects.all(), number)
        change_reason(review=review, by=self.by, to=reason("TRUST" if number % 2 else "VALUE"))
        review.would_have_changed = WORDS[number % 5]
        review.save()

    def withdraw_review(self, number):
        withdraw_review(review=self.pick(Review.objects.all(), number), by=self.by)

    def publish_taxonomy(self, number):
        draft = start_draft(by=self.by)
        rows = draft.reasons.in_use().top_level().filter(code__in=("PRICE", "TRUST", "VALUE"))
        if rows.count() > 1:
            row = self.pick(rows, number)
            retire_row(row=row, replaced_by=rows.exclude(pk=row.pk).first(), by=self.by)
        publish_taxonomy(draft=draft, by=self.by)

    def merge_themes(self, number):
        active = list(Theme.objects.active().order_by("-pk")[:2])
        if len(active) == 2:
            merge_themes(into=active[number % 2], theme=active[1 - number % 2], by=self.by)

    def rename_theme(self, number):
        theme = self.pick(Theme.objects.active(), -1 - number % 2)
        theme.name = f"Renamed {next(numbers)}"
        change_theme(theme=theme, by=self.by)

    def retire_theme(self, number):
        retire_theme(theme=self.pick(Theme.objects.active(), -1 - number % 2), by=self.by)

    def change_objection(self, number):
        voice = self.pick(Objection.objects.all(), number)
        voice.text, voice.heard_on = WORDS[number % 5], date(2026, 3, 1 + number)
        change_objection(objection=voice, by=self.by)

    def withdraw_objection(self, number):
        withdraw_objection(objection=self.pick(Objection.objects.all(), number), by=self.by)

    def import_and_undo(self, number):
        line = f"I{next(numbers)},,GTX Basic,Account {number % 4},Lost,2026-02-01,2026-03-11,{number * 100}"
        parent = bring_in(deals(line))
        if number % 2:
            take_back(parent, self.by)

    def change_company(self, number):
        company = Company.current()
        company.name, company.currency = WORDS[number % 5], ("EUR", "USD", "SEK")[number % 3]
        company.colour = f"#{number}{number}0000"
        save_company(company=company, by=self.by)

    def change_definition(self, number):
        old = self.pick(Definition.objects.all(), number)
        Definition.objects.create(slug=old.slug, version=100 + next(numbers), title="Other", text=WORDS[number % 5])
        Definition.objects.filter(pk=old.pk).update(title="Renamed", text="Never agreed")

    def change_words(self, number):
        meeting = self.pack.meeting
        meeting.notes.update(text=WORDS[number % 5])
        meeting.decisions.update(text="Never decided")
        for action in meeting.actions.all():
            action.text = "Never promised"
            change_action(action=action, fields=["text"])

    def forget_coding(self, number):
        self.pack.meeting.second_codings.all().delete()

    def reopen_and_close(self, number):
        reopen_meeting(meeting=self.pack.meeting, by=self.by)
        close_meeting(meeting=self.pack.meeting, by=self.by)

    DEEDS = (
        change_deal,
        lose_another,
        change_review,
        withdraw_review,
        publish_taxonomy,
        merge_themes,
        rename_theme,
        retire_theme,
        change_objection,
        withdraw_objection,
        import_and_undo,
        change_company,
        change_definition,
        change_words,
        forget_coding,
        reopen_and_close,
    )


deed = st.tuples(st.sampled_from(Later.DEEDS), at)
all_of_them = [(each, number) for number, each in enumerate(Later.DEEDS)]


def stored(pack):
    return Pack.objects.values_list("content", "html", "checksum").get(pk=pack.pk)


class Undone(Exception):
    """Ends an example, so that the next one begins where this one did."""


def within(work):
    with suppress(Undone), transaction.atomic():
        work()
        raise Undone


@rolled_back
@example(later=[(each, number % 10) for each, number in all_of_them])
@given(later=st.lists(deed, min_size=1, max_size=5))
def test_it_stays_as_it_was_closed_whatever_happens_later(pack, rep, admin, later):
    def work():
        before, portal = stored(pack), Later(pack, rep, admin)
        for do, number in later:
            do(portal, number % 10)
            assert stored(pack) == before, do.__name__
        assert all(differences(each) == [] for each in Pack.objects.select_related("meeting"))

    within(work)


def figures(content):
    """All that is no text, in order: what erasing must leave alone."""
    if isinstance(content, dict):
        return [figures(value) for key, value in sorted(content.items()) if key not in ("removals", "digests")]
    if isinstance(content, list):
        return [figures(value) for value in content]
    return None if isinstance(content, str) else content


@rolled_back
@given(later=st.lists(deed, max_size=2), person=st.booleans())
def test_erasing_makes_a_new_signed_pack_that_names_what_was_removed(pack, rep, admin, later, person):
    def work():
        was = json.loads(pack.content)
        for do, number in later:
            do(Later(pack, rep, admin), number)
        if person:
            erase_person(person=rep, why="Ticket 7", by=admin)
        else:
            erase_words(redaction=Redaction([BUYER]), why="Ticket 7", by=admin)
        erased = Pack.objects.get(pk=pack.pk)
        now, gone = json.loads(erased.content), rep.name if person else BUYER
        assert gone in pack.content
        assert gone not in erased.content + erased.html
        assert REMOVED in erased.content
        [removal] = now["removals"]
        assert removal["checksum_before"] == pack.checksum
        before, after = ({each["key"]: each for each in content["sections"]} for content in (was, now))
        assert removal["parts"] == [f"section {key}" for key in before if before[key] != after[key]]
        assert figures(now) == figures(was)
        assert differences(erased) == []

    within(work)


def part_at(content, place):
    """The section of a pack's content that a place in its text belongs to, or nothing."""
    for section in json.loads(content)["sections"]:
        start = content.find(canonical(section))
        if start <= place < start + len(canonical(section)):
            return section["key"]
    return ""


def test_tampering_with_any_byte_of_any_part_is_named(pack):
    @settings(max_examples=150, deadline=None)
    @given(
        column=st.sampled_from(["content", "html"]),
        place=st.floats(0, 1, exclude_max=True),
        mark=st.sampled_from("x7 "),
    )
    def alter(column, place, mark):
        text = getattr(pack, column)
        place = int(place * len(text))
        if text[place] == mark:
            return
        altered = text[:place] + mark + text[place + 1 :]
        named = differences(_with(pack, **{column: altered}))
        assert named, f"{column} at {place}"
        if column == "html":
            assert named == ["html"]
        elif (key := part_at(text, place)) and named != ["content (it cannot be read)"]:
            assert f"section {key}" in named

    alter()


@pytest.mark.parametrize("seals_anew", [False, True])
def test_a_figure_altered_in_any_section_is_named_even_where_the_checksum_is_made_anew(pack, seals_anew):
    for number, section in enumerate(json.loads(pack.content)["sections"]):
        content = json.loads(pack.content)
        content["sections"][number]["data"]["slipped in"] = 7
        text = canonical(content)
        made = checksum(text, pack.html) if seals_anew else pack.checksum
        assert differences(_with(pack, content=text, checksum=made)) == [f"section {section['key']}"]


def _with(pack, **columns):
    """The pack as somebody who writes to the database would leave it."""
    copy = Pack.objects.get(pk=pack.pk)
    for name, value in columns.items():
        setattr(copy, name, value)
    return copy
