from collections.abc import Iterable
from datetime import date

from django.db import transaction

from feedback.kept import forget
from feedback.models import Account, Company, ExclusionRule, Holiday, Segment, User


@transaction.atomic
def save_company(*, company: Company, by: User) -> Company:
    """Saves what the company settles for itself; the next due date follows it."""
    company._history_user = by
    company.save()
    forget()
    return company


@transaction.atomic
def add_holidays(*, days: Iterable[tuple[date, str]], by: User) -> int:
    """Adds days with their names; one that is there gets the new name. Returns how many rows that made or changed.

    Holds the company meanwhile: a day that is not there yet cannot be held, and two would add it at once.
    """
    Company.objects.select_for_update().filter(pk=1).first()
    known = {holiday.day: holiday for holiday in Holiday.objects.select_for_update()}
    changed = 0
    for day, name in days:
        holiday = known.setdefault(day, Holiday(day=day))
        if holiday.name != name:
            holiday.name, holiday._history_user = name, by
            holiday.save()
            changed += 1
    forget()
    return changed


@transaction.atomic
def remove_holiday(*, holiday: Holiday, by: User) -> None:
    """The day is a business day again; one that is gone already stays gone."""
    held = Holiday.objects.select_for_update().filter(pk=holiday.pk).first()
    if held:
        held._history_user = by
        held.delete()
    forget()


class SegmentRefused(ValueError):
    """What may not be done to a segment; the message is for whoever tried."""


@transaction.atomic
def save_segment(*, segment: Segment, by: User) -> Segment:
    segment._history_user = by
    segment.save()
    return segment


@transaction.atomic
def merge_segments(*, segment: Segment, into: Segment, by: User) -> int:
    """Puts every account of one segment, and what else is for it, into another of its dimension, and removes the first;
    returns how many accounts.

    Raises `SegmentRefused` for another dimension, and while an exclusion rule names the first.
    """
    held = {row.pk: row for row in Segment.objects.select_for_update().filter(pk__in=[segment.pk, into.pk])}
    if len(held) < 2 or segment.dimension != into.dimension:
        raise SegmentRefused("Choose another segment of the same kind.")
    _refuse_named(segment)
    moved = _move_links(segment, into)
    _delete(held[segment.pk], by, f"merged into {into}")
    return moved[Account]


@transaction.atomic
def delete_segment(*, segment: Segment, by: User) -> None:
    """Raises `SegmentRefused` while an account is in it or an exclusion rule names it."""
    held = Segment.objects.select_for_update().get(pk=segment.pk)
    if held.accounts.exists():
        raise SegmentRefused("Accounts are in this segment. Merge it into another instead.")
    _refuse_named(held)
    _delete(held, by, None)


def _move_links(segment, into):
    """Of every kind of row that is in segments, also of apps above, none of them twice; how many by their model."""
    moved = {}
    for relation in Segment._meta.related_objects:
        if relation.many_to_many:
            links, other = relation.through._base_manager, relation.field.m2m_column_name()
            there = links.filter(segment=into).values(other)
            ids = list(links.filter(segment=segment).exclude(**{f"{other}__in": there}).values_list("pk", flat=True))
            moved[relation.related_model] = links.filter(pk__in=ids).update(segment=into)
    return moved


def _refuse_named(segment):
    """A rule that ever held says for good what it left out."""
    if rule := ExclusionRule.objects.filter(segment=segment).first():
        raise SegmentRefused(f"The exclusion rule “{rule}” names this segment, so it stays. Rename it instead.")


def _delete(segment, by, why):
    segment._history_user, segment._change_reason = by, why and why[:100]
    segment.delete()
