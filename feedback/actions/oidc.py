from django.conf import settings
from django.db import transaction

from feedback.models import Company, User
from feedback.models.people import Role


class NotLetIn(ValueError):
    """Why the company's provider lets nobody in; the message is for the person."""


@transaction.atomic
def person_of(claims: dict) -> User:
    """The person of a verified e-mail address, with the role their claim gives. Raises NotLetIn.

    A claim that names no role of the mapping changes nothing. The last active admin stays one, whatever the claim says:
    a wrong mapping must not lock everybody out.
    """
    email = str(claims.get("email") or "").strip()
    if not email or claims.get("email_verified") is not True:
        raise NotLetIn("Your company's sign-in did not say that your e-mail address is yours. Ask whoever runs it.")
    user = User.objects.select_for_update().filter(email__iexact=email).first()
    if user and user.email.lower() != email.lower():  # PostgreSQL takes ı and ſ for I and S
        user = None
    if user is None:
        user = _new_person(email, claims)
    elif not user.is_active and user.invitations.live().exists():
        raise NotLetIn("You are invited, but have not come in yet. Open the link of your invitation first.")
    elif not user.is_active:
        raise NotLetIn("You cannot sign in here now. Ask an admin of the portal.")
    _give_role(user, claims)
    return user


def _new_person(email, claims):
    if not settings.OIDC_SIGN_UP or User.objects.filter(username__iexact=email).exists():
        raise NotLetIn("Nobody here has your e-mail address. Ask an admin of the portal to invite you.")
    name = str(claims.get("name") or email.partition("@")[0])[:150]
    user = User(username=email, email=email, name=name, time_zone=Company.current().time_zone)
    user.set_unusable_password()
    user.save()
    return user


def _give_role(user, claims):
    given = claims.get(settings.OIDC_ROLE_CLAIM) if settings.OIDC_ROLE_CLAIM else None
    given = {str(each) for each in (given if isinstance(given, list) else [given])}
    mapped = [role for name, role in settings.OIDC_ROLES if name in given]
    if not mapped:
        return
    is_admin = "admin" in mapped or _is_last_admin(user)
    role = next((role for role in mapped if role != "admin"), Role(user.role).value)
    if (user.role, user.is_superuser) == (role, is_admin):
        return
    user.role, user.is_superuser, user.is_staff = role, is_admin, is_admin
    user._change_reason = f"signed in through {settings.OIDC_NAME}"[:100]
    user.save(update_fields=["role", "is_superuser", "is_staff"])


def _is_last_admin(user):
    admins = User.objects.select_for_update().filter(is_superuser=True, is_active=True).order_by("pk")
    return [admin.pk for admin in admins] == [user.pk]
