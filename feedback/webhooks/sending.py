"""One attempt to deliver: a POST to the resolved address, signed, never redirected, with an end to its patience."""

import html
import re
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import unquote

from django.utils import timezone
from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as ConnectTimeout

from feedback.models import Delivery
from feedback.sealing import Unsealable
from feedback.webhooks.addresses import AddressRefused, parts_of, resolved
from feedback.webhooks.formats import body_of
from feedback.webhooks.signing import headers

PATIENCE = 15  # seconds for all of it
READ = 4000  # bytes of an answer, enough to hold the whole of an address that it repeats
SHOWN = 200  # letters, as many as `Attempt.words` has
SHORTEST = 4  # letters of an address that are not shown again; fewer stand in every text
PIECE = 12  # letters; a shorter piece of an address opens nothing by itself
AGENT = "Closed-Loop-Webhooks/1"


@dataclass(frozen=True)
class Answer:
    """The status, or None where nothing came back; how the answer begins, or in our words why there is none."""

    status: int | None
    milliseconds: int
    words: str

    @property
    def is_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_gone(self) -> bool:
        """The endpoint wants nothing any more."""
        return self.status == 410


def send(delivery: Delivery) -> Answer:
    """Sends it once. Whatever goes wrong outside is told in the answer; nothing is raised."""
    began = time.monotonic()
    try:
        status, words = _post(delivery)
    except AddressRefused as refused:
        status, words = None, str(refused)
    except Unsealable:
        status, words = None, "Address and secret were sealed with another SECRET_KEY. Give both anew."
    except ssl.SSLCertVerificationError as error:
        status, words = None, f"Its certificate is not trusted: {error.verify_message}"
    except socket.gaierror:
        status, words = None, "Its name cannot be looked up."
    except NewConnectionError:
        status, words = None, "Nothing answers at that host and port."
    except (TimeoutError, ConnectTimeout, _OutOfPatience):
        status, words = None, f"It did not answer within {PATIENCE} seconds."
    except (OSError, HTTPError) as error:
        status, words = None, f"No connection: {type(error).__name__}"
    except (HTTPException, ValueError) as error:  # urllib3 passes on what http.client says of an answer it cannot read
        status, words = None, f"What answers there does not speak HTTP: {type(error).__name__}"
    return Answer(status, round((time.monotonic() - began) * 1000), shown(words))


class _OutOfPatience(Exception):
    pass


def _post(delivery):
    endpoint = delivery.endpoint
    host, port, path = parts_of(endpoint.url)
    body = body_of(endpoint.format, delivery.event, delivery.at, delivery.content)
    now = int(timezone.now().timestamp())
    signed = headers(secret=endpoint.secret, event_id=delivery.event_id, timestamp=now, body=body)
    named = f"[{host}]" if ":" in host else host
    sent = {"Host": named if port == 443 else f"{named}:{port}", "Content-Type": "application/json"}
    with _Patience() as patience:
        connection = _Connection(
            resolved(host, port),
            port,
            timeout=PATIENCE,
            server_hostname=host,
            ssl_context=ssl.create_default_context(),
        )
        connection.patience = patience
        try:
            connection.request("POST", path, body, {**sent, **signed, "User-Agent": AGENT}, preload_content=False)
            with connection.getresponse() as answer:
                said = b""
                with suppress(OSError, HTTPError, HTTPException, ValueError):  # who gave a status has taken it
                    said = answer.read(READ, decode_content=False)
                return answer.status, _without(said.decode(errors="replace"), path, endpoint.secret)
        finally:
            connection.close()


class _Patience:
    """Ends the connection when time is up, for one that sends a letter now and then would never time out by itself."""

    def __init__(self):
        self.sock, self.is_out, self.lock = None, False, threading.Lock()
        self.timer = threading.Timer(PATIENCE, self._end)
        self.timer.daemon = True

    def watch(self, sock):
        """Keeps a second handle of the socket: TLS takes the first over, and http.client lets go of it before the body
        of an answer is read. Raises _OutOfPatience where time was up before there was a connection."""
        with self.lock:
            if self.is_out:
                raise _OutOfPatience
            self.sock = sock.dup()

    def _end(self):
        with self.lock:
            self.is_out = True
            if self.sock:
                with suppress(OSError):
                    self.sock.shutdown(socket.SHUT_RDWR)

    def __enter__(self):
        self.timer.start()
        return self

    def __exit__(self, kind, error, trace):
        self.timer.cancel()
        with self.lock:
            if self.sock:
                self.sock.close()
                self.sock = None
        if self.is_out and error:
            raise _OutOfPatience from error


class _Connection(HTTPSConnection):
    patience: _Patience

    def _new_conn(self):
        sock = super()._new_conn()
        try:
            self.patience.watch(sock)
        except BaseException:
            sock.close()
            raise
        return sock


def _without(words: str, path: str, secret: str) -> str:
    """An answer without what its server repeats of the request: who knows the address may post there."""
    before, _, query = path.partition("?")
    pieces = [piece for piece in re.split(r"[/?&=]", path) if len(piece) >= PIECE]
    repeated = {each for each in (path, before, query, secret, *pieces) if len(each) >= SHORTEST}
    written = {write(each) for each in repeated for write in (str, html.escape, unquote)}
    for each in sorted(written, key=len, reverse=True):
        words = words.replace(each, "…")
    return words


def shown(words: str) -> str:
    """How it begins, on one line and without what no page or database can take."""
    line = " ".join(words.split())
    return "".join(letter if letter.isprintable() else "�" for letter in line)[:SHOWN]
