from django.db import transaction

from feedback.meetings import agenda_of
from feedback.models import AgendaSection, Company, Meeting

COPIED = ("key", "title", "prompt", "minutes", "is_left_out")


@transaction.atomic
def start_agenda(*, meeting: Meeting) -> None:
    """Gives a new meeting the company's template; the sections of the registry where nobody saved one."""
    write_order(meeting, [_copy(row, meeting) for row in agenda_of(None)])


@transaction.atomic
def save_template(*, meeting: Meeting) -> None:
    """Makes the agenda of a meeting the one that new meetings start from. The later of two holds."""
    Company.objects.select_for_update(no_key=True).filter(pk=1).first()
    AgendaSection.objects.filter(meeting=None).delete()
    write_order(None, [_copy(row, None) for row in agenda_of(meeting)])


def lay_out(meeting: Meeting) -> list[AgendaSection]:
    """The agenda with every section saved, also those that were registered since it was made."""
    return write_order(meeting, agenda_of(meeting))


def _copy(row: AgendaSection, meeting: Meeting | None) -> AgendaSection:
    return AgendaSection(meeting=meeting, position=0, **{name: getattr(row, name) for name in COPIED})


def write_order(meeting: Meeting | None, order: list[AgendaSection]) -> list[AgendaSection]:
    """Saves the order: new rows whole, of others where they stand."""
    for position, row in enumerate(order, 1):
        row.position = position
    AgendaSection.objects.bulk_create([row for row in order if row.pk is None])
    AgendaSection.objects.bulk_update([row for row in order if row.pk], ["position"])
    return order
