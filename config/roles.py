from django.core.exceptions import ImproperlyConfigured

KNOWN = ("rep", "marketer", "leader", "admin")


def role_mapping(text: str) -> list[tuple[str, str]]:
    """(what a claim says, role) from "sales=rep,marketing=marketer"; the first that fits wins, admin comes on top."""
    pairs = [tuple(part.strip() for part in pair.rpartition("=")[::2]) for pair in text.split(",") if pair.strip()]
    wrong = [role for name, role in pairs if not name or role not in KNOWN]
    if wrong:
        raise ImproperlyConfigured(f"OIDC_ROLES: give pairs like sales=rep; a role is one of {', '.join(KNOWN)}.")
    return pairs
