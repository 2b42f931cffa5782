"""Signatures by the Standard Webhooks specification, against its test vector and an independent computation."""

import base64
import hashlib
import hmac
import re
import time
from pathlib import Path

import pytest

from feedback.webhooks.signing import headers, new_secret, signature

# Published with the specification, in the tests of each of its reference libraries.
VECTOR = {
    "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "event_id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "timestamp": 1614265330,
    "body": b'{"test": 2432232314}',
}
DOCUMENT = Path(__file__).resolve().parents[2] / "feedback/README.md"
SIGNED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_it_signs_as_the_specification_does():
    assert signature(**VECTOR) == SIGNED
    assert headers(**VECTOR) == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": SIGNED,
    }


@pytest.mark.parametrize(
    "other",
    [
        {"secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSx"},
        {"event_id": "msg_2"},
        {"timestamp": 1614265331},
        {"body": b'{"test": 2432232315}'},
    ],
)
def test_another_secret_id_time_or_body_is_another_signature(other):
    assert signature(**VECTOR | other) != SIGNED


def test_a_new_secret_signs_and_is_long_enough_and_never_the_same():
    secret = new_secret()
    assert secret.startswith("whsec_")
    key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    assert 24 <= len(key) <= 64
    by_hand = base64.b64encode(hmac.new(key, b"msg_1.5.{}", hashlib.sha256).digest()).decode()
    assert signature(secret=secret, event_id="msg_1", timestamp=5, body=b"{}") == f"v1,{by_hand}"
    assert new_secret() != secret


def test_the_check_in_the_documents_takes_what_is_right_and_nothing_else():
    code = re.search(r"```python\n(import base64.*?)```", DOCUMENT.read_text(), re.DOTALL).group(1)
    exec(code, said := {})  # noqa: S102  our own document
    check, secret, body = said["is_from_the_portal"], new_secret(), "“Pack”".encode()
    given = {"secret": secret, "event_id": "msg_1", "timestamp": int(time.time()), "body": body}
    sent = headers(**given)
    assert check(sent, body, secret)
    assert check(sent | {"webhook-signature": f"v1,b3RoZXI= {sent['webhook-signature']}"}, body, secret)
    assert not check(sent, body + b" ", secret)
    assert not check(sent, body, new_secret())
    assert not check(sent | {"webhook-id": "msg_2"}, body, secret)
    assert not check(headers(**given | {"timestamp": int(time.time()) - 600}), body, secret)
