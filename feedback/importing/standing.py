"""What a plan stands on: read before it is made, and again under the lock, to see that nobody changed it meanwhile."""

from django.db.models import QuerySet

from feedback.importing.accounts import Link
from feedback.importing.deals import FIELDS
from feedback.models import Account, Company, Exclusion, Product, Review, Segment, Source, Team, User

NAMES = {
    Source: ["name", "reviews_from"],
    User: ["name", "username", "crm_id", "email", "role", "is_active", "team"],
    Team: ["name", "manager"],
    Product: ["name", "key", "series", "list_price"],
    Account: ["name", "key", "employees"],
    Segment: ["dimension", "value"],
    Company: ["currency"],
}
BUILT_ON_DEALS = {
    Link: ["account", "segment"],
    Review: ["archived_at"],
    Exclusion: ["undone_at", "undone_by"],
}


def standing(deals: QuerySet, tables: dict = NAMES) -> int:
    """One number for these deals and tables as they are. It is only ever compared inside one process."""
    rows = [(deals, ["external_id", *FIELDS]), *((model._base_manager.all(), names) for model, names in tables.items())]
    return hash(tuple(_digest(queryset.order_by(), names) for queryset, names in rows))


def _digest(queryset, names):
    """(rows, a number for what they say, in whatever order they come)"""
    count = digest = 0
    for row in queryset.values_list("pk", *names).iterator():
        count, digest = count + 1, digest ^ hash(row)
    return count, digest
