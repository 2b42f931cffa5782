"""Signatures as Standard Webhooks 1.0.0 describes them, https://www.standardwebhooks.com: symmetric, `v1`."""

import base64
import hashlib
import hmac
import secrets

PREFIX = "whsec_"
BYTES = 32  # 24 to 64 may be


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def signature(*, secret: str, event_id: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`; the timestamp is in seconds since 1970."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{event_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers(*, secret: str, event_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    signed = signature(secret=secret, event_id=event_id, timestamp=timestamp, body=body)
    return {"webhook-id": event_id, "webhook-timestamp": str(timestamp), "webhook-signature": signed}
