from feedback.models import DigestChoice, User


def switch_off_digest(*, person: User) -> None:
    """Keeps the days and the hour for when it is wanted again; twice is harmless."""
    DigestChoice.objects.update_or_create(person=person, defaults={"is_on": False})
