"""How a device's request proves who sent it: an Ed25519 signature by the device's key, no token to steal or to renew.

Header: `Authorization: EventReg-Device id=UUID,at=UNIX_MS,sig=HEX`.
"""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from eventreg_core.problems import MalformedText

SCHEME = "EventReg-Device"
LEEWAY_MS = 300_000
"""How far `at` may be from the server's clock; beyond it the answer is `device_clock` and tells the server's time."""


@dataclass(frozen=True, slots=True)
class DeviceSignature:
    """What the header says: which device, when (Unix ms by the server's clock if known), 64 signature bytes."""

    device: UUID
    at_ms: int
    signature: bytes

    def __str__(self) -> str:
        return f"{SCHEME} id={self.device},at={self.at_ms},sig={self.signature.hex()}"


def signed_bytes(method: str, target: str, at_ms: int, body: bytes) -> bytes:
    """What is signed; `target` is the path with its query exactly as sent."""
    lines = ("eventreg-request-v1", method.upper(), target, str(at_ms), hashlib.sha256(body).hexdigest())
    return "\n".join(lines).encode()


def signature_of(header: str) -> DeviceSignature:
    """Read the header; raises MalformedText."""
    try:
        scheme, _, rest = header.partition(" ")
        fields = dict(part.split("=", 1) for part in rest.split(","))
        if scheme != SCHEME or set(fields) != {"id", "at", "sig"} or len(fields["at"]) > 18:
            raise ValueError("other fields")
        read = DeviceSignature(UUID(fields["id"]), int(fields["at"]), bytes.fromhex(fields["sig"]))
    except ValueError as error:
        raise MalformedText("bad_device_header", "The device's signature header is damaged.") from error
    return read
