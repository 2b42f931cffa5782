"""One message as it came: who sent it to which addresses, whether by itself, and what it says."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from email.utils import getaddresses, parsedate_to_datetime
from uuid import UUID, uuid5

from objections.inbound.words import text_of_html

MOST_BYTES = 5_000_000  # of a whole message, its attachments included
MOST_LETTERS = 200_000  # of the part that is read
_NAMESPACE = UUID("6f1c1b52-6a7e-5d0c-9a0b-0d9f6b1f6a44")
# What the standard library is known to raise on mails that are malformed, beside its own errors.
BROKEN = (MessageError, ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError)


class Unreadable(Exception):
    """It cannot be made sense of as a mail."""


class TooLong(Exception):
    """Its text is longer than anybody types."""


@dataclass(frozen=True)
class Head:
    """What the header says. `sender` is blank unless there is exactly one."""

    sender: str
    to: list[str]
    subject: str
    sent_at: datetime | None
    client_id: UUID
    is_automatic: bool


def head_of(raw: bytes) -> Head:
    """Raises Unreadable. The header is enough of `raw`."""
    try:
        head = re.split(rb"\r?\n\r?\n", raw, maxsplit=1)[0]
        message = message_from_bytes(head + b"\n\n", policy=default)
        senders = _addresses(message, "from")
        return Head(
            sender=senders[0] if len(senders) == 1 else "",
            to=_addresses(message, "to", "cc", "delivered-to", "x-original-to", "envelope-to"),
            subject=_line(message["subject"]),
            sent_at=_moment(message),
            client_id=uuid5(_NAMESPACE, _line(message["message-id"]) or hashlib.sha256(raw).hexdigest()),
            is_automatic=_is_automatic(message),
        )
    except BROKEN as error:
        raise Unreadable from error


def _line(value):
    return " ".join(str(value or "").replace("\0", "").split())[:400]


def _addresses(message, *names):
    """As plain text first: the parser of addresses stumbles over some that are easy to read."""
    given = [str(value) for name in names for value in message.get_all(name, [])]
    found = [address.strip() for _, address in getaddresses(given) if "@" in address]
    return [address for address in found if address.isprintable()]  # a NUL PostgreSQL could not even look for


def _moment(message):
    try:
        moment = parsedate_to_datetime(str(message["date"]))
    except (ValueError, TypeError):
        return None
    return moment if moment.tzinfo else None


def _is_automatic(message) -> bool:
    """Answering machines, bounces, newsletters and lists (RFC 3834): answering them could make a loop."""
    submitted = _line(message["auto-submitted"]).casefold()
    return (
        (submitted and submitted.split(";")[0].strip() != "no")
        or _line(message["precedence"]).casefold() in ("bulk", "list", "junk", "auto_reply")
        or any(message[name] is not None for name in ("list-id", "list-unsubscribe", "x-autoreply", "x-autorespond"))
        or _line(message["return-path"]) == "<>"
        or message.get_content_type() == "multipart/report"
    )


@dataclass(frozen=True)
class Content:
    """The text of the part that a person reads, and the names of what was attached."""

    text: str
    attached: list[str]


def content_of(raw: bytes) -> Content:
    """Raises Unreadable, or TooLong."""
    try:
        message = message_from_bytes(raw, policy=default)
        attached = [_line(part.get_filename()) or "a file without a name" for part in message.iter_attachments()]
        return Content(_readable(message), attached)
    except BROKEN as error:
        raise Unreadable from error


def _readable(message: EmailMessage) -> str:
    for kind in ("plain", "html"):
        part = message.get_body((kind,))
        text = _decoded(part) if part is not None else ""
        if len(text) > MOST_LETTERS:
            raise TooLong
        text = text_of_html(text) if kind == "html" else text
        if text.strip():
            return text
    return ""


def _decoded(part: EmailMessage) -> str:
    try:
        text = part.get_content()
    except LookupError:  # a character set nobody knows
        text = (part.get_payload(decode=True) or b"").decode("utf-8", "replace")
    return str(text).encode("utf-8", "replace").decode()
