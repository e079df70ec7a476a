"""Words of a mail that nobody shall read while it waits in the queue: links that prove who reads them."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from server import sealing

_PURPOSE = b"mail-context"


def seal_context(data_keys: tuple[bytes, ...], context: Mapping[str, str]) -> str:
    """The `sealed` of a `send-email` job's data; belongs to its context once the mail is written."""
    return urlsafe_b64encode(sealing.seal(data_keys, json.dumps(context).encode(), _PURPOSE)).decode()


def open_context(data_keys: tuple[bytes, ...], data: Mapping[str, Any]) -> dict[str, str]:
    """What was sealed for the mail of this job; nothing if nothing was. Raises sealing.Unopenable."""
    if "sealed" not in data:
        return {}
    opened: dict[str, str] = json.loads(sealing.unseal(data_keys, urlsafe_b64decode(data["sealed"]), _PURPOSE))
    return opened


def sealed_anew(data_keys: tuple[bytes, ...], sealed: str) -> str | None:
    """The same under the first key; None where it is so already. Raises sealing.Unopenable."""
    old = urlsafe_b64decode(sealed)
    if sealing.opens(data_keys[0], old, _PURPOSE):
        return None
    return urlsafe_b64encode(sealing.seal(data_keys, sealing.unseal(data_keys, old, _PURPOSE), _PURPOSE)).decode()
