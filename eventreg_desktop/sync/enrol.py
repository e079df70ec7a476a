"""Turn this laptop into a device: by a one-time code, with a key that never leaves it."""

import hashlib
import os

import httpx
import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from eventreg_core.enrolment import Enrolment, checked
from eventreg_core.problems import Problem
from eventreg_core.wire import Certificate, EnrolAnswer, EnrolRequest, encode
from eventreg_desktop.store import device
from eventreg_desktop.store.device import Device, Secrets
from eventreg_desktop.store.stores import Folder, discard_mirror, renew_journal
from eventreg_desktop.store.vault import Vault
from eventreg_desktop.sync.answers import NoAnswer, WrongPin, answer_of
from eventreg_desktop.sync.pin import open_client, unreached


class BadCertificate(Problem):
    """The answer's certificate is not for this laptop, or nobody signed it."""

    def __init__(self) -> None:
        super().__init__(
            "bad_certificate", "The server's answer is not for this laptop. Ask the organizer for a new enrolment code."
        )


class NobodyThere(Problem):
    """No server answers at the address of the code."""

    def __init__(self) -> None:
        super().__init__(
            "no_answer", "The server does not answer. Check the network, then enrol again with the same code."
        )


def enrol(folder: Folder, vault: Vault, enrolment: Enrolment, name: str) -> Device:
    """Become a device, or become one again; no thread may have the stores open.

    The key pair is kept before the server is asked, so that a lost answer is asked for again with the same key, which
    the server answers alike for ten minutes. Scans of an earlier enrolment stay in the journal, and a new one goes on
    from it; the guest list is discarded. Raises Problem, always with a sentence that says what to do: among others
    NobodyThere, WrongPin, UnknownProtocol, and the server's own words about a wrong, used or expired code.
    """
    checked(enrolment)
    pending = "pending." + hashlib.sha256(f"{enrolment.url} {enrolment.code}".encode()).hexdigest()
    signing = _pending_key(vault, pending)
    answer = _ask(enrolment, name, signing)
    _verify(answer, signing)
    enrolled = Device(
        id=answer.device,
        name=answer.name,
        event=answer.event,
        url=enrolment.url,
        pin=enrolment.pin,
        server=answer.server,
        server_key=answer.server_key,
        certificate=answer.certificate,
        signature=answer.signature,
    )
    _become(folder, vault, enrolled, signing)
    vault.forget(pending)
    return enrolled


def _pending_key(vault: Vault, pending: str) -> Ed25519PrivateKey:
    kept = vault.find(pending)
    if kept is not None:
        return Ed25519PrivateKey.from_private_bytes(kept)
    made = Ed25519PrivateKey.generate()
    vault.keep(pending, made.private_bytes_raw())
    return made


def _ask(enrolment: Enrolment, name: str, signing: Ed25519PrivateKey) -> EnrolAnswer:
    public = signing.public_key().public_bytes_raw().hex()
    try:
        body = encode(EnrolRequest(code=enrolment.code, public_key=public, name=name))
        with open_client(enrolment.url, enrolment.pin) as client:
            response = client.post("/api/v1/devices/enrol", content=body, headers={"Content-Type": "application/json"})
        return answer_of(response, EnrolAnswer)
    except NoAnswer as error:
        raise NobodyThere from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise (NobodyThere() if isinstance(unreached(error), NoAnswer) else WrongPin()) from error


def _verify(answer: EnrolAnswer, signing: Ed25519PrivateKey) -> None:
    text = answer.certificate.encode()
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(answer.server_key)).verify(
            bytes.fromhex(answer.signature), text
        )
        certificate = msgspec.json.decode(text, type=Certificate)
    except (InvalidSignature, msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadCertificate from error
    mine = signing.public_key().public_bytes_raw().hex()
    if (certificate.device, certificate.public_key) != (answer.device, mine) or answer.event not in certificate.events:
        raise BadCertificate


def _become(folder: Folder, vault: Vault, enrolled: Device, signing: Ed25519PrivateKey) -> None:
    """Keep it all; the device's file comes last, so that an interruption leaves the earlier device whole."""
    before = device.find(folder)
    known = device.find_secrets(vault, enrolled.id)
    device.keep_secrets(vault, enrolled.id, known or Secrets(signing, os.urandom(32)))
    renew_journal(folder, enrolled.server)
    discard_mirror(folder)
    device.keep(folder, enrolled)
    if before is not None and before.id != enrolled.id:
        device.forget_secrets(vault, before.id)
