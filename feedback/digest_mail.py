"""Sending digests: whose hour has come, each once, and where there is no mail at all."""

import logging
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.mail import EmailMultiAlternatives
from django.core.signing import BadSignature, Signer
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from feedback.addresses import absolute
from feedback.digests import digest_of
from feedback.jobs import Run, runs
from feedback.mailing import hold, send, send_waiting
from feedback.models import Company, Digest, DigestChoice, User
from feedback.models.digests import LATEST, DigestOutcome

log = logging.getLogger(__name__)
LOOKED_AT = ("person", "day", "tries", "outcome")
FIRST_SINCE = timedelta(days=7)  # how far the first digest looks back
LONGEST_SINCE = timedelta(days=31)
_signer = Signer(sep=".", salt="feedback.digest-off")


def choice_of(person: User) -> DigestChoice:
    """When they get it: what they chose, or an unsaved default."""
    return getattr(person, "digest_choice", None) or DigestChoice(person=person)


def off_url(person: User) -> str:
    """The address that switches their digest off and does nothing else."""
    return absolute(reverse("feedback:digest_off", args=[_signer.sign(person.pk)]))


def person_of_off(token: str) -> User | None:
    try:
        return User.objects.filter(pk=_signer.unsign(token)).first()
    except BadSignature:
        return None


def due_now(now: datetime) -> list[tuple[User, date, datetime]]:
    """(person, day, moment) of every slot that has come and is not dealt with. Two queries.

    What was tried most comes last, so that one digest that cannot be made holds up nobody for long.
    """
    people = User.objects.filter(is_active=True).exclude(email="").select_related("digest_choice").order_by("pk")
    # A slot is at most a day old, and a day begins up to 14 hours apart.
    lately = Digest.objects.filter(due_at__gt=now - LATEST - timedelta(days=2))
    tries = {(person, day): (tries, outcome) for person, day, tries, outcome in lately.values_list(*LOOKED_AT)}
    slots = ((person, _slot_of(person, now)) for person in people)
    due = [(person, *slot) for person, slot in slots if slot and not tries.get((person.pk, slot[0]), (0, ""))[1]]
    return sorted(due, key=lambda each: tries.get((each[0].pk, each[1]), (0, ""))[0])


def _slot_of(person, now):
    choice = choice_of(person)
    return choice.slot_before(now, ZoneInfo(person.time_zone)) if choice.is_on else None


@runs("send_digests", whenever=lambda: bool(due_now(timezone.now())))
def send_digests(run: Run) -> None:
    """Sends what is due. A mail server that is away ends the round; ten minutes later it is asked again."""
    ended = send_waiting(run, due_now(timezone.now()), _send_slot)
    with run.finish():
        run.result = dict(ended)


def _send_slot(slot, connection):
    """Blank, too, where another has the digest or has dealt with it."""
    person, day, moment = slot
    digest, _ = Digest.objects.get_or_create(person=person, day=day, defaults={"due_at": moment})
    if not hold(Digest.objects.unsent().filter(pk=digest.pk)):
        return ""
    digest.refresh_from_db()
    return _end(digest, connection)


def _end(digest: Digest, connection) -> str | None:
    """How it ended; blank where it is to be tried again, None where nobody else need be tried now."""
    as_of = timezone.now()
    message = message_of(digest, as_of)
    fields = {"message_id": digest.message_id, "person": digest.person_id, "try": digest.tries}
    if message is None:
        outcome = DigestOutcome.QUIET
    elif connection is None:
        outcome = DigestOutcome.NO_MAIL
        log.info("digest made, and no mail is set up", extra=fields)
    else:
        outcome = send(message, connection, "digest", fields)
    ended = {"outcome": outcome, "as_of": as_of} if outcome else {}
    Digest.objects.unsent().filter(pk=digest.pk).update(held_until=None, **ended)
    return outcome


def message_of(digest: Digest, as_of: datetime) -> EmailMultiAlternatives | None:
    """The mail, or None where there is nothing to say."""
    person = digest.person
    with timezone.override(ZoneInfo(person.time_zone)):
        said = digest_of(person, _since(digest, as_of))
        if not said:
            return None
        context = {
            "person": person,
            "company": Company.agreed(),
            "parts": said,
            "home": absolute(reverse("feedback:home")),
            "profile": absolute(reverse("feedback:profile")),
            "off": off_url(person),
        }
        bodies = [_with_parts(context, ending) for ending in ("txt", "html")]
    headlines = [told["headline"] for _, told in said if told.get("headline")]
    message = EmailMultiAlternatives(
        subject=f"Closed Loop: {', '.join(headlines)}",
        body=bodies[0],
        to=[person.email],
        headers={
            "Message-ID": digest.message_id,
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{off_url(person)}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    message.attach_alternative(bodies[1], "text/html")
    return message


def _with_parts(context, ending):
    told = [render_to_string(f"{part.template}.{ending}", {**context, "part": told}) for part, told in context["parts"]]
    return render_to_string(f"feedback/digests/mail.{ending}", {**context, "told": told})


def _since(digest, as_of):
    """Up to when the digest before told what was new."""
    last = Digest.objects.told().filter(person=digest.person_id).order_by("-as_of").first()
    return max(last.as_of, as_of - LONGEST_SINCE) if last else as_of - FIRST_SINCE
