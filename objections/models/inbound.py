from django.conf import settings
from django.db import models
from django.utils.crypto import constant_time_compare, salted_hmac

from feedback.models import User

LETTERS = "abcdefghijklmnopqrstuvwxyz234567"  # a mail server may change the case, so one case only
LENGTH = 16  # 80 bits


class LoggingAddress(models.Model):
    """Which private address a person logs objections under by mail: the `number`-th, 0 where there is no row.

    The secret in it follows from the portal's key, so it can be shown again and stands in no backup.
    """

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="logging_address")
    number = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name_plural = "logging addresses"

    def __str__(self):
        return f"logging address {self.number} of {self.person}"


def secret_of(person: User) -> str:
    """What stands behind the plus in their private address now."""
    row = getattr(person, "logging_address", None)
    said = f"{person.pk}:{row.number if row else 0}"
    digest = salted_hmac("objections.logging-address", said, algorithm="sha256").digest()
    return "".join(LETTERS[byte % 32] for byte in digest[:LENGTH])


def address_of(person: User) -> str:
    """Where they mail objections to, or nothing where no mailbox is set up."""
    if not settings.INBOUND_MAIL_URL:
        return ""
    local, _, domain = settings.INBOUND_MAIL_ADDRESS.rpartition("@")
    return f"{local}+{secret_of(person)}@{domain}"


def is_address_of(person: User, addresses: list[str]) -> bool:
    """Whether one of these is theirs, as it is now."""
    theirs = address_of(person).casefold()
    return bool(theirs) and any(constant_time_compare(theirs, address.casefold()) for address in addresses)
