from feedback.models import Session, User


def end_sessions(*, user: User, but: str | None = None) -> int:
    """Signs the person out everywhere, or everywhere but in the session with the key `but`; returns where it did."""
    ended, _ = Session.objects.filter(user=user).exclude(session_key=but or "").delete()
    return ended
