"""Wrong passwords: how many are too many, for a name and for an address, and until when nobody may try."""

from datetime import datetime

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username, get_cool_off
from axes.models import AccessAttempt
from axes.utils import reset as forget_failures
from django.conf import settings
from django.db.models import Sum
from django.utils import timezone

from feedback.models import Tries

CODE_LIMIT = 5  # wrong codes of the second factor in a quarter of an hour


class SignInThrottle(AxesDatabaseHandler):
    """Beside a name from an address (axes) also an address alone, so that trying many names does not help.

    The limit of an address is higher: a whole office may share one, and forgets a password now and then.
    """

    def get_failures(self, request, credentials=None):
        if _failures(_of_address(request)) >= settings.SIGN_IN_ADDRESS_LIMIT:
            return settings.AXES_FAILURE_LIMIT
        return super().get_failures(request, credentials)


class TriedTooOften(Exception):
    """Too many wrong passwords within a session; `until` is when the next may be given."""

    def __init__(self, until: datetime):
        super().__init__(until)
        self.until = until


def is_password_of(user, password: str) -> bool:
    """For pages that ask the signed in for their password again: counts wrong ones as the sign-in page does, for the
    person and not the session, so that a second one gives no more tries. Raises TriedTooOften."""
    until = Tries.objects.spend("password", who=str(user.pk), limit=settings.AXES_FAILURE_LIMIT, per=get_cool_off())
    if until:
        raise TriedTooOften(until)
    if not user.check_password(password):
        return False
    Tries.objects.forget("password", who=str(user.pk))
    return True


def forget_wrong_passwords(user) -> None:
    """They count no more, at the sign-in and within it. Wrong codes do: the second factor stands behind passwords."""
    forget_failures(username=user.get_username())
    Tries.objects.forget("password", who=str(user.pk))


def forget_tries(user) -> None:
    """Wrong passwords and codes of this person count no more."""
    forget_wrong_passwords(user)
    Tries.objects.forget("code", who=str(user.pk))


def is_locked_out(user) -> bool:
    """Whether too many wrong passwords or codes stop this person now, at the sign-in from some address or within it."""
    since = timezone.now() - get_cool_off()
    wrong = AccessAttempt.objects.filter(username=user.get_username(), attempt_time__gte=since)
    by_address = wrong.values("ip_address").annotate(n=Sum("failures_since_start")).order_by()
    limits = {"password": settings.AXES_FAILURE_LIMIT, "code": CODE_LIMIT}
    return by_address.filter(n__gte=settings.AXES_FAILURE_LIMIT).exists() or any(
        Tries.objects.is_spent(what, who=str(user.pk), limit=limit) for what, limit in limits.items()
    )


def locked_until(request, credentials=None) -> datetime:
    """The moment at which enough wrong passwords are old enough for the next try."""
    of_address, limit = list(_of_address(request)), settings.SIGN_IN_ADDRESS_LIMIT
    if sum(a.failures_since_start for a in of_address) < limit:
        name = get_client_username(request, credentials)
        of_address, limit = [a for a in of_address if a.username == name], settings.AXES_FAILURE_LIMIT
    left, until = sum(a.failures_since_start for a in of_address), timezone.now()
    for attempt in sorted(of_address, key=lambda a: a.attempt_time):
        if left < limit:
            break
        left -= attempt.failures_since_start
        until = attempt.attempt_time + get_cool_off(request)
    return until


def _of_address(request):
    return AccessAttempt.objects.filter(
        ip_address=request.axes_ip_address, attempt_time__gte=get_cool_off_threshold(request)
    )


def _failures(attempts):
    return sum(attempts.values_list("failures_since_start", flat=True))
