"""What this laptop is enrolled as: a small file without secrets; those are in the vault, under the device's id."""

import errno
import os
from dataclasses import dataclass
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from eventreg_desktop.store.db import DiskFull, StoreUnwritable
from eventreg_desktop.store.stores import Folder
from eventreg_desktop.store.vault import Vault


class Device(msgspec.Struct, frozen=True, kw_only=True):
    """This laptop at its server: where that is, whom it takes this laptop for, and what it vouched for.

    `event` is the one that it enrolled for, `events` all that it works for, as far as the server has said.
    """

    id: UUID
    name: str
    event: UUID
    url: str
    pin: str
    server: UUID
    server_key: str
    certificate: str
    signature: str
    events: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Secrets:
    """The device's signing key, and the key (32 bytes) that seals its mirror."""

    signing: Ed25519PrivateKey
    mirror: bytes


def find(folder: Folder) -> Device | None:
    """Read the file; None for a laptop that is not enrolled, or whose file is damaged: it must enrol (again)."""
    try:
        return msgspec.json.decode(folder.device.read_bytes(), type=Device)
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    except OSError as error:
        raise StoreUnwritable from error


def keep(folder: Folder, device: Device) -> None:
    """Write the file at once and whole; raises DiskFull and StoreUnwritable."""
    new = folder.device.with_suffix(".new")
    try:
        with new.open("wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(device)))
            file.flush()
            os.fsync(file.fileno())
        new.replace(folder.device)
    except OSError as error:
        problem = DiskFull() if error.errno == errno.ENOSPC else StoreUnwritable()
        raise problem from error


def find_secrets(vault: Vault, device: UUID) -> Secrets | None:
    """The device's secrets; None where the vault has lost one, as after a restart without a keyring: enrol again."""
    signing, mirror = vault.find(f"{device}.signing"), vault.find(f"{device}.mirror")
    if signing is None or mirror is None:
        return None
    return Secrets(Ed25519PrivateKey.from_private_bytes(signing), mirror)


def find_signing(vault: Vault, device: UUID) -> Ed25519PrivateKey | None:
    """The device's signing key alone, which outlives a wiped guest list."""
    signing = vault.find(f"{device}.signing")
    return None if signing is None else Ed25519PrivateKey.from_private_bytes(signing)


def keep_secrets(vault: Vault, device: UUID, secrets: Secrets) -> None:
    """Put the device's secrets into the vault."""
    vault.keep(f"{device}.signing", secrets.signing.private_bytes_raw())
    vault.keep(f"{device}.mirror", secrets.mirror)


def forget_secrets(vault: Vault, device: UUID) -> None:
    """Take the device's secrets out of the vault: its mirror can never be read again."""
    vault.forget(f"{device}.signing")
    vault.forget(f"{device}.mirror")
