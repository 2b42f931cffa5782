"""One attempt over real HTTPS: what is sent, to where it goes, and what becomes of a server that does not behave."""

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from contextlib import suppress
from html import escape

import pytest

from feedback.models import Delivery
from feedback.webhooks import addresses, sending
from feedback.webhooks.sending import send, shown
from tests.factories import make_webhook
from tests.receiver import certificate, receiving


@pytest.fixture
def receiver(tmp_path, monkeypatch, settings):
    known, both = certificate(tmp_path, "localhost", "hooks.chat.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(known))
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8", "::1/128"]
    with receiving(both) as receiver:
        yield receiver


@pytest.fixture
def delivery(receiver, admin):
    return delivery_to(receiver.url, admin)


def delivery_to(url, admin):
    endpoint = make_webhook(url="https://hooks.chat.example/", by=admin)
    endpoint.give_url(url)
    endpoint.save()
    content = {"words": "“Pack” is live", "path": "/collateral/1/", "data": {"collateral": {"id": 1}}}
    made = {"key": "k", "event_id": "msg_abc", "event": "collateral.published", "content": content}
    return Delivery.objects.create(endpoint=endpoint, **made)


def test_it_posts_signed_json(receiver, delivery):
    answer = send(delivery)
    assert (answer.status, answer.words, answer.is_taken) == (200, "ok", True)
    [(path, headers, body)] = receiver.taken
    assert path == "/hook?key=1"
    assert headers["Content-Type"] == "application/json"
    assert headers["Host"] == f"localhost:{receiver.port}"
    assert headers["webhook-id"] == "msg_abc"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
    assert json.loads(body)["data"]["text"] == "“Pack” is live"
    key = base64.b64decode(delivery.endpoint.secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    by_hand = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{by_hand}"


@pytest.mark.parametrize(
    ("status", "is_taken", "is_gone"), [(202, True, False), (500, False, False), (410, False, True)]
)
def test_it_tells_the_status(status, is_taken, is_gone, receiver, delivery):
    receiver.statuses = [status]
    answer = send(delivery)
    assert (answer.status, answer.is_taken, answer.is_gone) == (status, is_taken, is_gone)


def test_it_follows_no_redirect(receiver, delivery):
    receiver.statuses, receiver.headers = [302], {"Location": f"https://localhost:{receiver.port}/elsewhere"}
    answer = send(delivery)
    assert (answer.status, answer.is_taken) == (302, False)
    assert [path for path, _, _ in receiver.taken] == ["/hook?key=1"]


def point_here(monkeypatch):
    """Whatever host is asked for stands for this machine; the list of those asked for."""
    asked, real = [], socket.getaddrinfo

    def look_up(host, port, *args, **kwargs):
        asked.append(host)
        return real("127.0.0.1", port, *args, **kwargs)

    monkeypatch.setattr(addresses.socket, "getaddrinfo", look_up)
    return asked


def test_it_goes_to_the_address_that_was_looked_at(receiver, admin, monkeypatch):
    """A name that is looked up a second time, to connect, may stand for something else by then."""
    asked = point_here(monkeypatch)
    delivery = delivery_to(f"https://hooks.chat.example:{receiver.port}/", admin)
    assert send(delivery).status == 200
    assert [host for host in asked if host != "127.0.0.1"] == ["hooks.chat.example"]
    assert receiver.taken[0][1]["Host"] == f"hooks.chat.example:{receiver.port}"


def test_nothing_leaves_for_an_address_that_is_not_allowed(receiver, delivery, settings):
    settings.WEBHOOK_NETWORKS = []
    answer = send(delivery)
    assert answer.status is None
    assert "nothing is sent there" in answer.words
    assert receiver.taken == []


def test_it_sends_nothing_where_the_certificate_is_not_trusted(receiver, delivery, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    answer = send(delivery)
    assert answer.status is None
    assert "certificate is not trusted" in answer.words
    assert receiver.taken == []


def test_it_sends_nothing_where_the_certificate_is_of_another_name(receiver, admin, monkeypatch):
    delivery = delivery_to(f"https://other.example:{receiver.port}/", admin)
    point_here(monkeypatch)
    answer = send(delivery)
    assert "certificate is not trusted" in answer.words
    assert receiver.taken == []


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://nowhere.invalid/", "cannot be looked up"),
        ("https://localhost:1/", "port 1"),
        (None, "Nothing answers"),
    ],
)
def test_what_cannot_be_reached_is_told(url, words, receiver, admin):
    if url is None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            url = f"https://127.0.0.1:{free.getsockname()[1]}/"
    answer = send(delivery_to(url, admin))
    assert answer.status is None
    assert words in answer.words


@pytest.fixture
def impatient(monkeypatch):
    """Time is up soon; an event that lets a server stop which would otherwise go on for minutes."""
    monkeypatch.setattr(sending, "PATIENCE", 1.5)
    over = threading.Event()
    yield over
    over.set()


def drip(write, over):
    """A letter now and then, so that no read ever times out."""
    try:
        while not over.wait(0.02):
            write(b"x")
    except OSError:
        pass
    return True


def test_a_server_that_drips_is_left_when_time_is_up(receiver, delivery, impatient):
    receiver.before = lambda handler: drip(handler.wfile.write, impatient)
    answer = send(delivery)
    assert len(receiver.taken) == 1
    assert answer.status is None
    assert "did not answer within" in answer.words
    assert answer.milliseconds < 10_000


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", b"HTTP/1.0 200 OK\r\n\r\n"], ids=["close", "1.0"]
)
def test_a_body_that_drips_without_end_is_left_too_and_its_status_counts(head, receiver, delivery, impatient):
    """http.client gives such a connection away with the headers."""

    def answer_slowly(handler):
        handler.wfile.write(head)
        return drip(handler.wfile.write, impatient)

    receiver.before = answer_slowly
    answer = send(delivery)
    assert len(receiver.taken) == 1
    assert answer.is_taken
    assert answer.milliseconds < 10_000


def test_a_handshake_that_drips_is_left_too(receiver, admin, impatient):
    def greet_slowly(server):
        with server, server.accept()[0] as taken:
            taken.sendall(b"\x16\x03\x03\x40\x00")  # the beginning of a long record of TLS
            drip(taken.sendall, impatient)

    server = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=greet_slowly, args=[server], daemon=True)
    thread.start()
    answer = send(delivery_to(f"https://127.0.0.1:{server.getsockname()[1]}/", admin))
    assert "did not answer within" in answer.words
    assert answer.milliseconds < 10_000
    impatient.set()
    thread.join()


def test_nothing_is_sent_once_looking_up_the_name_took_all_the_time(receiver, delivery, impatient, monkeypatch):
    def look_up(host, port):
        impatient.wait(2)
        return "127.0.0.1"

    monkeypatch.setattr(sending, "resolved", look_up)
    assert "did not answer within" in send(delivery).words
    assert receiver.taken == []


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 101 + b"\r\n",
        b"HTTP/1.1 2000000 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000 + b"\r\n\r\n",
    ],
    ids=["another protocol", "headers without end", "no status", "a line without end"],
)
def test_what_is_no_http_is_told(said, receiver, delivery):
    receiver.before = lambda handler: handler.wfile.write(said)
    answer = send(delivery)
    assert len(receiver.taken) == 1
    assert answer.status is None
    assert "does not speak HTTP" in answer.words


def break_off(handler):
    handler.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: 900\r\n\r\nhalf")
    return True


def test_what_gave_its_status_and_broke_off_has_taken_it(receiver, delivery):
    """Sent again it would be there twice."""
    receiver.before = break_off
    assert send(delivery).is_taken


def test_of_an_answer_without_end_only_the_beginning_is_read(receiver, delivery):
    def never_stop(handler):
        handler.wfile.write(b"HTTP/1.0 200 OK\r\n\r\n")
        with suppress(OSError):
            while True:
                handler.wfile.write(b"x" * 1000)
        return True

    receiver.before = never_stop
    answer = send(delivery)
    assert answer.words == "x" * 200
    assert answer.milliseconds < 10_000


HOOK = "/services/T0/B0/verysecretverysecret?sig=also%20secret&v=1"


@pytest.mark.parametrize(
    "words",
    [
        "Cannot POST {path}",
        "Cannot POST {bare}",
        "No route for {escaped}.",
        "Unknown hook verysecretverysecret",
        "Bad: sig=also%20secret&v=1",
        "Bad: sig=also secret&v=1",
        '{{"hook": "\\/services\\/T0\\/B0\\/verysecretverysecret"}}',
        "Not signed with {secret}",
        "x" * 180 + "{path}",
    ],
    ids=lambda words: words.split()[0][:20],
)
def test_what_the_server_repeats_of_the_address_is_not_kept(words, receiver, admin):
    delivery = delivery_to(f"https://localhost:{receiver.port}{HOOK}", admin)
    known = {"path": HOOK, "bare": HOOK.partition("?")[0], "escaped": escape(HOOK), "secret": delivery.endpoint.secret}
    receiver.statuses, receiver.words = [404], words.format(**known).encode()
    answer = send(delivery)
    assert receiver.taken[0][0] == HOOK
    assert answer.status == 404
    assert "…" in answer.words
    assert "secret" not in answer.words
    assert delivery.endpoint.secret not in answer.words


def test_an_answer_is_shown_on_one_line_and_without_what_no_database_takes():
    assert shown("a\r\nb\tc\x00d\x1b[31m") == "a b c�d�[31m"
    assert shown(b"\xff\xfe".decode(errors="replace")) == "��"


def test_it_says_when_the_key_of_the_seals_has_changed(receiver, delivery, settings):
    settings.SECRET_KEY = "another"
    answer = send(delivery)
    assert "sealed with another SECRET_KEY" in answer.words
    assert receiver.taken == []
