from django.db import transaction
from django.db.models import F

from feedback.models import User
from objections.models import LoggingAddress


@transaction.atomic
def renew_address(*, person: User) -> None:
    """Another private address; what is mailed to the one before is refused from now on."""
    LoggingAddress.objects.get_or_create(person=person)
    row = LoggingAddress.objects.select_for_update().get(person=person)
    row.number = F("number") + 1
    row.save()
