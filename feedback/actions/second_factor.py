from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.db import transaction

from feedback.actions.sessions import end_sessions
from feedback.models import SecondFactorReset, User
from feedback.second_factor import has_second_factor, takes_code


class WrongCode(ValueError):
    """The code is not the app's of now."""


@transaction.atomic
def turn_on_second_factor(*, user: User, secret: str, code: str) -> list[str]:
    """Makes the secret this person's and returns the recovery codes. Raises WrongCode, and then nothing is changed."""
    Authenticator.objects.filter(user=user).delete()
    TOTP.activate(user, secret)
    if not takes_code(user, code):
        raise WrongCode
    return RecoveryCodes.activate(user).generate_codes()


@transaction.atomic
def renew_recovery_codes(*, user: User) -> list[str]:
    """New codes; the earlier ones stop working."""
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    return RecoveryCodes.activate(user).generate_codes()


@transaction.atomic
def turn_off_second_factor(*, user: User) -> None:
    Authenticator.objects.filter(user=user).delete()


@transaction.atomic
def reset_second_factor(*, user: User, by: User) -> bool:
    """For somebody who lost the device: takes it off, signs them out everywhere, and keeps who did so."""
    if not has_second_factor(user):
        return False
    turn_off_second_factor(user=user)
    SecondFactorReset.objects.create(user=user, by=by)
    end_sessions(user=user)
    return True
