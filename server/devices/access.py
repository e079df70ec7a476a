"""Which device sent this request: proven by its signature over method, target, time and body."""

from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from starlette.requests import Request

from eventreg_core import device_auth
from eventreg_core.device_auth import LEEWAY_MS, DeviceSignature
from eventreg_core.problems import MalformedText
from server.callers import note_caller
from server.db import database_of
from server.devices import queries
from server.devices.queries import Enrolled
from server.errors import ApiProblem
from server.health import iso


def claimed_signature(request: Request, now: datetime) -> DeviceSignature:
    """What the header claims, before the body is read; its time is checked against the server's clock `now`.

    Raises ApiProblem 401 `not_a_device`, or `device_clock` with `server_time`: the device corrects its offset and asks
    once more.
    """
    try:
        signature = device_auth.signature_of(request.headers.get("Authorization", ""))
    except MalformedText as error:
        raise _refused("not_a_device", "Only an enrolled laptop may ask this. Enrol it first.") from error
    if abs(signature.at_ms - now.timestamp() * 1000) > LEEWAY_MS:
        raise _refused("device_clock", "This laptop's clock is wrong; it is corrected by itself.", server_time=iso(now))
    return signature


async def signing_device(request: Request, signature: DeviceSignature, body: bytes) -> Enrolled:
    """The enrolled device that signed this request and body, revoked or not.

    Raises ApiProblem 401 `unknown_device` or `bad_device_signature`.
    """
    async with database_of(request).begin() as connection:
        device = await queries.find_enrolled(connection, signature.device)
    if device is None:
        raise _refused("unknown_device", "This laptop is not enrolled here. Enrol it again; nothing is lost.")
    signed = device_auth.signed_bytes(request.method, _target(request), signature.at_ms, body)
    try:
        Ed25519PublicKey.from_public_bytes(device.public_key).verify(signature.signature, signed)
    except InvalidSignature as error:
        sentence = "The request's signature is not this laptop's. Enrol it again; nothing is lost."
        raise _refused("bad_device_signature", sentence) from error
    note_caller(request, "device", signature.device)
    return device


def _target(request: Request) -> str:
    path: bytes = request.scope["raw_path"]
    query: bytes = request.scope["query_string"]
    return (path + b"?" + query if query else path).decode("ascii", "replace")


def _refused(code: str, sentence: str, **members: str) -> ApiProblem:
    return ApiProblem(401, code, sentence, headers={"WWW-Authenticate": device_auth.SCHEME}, **members)
