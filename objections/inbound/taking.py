"""What becomes of a message: logged for a known person who wrote to their private address, else refused."""

import re
from datetime import timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from feedback.actions.notifications import notify
from feedback.models import Opportunity, User
from objections.actions.objections import log_objection
from objections.inbound.messages import MOST_BYTES, Content, Head, TooLong, Unreadable, content_of, head_of
from objections.inbound.words import words_of
from objections.models import Objection
from objections.models.inbound import is_address_of

LONGEST = Objection._meta.get_field("text").max_length
TOO_LONG = f"it is longer than {LONGEST:,} letters"
OLDEST = timedelta(days=7)  # a mail that waited longer was not heard on the day its clock says, more likely is wrong
NAMED = 5  # attachments


class Outcome(StrEnum):
    LOGGED = "logged"
    AGAIN = "again"  # logged before: the mailbox was away when it should have been moved
    REFUSED = "refused"  # and its sender was told why
    UNKNOWN = "unknown"  # sender or address; nobody is told
    AUTOMATIC = "automatic"
    UNREADABLE = "unreadable"


def take(raw: bytes, size: int) -> Outcome:
    """Logs it or says why not, in one transaction; the same message twice makes one voice.

    Of a message over `MOST_BYTES` the header is enough. Raises what the database raises; then nothing was done.
    """
    try:
        head = head_of(raw)
    except Unreadable:
        return Outcome.UNREADABLE
    if head.is_automatic:
        return Outcome.AUTOMATIC
    person = _person_of(head)
    if person is None:
        return Outcome.UNKNOWN
    if not is_address_of(person, head.to):
        _tell_of_wrong_address(person)
        return Outcome.UNKNOWN
    if size > MOST_BYTES:
        return _refuse(person, head, f"it is larger than {MOST_BYTES // 1_000_000} MB")
    with timezone.override(ZoneInfo(person.time_zone)):
        return _take_content(person, head, raw)


def _person_of(head: Head) -> User | None:
    if not head.sender:
        return None
    return User.objects.filter(is_active=True, email__iexact=head.sender).select_related("logging_address").first()


def _take_content(person, head, raw):
    try:
        content = content_of(raw)
    except TooLong:
        return _refuse(person, head, TOO_LONG)
    except Unreadable:
        return _refuse(person, head, "it cannot be read as an e-mail")
    words = words_of(content.text)
    if not words:
        return _refuse(person, head, "it has no words above what it quotes", content)
    if len(words) > LONGEST:
        return _refuse(person, head, TOO_LONG, content)
    return _log(person, head, content, words)


@transaction.atomic
def _log(person: User, head: Head, content: Content, words: str) -> Outcome:
    if Objection.objects.filter(author=person, client_id=head.client_id).exists():
        return Outcome.AGAIN
    deal = deal_named(head.subject, person)
    objection = Objection(text=words, opportunity=deal, client_id=head.client_id, heard_on=_day_of(head))
    objection = log_objection(objection=objection, by=person)
    where = str(deal) if deal else "on no deal, for the subject names none for certain"
    said = f"“{Truncator(words).chars(200)}” {_left_out(content)}".strip()
    title = f"Logged from your e-mail: {where}"
    notify(users=[person], kind="mail", key=_key(head), title=title, body=said, url=objection.get_absolute_url())
    return Outcome.LOGGED


def deal_named(subject: str, person: User) -> Opportunity | None:
    """The deal that a subject names for certain: by its number, or as the only one with that name or account.

    A number counts alone (`#12`) or beside the deal's name or account, for other systems number things, too.
    """
    said = re.sub(r"^(\s*(re|fwd?|aw|wg|antw|tr|sv)\s*:)+", "", subject, flags=re.IGNORECASE).strip()
    deals = Opportunity.objects.visible_to(person).select_related("account")
    number = re.search(r"#(\d{1,18})\b", said)
    if number:
        deal = deals.filter(pk=number.group(1)).first()
        alone = re.fullmatch(r"(deal\s*)?#\d+", said, flags=re.IGNORECASE)
        names = [deal.name, deal.account.name if deal.account else ""] if deal else []
        if deal and (alone or any(name and name.casefold() in said.casefold() for name in names)):
            return deal
        said = said.replace(number.group(), "").strip()
    if len(said) < 2:
        return None
    account, _, name = (part.strip() for part in said.partition("·"))
    named = Q(name__iexact=said) | Q(account__name__iexact=said)
    if name:
        named |= Q(account__name__iexact=account, name__iexact=name)
    found = list(deals.filter(named)[:2])
    return found[0] if len(found) == 1 else None


def _day_of(head):
    """The day it was sent, where the person is; today if its clock is wrong."""
    now = timezone.now()
    is_right = head.sent_at and now - OLDEST < head.sent_at <= now
    return timezone.localdate(head.sent_at if is_right else now)


def _refuse(person: User, head: Head, why: str, content: Content | None = None) -> Outcome:
    said = f"{f'Its subject: “{head.subject[:150]}”. ' if head.subject else ''}{_left_out(content)}".strip()
    title, url = f"Your e-mail was not logged: {why}", reverse("objections:objection_create")
    notify(users=[person], kind="mail", key=_key(head), title=title, body=said, url=url)
    return Outcome.REFUSED


def _tell_of_wrong_address(person: User) -> None:
    """Once a day at most, for whoever forges a sender must not be able to bury somebody in notifications."""
    key = f"mail-address-{timezone.now():%Y-%m-%d}"
    title = "An e-mail in your name was not logged: it did not come to your private address"
    body = "If it was you, look up your address. If not, there is nothing to do."
    notify(users=[person], kind="forged-mail", key=key, title=title, body=body, url=reverse("objections:mail_address"))


def _key(head):
    return f"mail-{head.client_id}"


def _left_out(content):
    if content is None or not content.attached:
        return ""
    named = ", ".join(name[:80] for name in content.attached[:NAMED])
    more = len(content.attached) - NAMED
    return f"Not kept: {named}{f' and {more} more' if more > 0 else ''}."
