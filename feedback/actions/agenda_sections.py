from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from feedback.actions.agendas import lay_out, write_order
from feedback.actions.meetings import open_meeting
from feedback.agendas import NEEDED, free_key, moved, moved_before
from feedback.meanwhile import WrittenMeanwhile, crossed
from feedback.models import AgendaSection, Meeting, User


@transaction.atomic
def move_section(*, meeting: Meeting, key: str, step: int) -> None:
    """Moves a section one place up (-1) or down (1); at an end it stays."""
    meeting = open_meeting(meeting)
    order = lay_out(meeting)
    write_order(meeting, moved(order, row_of(order, key), step))


@transaction.atomic
def place_section(*, meeting: Meeting, key: str, before: str) -> None:
    """Puts a section in front of another, at the end when there is none of that key."""
    meeting = open_meeting(meeting)
    order = lay_out(meeting)
    write_order(meeting, moved_before(order, row_of(order, key), before))


@transaction.atomic
def leave_out_section(*, meeting: Meeting, key: str, by: User) -> None:
    """Takes a section off the agenda, with its notes kept; decisions stay on it."""
    _set_left_out(meeting, key, key not in NEEDED, by)


@transaction.atomic
def take_in_section(*, meeting: Meeting, key: str, by: User) -> None:
    _set_left_out(meeting, key, False, by)


@transaction.atomic
def add_section(*, meeting: Meeting, section: AgendaSection, by: User) -> AgendaSection:
    """Adds a section of one's own: at the end, but before the decisions if they come last."""
    meeting = open_meeting(meeting)
    order = lay_out(meeting)
    section.meeting, section.key = meeting, free_key(order)
    section.changed_by, section.changed_at = by, timezone.now()
    place = len(order) - 1 if order and order[-1].key in NEEDED else len(order)
    write_order(meeting, [*order[:place], section, *order[place:]])
    return section


@transaction.atomic
def change_section(
    *, section: AgendaSection, fields: list[str], by: User, before: Mapping[str, object] | None = None
) -> None:
    """Saves what was changed of `fields` (minutes; title and prompt of an own section).

    `before` and `WrittenMeanwhile` as in `feedback.actions.decisions.change_decision`.
    """
    meeting = open_meeting(section.meeting)
    standing = row_of(lay_out(meeting), section.key)
    if found := crossed(section, standing, fields, before or {}):
        raise WrittenMeanwhile(standing, found, by=standing.changed_by, at=standing.changed_at)
    for name in fields:
        setattr(standing, name, getattr(section, name))
    standing.changed_by, standing.changed_at = by, timezone.now()
    standing.save(update_fields=[*fields, "changed_by", "changed_at"])


def _set_left_out(meeting: Meeting, key: str, is_left_out: bool, by: User) -> None:
    meeting = open_meeting(meeting)
    row = row_of(lay_out(meeting), key)
    row.is_left_out, row.changed_by, row.changed_at = is_left_out, by, timezone.now()
    row.save(update_fields=["is_left_out", "changed_by", "changed_at"])


def row_of(order: list[AgendaSection], key: str) -> AgendaSection:
    """Raises AgendaSection.DoesNotExist."""
    found = next((row for row in order if row.key == key), None)
    if found is None:
        raise AgendaSection.DoesNotExist(key)
    return found
