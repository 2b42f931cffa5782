"""The history of many deals at once, written by the database itself: it is most of an import's time otherwise."""

from django.db import connections, models
from django.db.models import QuerySet, Value
from django.utils import timezone

from feedback.models import Import, Opportunity, User

MADE, CHANGED, DELETED = "+", "~", "-"


def record(deals: QuerySet, kind: str, by: User | None, reason: str) -> None:
    """Adds a row of history for each of these deals as they are now."""
    past = Opportunity.history.model
    told = {
        "history_type": Value(kind),
        "history_date": Value(timezone.now(), models.DateTimeField()),
        "history_user_id": Value(by and by.pk, models.BigIntegerField()),
        "history_change_reason": Value(reason),
    }
    names = [field.attname for field in past.tracked_fields]
    select, values = deals.order_by().annotate(**told).values_list(*names, *told).query.sql_with_params()
    database = connections[deals.db]
    quoted = [database.ops.quote_name(past._meta.get_field(name).column) for name in (*names, *told)]
    table = database.ops.quote_name(past._meta.db_table)
    with database.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({', '.join(quoted)}) {select}", values)  # noqa: S608  names of columns


def deals_of(parent: Import, *, made: bool) -> QuerySet:
    """The deals that the import made, or those it changed, by its ledger."""
    changes = parent.changes.filter(model="opportunity", before__isnull=made)
    return Opportunity.objects.filter(pk__in=changes.values("row_id"))
