"""What the page of one theme says: its figures, where it is heard, the loop with its clocks, and its history."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.urls import reverse

from feedback.metrics import Money, last_months, number_of
from feedback.models import Company, Opportunity, Segment
from objections.metrics import Against, AnswerState, Moment, Trend, answer_state, chains, trend_of
from objections.models import Objection, Presumption, Theme
from objections.models.triage import ROUTED
from objections.overview import Year
from objections.triage_history import triage_entries

TOP = 6
PRESUMED = 5
EDITS = 30


@dataclass(frozen=True)
class Figures:
    lost: Money
    open: Money
    months: tuple[date, ...]
    by_month: tuple[int, ...]
    against: Against | None
    answer: AnswerState

    @property
    def heard(self) -> int:
        return sum(self.by_month)

    @property
    def trend(self) -> Trend:
        return trend_of(self.by_month)

    @property
    def lost_note(self) -> str:
        return _on(self.lost, "lost deal")

    @property
    def open_note(self) -> str:
        return _on(self.open, "open deal")

    @property
    def win(self) -> str:
        return f"{self.against.theme}" if self.against and self.against.theme.whole else "–"

    @property
    def win_note(self) -> str:
        if not self.against or not self.against.theme.whole:
            return "no deal that raised it while open has closed in 12 months"
        return ", ".join(_win_words(self.against))

    @property
    def spark_label(self) -> str:
        return f"Heard by month: {', '.join(map(str, self.by_month))}"


@dataclass(frozen=True)
class Line:
    """One line of a breakdown: voices, distinct deals, and those of them that were lost."""

    label: str
    voices: int
    deals: int
    lost: int


@dataclass(frozen=True)
class Step:
    """One step of the loop; `days` since the step before that happened, None where nothing is to be counted."""

    name: str
    on: date | None
    note: str = ""
    days: int | None = None
    is_now: bool = False


def _on(money: Money, noun: str) -> str:
    return f"on {number_of(money.deals, noun)}" + (f", {money.remarks}" if money.remarks else "")


def _win_words(against: Against):
    """The base rate, the interval, and what was left out; the counts stand for a share of few deals."""
    share = against.theme
    if share.is_small:
        yield "deals won"
    else:
        low, high = share.interval
        yield f"{share.counts} deals, 95\u00a0% between {low * 100:.0f} and {high * 100:.0f}\u00a0%"
    if against.base.whole:
        yield f"without it {against.base}"
    if against.told_afterwards:
        yield f"{number_of(against.told_afterwards, 'deal')} told only afterwards"


def figures(theme: Theme, year: Year, today: date) -> Figures:
    return Figures(
        lost=year.lost.get(theme.pk, Money()),
        open=year.open.get(theme.pk, Money()),
        months=tuple(last_months(today, 12)),
        by_month=tuple(year.by_month.get(theme.pk, [0] * 12)),
        against=year.against.get(theme.pk),
        answer=answer_state([theme])[theme.pk],
    )


def breakdowns(theme: Theme) -> list[tuple[str, list[Line]]]:
    """(dimension, lines) for stage, competitor and the segments of the account; those without a line are left out.

    Three queries, whatever there is: the voices, which of their deals were lost, and the segments of these.
    """
    voices = Objection.objects.live().in_theme(theme).order_by()
    deals = Opportunity.objects.filter(pk__in=voices.exclude(opportunity=None).values("opportunity")).order_by()
    lost = set(deals.lost().values_list("pk", flat=True))
    stages, competitors, on_deal = {}, {}, {}
    for stage, competitor, deal in voices.values_list("stage", "competitor__name", "opportunity"):
        stages.setdefault(stage, []).append(deal)
        competitors.setdefault(competitor, []).append(deal)
        on_deal.setdefault(deal, []).append(deal)
    tables = {"Stage": stages, "Competitor": competitors}
    dimensions = dict(Segment._meta.get_field("dimension").choices)
    segments = {dimension: {} for dimension in dimensions}
    inside = deals.exclude(account__segments=None)
    for deal, dimension, value in inside.values_list("pk", "account__segments__dimension", "account__segments__value"):
        segments[dimension].setdefault(value, []).extend(on_deal[deal])
    tables |= {dimensions[dimension]: found for dimension, found in segments.items()}
    return [(name, lines) for name, found in tables.items() if (lines := _lines(found, lost))]


def _lines(voices: dict[str | None, list[int | None]], lost: set[int]) -> list[Line]:
    """From the deals of the voices under each label, None for a voice without one; a blank label says nothing."""
    lines = []
    for label, heard_on in voices.items():
        deals = {deal for deal in heard_on if deal is not None}
        if label:
            lines.append(Line(label, voices=len(heard_on), deals=len(deals), lost=len(deals & lost)))
    return sorted(lines, key=lambda line: (-line.voices, line.label))[:TOP]


def loop(theme: Theme) -> list[Step]:
    """Heard → themed → requested → published → told → first used → result, each with its day and the days it took."""
    (chain,) = chains([theme], Company.agreed().zone)
    notes = {Moment.TOLD: _people(chain.told)}
    return _clocked([(moment.label, chain.on.get(moment), notes.get(moment, "")) for moment in Moment])


def _clocked(days) -> list[Step]:
    """What comes next is what follows the last that has come; what lacks before that is not known any more."""
    reached = max((at for at, (_, on, _) in enumerate(days) if on), default=-1)
    before, steps = None, []
    for at, (name, on, note) in enumerate(days):
        took = max((on - before).days, 0) if on and before else None
        steps.append(Step(name, on, note, took, is_now=at == reached + 1))
        before = on or before
    return steps


def _people(count: int) -> str:
    return f"{count} {'person' if count == 1 else 'people'}" if count else ""


def history_entries(theme: Theme, *, may_undo: bool) -> list[dict]:
    """What happened to the theme, newest first, as entries of `_history.html`; what can be undone says where."""
    entries = [*_edits(theme)]
    for merge in [*theme.merged_from.select_related("theme", "by"), *theme.merges.select_related("into", "by")]:
        other = f"“{merge.theme}” into this theme" if merge.into_id == theme.pk else f"this theme into “{merge.into}”"
        entries.append(_deed(merge, f"merged {other}", "merge_undo", may_undo))
    for split in theme.splits.select_related("made", "by"):
        entries.append(_deed(split, f"split “{split.made}” off", "split_undo", may_undo))
    split_from = getattr(theme, "split_from", None)
    if split_from:
        entries.append(_deed(split_from, f"split it off “{split_from.theme}”", "split_undo", may_undo))
    entries += triage_entries(theme, may_undo=may_undo)
    for answer in theme.answers.all():
        entries.append({"by": answer.approved_by, "at": answer.approved_at, "text": f"approved the words “{answer}”"})
    for proposal in theme.proposals.filter(state="accepted", kind="new").select_related("decided_by"):
        entries.append({"by": proposal.decided_by, "at": proposal.decided_at, "text": "accepted it as proposed"})
    return sorted(entries, key=lambda entry: entry["at"], reverse=True)


def _deed(deed, text: str, url_name: str, may_undo: bool) -> dict:
    undo_url = reverse(f"objections:{url_name}", args=[deed.pk]) if may_undo and deed.undone_at is None else ""
    return {"by": deed.by, "at": deed.at, "text": text, "undone_at": deed.undone_at, "undo_url": undo_url}


def _edits(theme: Theme):
    records = list(theme.history.select_related("history_user")[: EDITS + 1])
    for new, old in pairwise(records):
        for change in new.diff_against(old).changes:
            if change.field == "owner" and new.history_change_reason == ROUTED:
                continue  # the routing tells it, with its reason
            if change.field == "category" and new.category.code == old.category.code:
                continue  # the same category in another version of the taxonomy
            text = _EDIT.get(change.field, "changed the {field}").format(
                field=theme._meta.get_field(change.field).verbose_name, old=change.old, new=_value(new, change.field)
            )
            yield {"by": new.history_user, "at": new.history_date, "text": text}
    if len(records) <= EDITS:
        made = "started with this portal" if theme.seed else "made this theme"
        yield {"by": theme.made_by, "at": theme.made_at, "text": made}


_EDIT = {
    "name": "renamed it from “{old}” to “{new}”",
    "owner": "gave it to {new}",
    "state": "made it {new}",
    "category": "moved it to the category {new}",
}


def _value(record, field: str) -> str:
    shown = getattr(record, f"get_{field}_display", None)
    return shown().lower() if shown else str(getattr(record, field))


def presumed(theme: Theme) -> dict:
    """What the machine presumes to belong here, too: how many, and the first, the surest before others."""
    rows = Presumption.objects.standing().filter(theme=theme).order_by("-sureness", "-objection_id")
    return {"count": rows.count(), "first": rows.select_related("objection__opportunity__account")[:PRESUMED]}
