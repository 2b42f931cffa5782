"""Where mail waits: a maildir or an IMAP folder. A message stays there until it is moved to `LOGGED` or `REFUSED`."""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

LOGGED, REFUSED = "Logged", "Refused"
HEAD = 65_536  # bytes that are read of a message which is too large
PATIENCE = 30  # seconds


class MailboxAway(Exception):
    """It cannot be opened or asked; the message says why, without words of the mail server or a password."""


class Gone(Exception):
    """Somebody else has moved the message meanwhile."""


class MaildirBox:
    """A maildir (`new`, `cur`, `tmp`); moving is a rename, so that a message is in one place whatever happens."""

    def __init__(self, path: Path):
        self.path = path
        if not (path / "new").is_dir() or not (path / "cur").is_dir():
            raise MailboxAway(f"{path} is no maildir: it has no folders new and cur.")

    def waiting(self) -> Iterator[tuple[Path, int]]:
        """(key, bytes) of every message, the oldest first."""
        found = [file for folder in ("new", "cur") for file in (self.path / folder).iterdir() if file.is_file()]
        for file in sorted(found, key=lambda file: file.name):
            try:
                yield file, file.stat().st_size
            except FileNotFoundError:
                continue

    def read(self, key: Path, most: int) -> bytes:
        try:
            with key.open("rb") as file:
                return file.read(most)
        except FileNotFoundError as error:
            raise Gone from error

    def move(self, key: Path, folder: str) -> None:
        target = self.path / f".{folder}"
        for part in ("new", "cur", "tmp"):
            (target / part).mkdir(mode=0o700, parents=True, exist_ok=True)
        (target / "maildirfolder").touch(mode=0o600)
        name = key.name if ":2," in key.name else f"{key.name}:2,"
        try:
            key.rename(target / "cur" / name)
        except FileNotFoundError as error:
            raise Gone from error


class ImapBox:
    """A folder of an IMAP server, messages named by UID. Reading marks nothing as read."""

    def __init__(self, server: imaplib.IMAP4, folder: str):
        self.server = server
        told = b" ".join(_said(self._asked(server.capability())))  # many servers say it all only after the sign-in
        self.can = set(told.decode("ascii", "replace").upper().split())
        self._asked(server.select(_quoted(folder)))
        self.folders = {}

    @staticmethod
    def _asked(answer):
        kind, data = answer
        if kind != "OK":
            raise MailboxAway("The mail server refused what it was asked.")
        return data

    def waiting(self) -> Iterator[tuple[str, int]]:
        found = b" ".join(_said(self._asked(self.server.uid("SEARCH", "UNDELETED"))))
        for uid in sorted(found.split(), key=int):
            told = b" ".join(_said(self._asked(self.server.uid("FETCH", uid, "(RFC822.SIZE)"))))
            size = re.search(rb"RFC822\.SIZE (\d+)", told)
            if size:
                yield uid.decode(), int(size.group(1))

    def read(self, key: str, most: int) -> bytes:
        data = self._asked(self.server.uid("FETCH", key, f"(BODY.PEEK[]<0.{most}>)"))
        literal = next((part[1] for part in data if isinstance(part, tuple)), None)
        if literal is None:
            raise Gone
        return literal

    def move(self, key: str, folder: str) -> None:
        target = self._folder(folder)
        if "MOVE" in self.can:
            self._asked(self.server.uid("MOVE", key, target))
            return
        self._asked(self.server.uid("COPY", key, target))
        self._asked(self.server.uid("STORE", key, "+FLAGS.SILENT", r"(\Deleted)"))
        if "UIDPLUS" in self.can:
            self._asked(self.server.uid("EXPUNGE", key))  # without it, what is marked is left out by UNDELETED

    def _folder(self, name):
        """Its name on this server, where it is made; some keep all folders under INBOX."""
        if name not in self.folders:
            for each in (_quoted(name), _quoted(f"INBOX{self._delimiter()}{name}")):
                self.server.create(each)  # NO where it is there already
                if self.server.status(each, "(MESSAGES)")[0] == "OK":
                    self.folders[name] = each
                    break
            else:
                raise MailboxAway(f"The mail server lets us make no folder “{name}”.")
        return self.folders[name]

    def _delimiter(self):
        kind, data = self.server.list('""', '""')
        told = re.search(rb'\) "(.)"', data[0] or b"") if kind == "OK" and data else None
        return told.group(1).decode() if told else "/"


def _said(data):
    """The plain lines of an answer."""
    return [part for part in data if isinstance(part, bytes)]


def _quoted(name):
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'


@contextmanager
def opened(url: str) -> Iterator[MaildirBox | ImapBox]:
    """The mailbox of `INBOUND_MAIL_URL`. Raises MailboxAway, also for what goes wrong with it later."""
    parts = urlsplit(url)
    try:
        if parts.scheme == "maildir":
            yield MaildirBox(Path(unquote(parts.path)))
        else:
            with _signed_in(parts) as server:
                yield ImapBox(server, unquote(parts.path.strip("/")) or "INBOX")
    except (imaplib.IMAP4.error, OSError) as error:
        raise MailboxAway(
            f"The mailbox on {parts.hostname or 'disk'} cannot be used ({type(error).__name__})."
        ) from error


@contextmanager
def _signed_in(parts):
    server = _server(parts)
    try:
        if parts.scheme == "imap" and not _is_this_machine(parts.hostname):
            server.starttls(ssl.create_default_context())  # a password goes over no wire in the clear
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        yield server
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            server.logout()
        with suppress(OSError):
            server.shutdown()  # which a parting that fails leaves undone


def _server(parts: SplitResult) -> imaplib.IMAP4:
    if parts.scheme == "imap":
        return imaplib.IMAP4(parts.hostname, parts.port or 143, timeout=PATIENCE)
    context = ssl.create_default_context()
    return imaplib.IMAP4_SSL(parts.hostname, parts.port or 993, ssl_context=context, timeout=PATIENCE)


def _is_this_machine(host):
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
