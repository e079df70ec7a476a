"""Who may work at this laptop: names and PINs, in a file that is sealed with a key from the vault.

Without that key the file says nothing, so that nobody tries PINs on a copy of it. Nobody's PIN is in it, also sealed:
only what scrypt makes of it (RFC 7914; 16 MB, about 50 ms a try).
"""

import errno
import os
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from eventreg_desktop.store.db import DiskFull, StoreUnwritable
from eventreg_desktop.store.stores import Folder
from eventreg_desktop.store.vault import Vault

_CONTEXT = b"eventreg-operators-v1"
_NONCE_BYTES = 12


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One operator: what scrypt made of the PIN with this salt, and the wrong tries since the last right one.

    The last wrong try was at `failed_ns` of boot `failed_boot`'s monotonic clock.
    """

    id: str
    name: str
    supervisor: bool
    salt: bytes
    proof: bytes
    failures: int = 0
    failed_boot: str = ""
    failed_ns: int = 0


@dataclass(frozen=True, slots=True)
class Roster:
    """Where the operators of one device are kept, and the key (32 bytes) that seals them."""

    path: Path
    key: bytes


def open_roster(folder: Folder, vault: Vault, device: UUID) -> Roster:
    """The device's roster; its key is made when first asked for. Without a keyring it lasts as long as the program."""
    name = f"{device}.operators"
    key = vault.find(name)
    if key is None:
        key = os.urandom(32)
        vault.keep(name, key)
    return Roster(folder.path / "operators.sealed", key)


def read(roster: Roster) -> list[Entry]:
    """Every operator, by name; nobody where the file is missing, damaged, or sealed with a key that is lost."""
    try:
        sealed = roster.path.read_bytes()
        plain = AESGCM(roster.key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], _CONTEXT)
        return sorted(msgspec.json.decode(plain, type=list[Entry]), key=lambda entry: entry.name.casefold())
    except (FileNotFoundError, InvalidTag, ValueError):
        return []
    except OSError as error:
        raise StoreUnwritable from error


def write(roster: Roster, entries: list[Entry]) -> None:
    """Keep exactly these, at once and whole; raises DiskFull and StoreUnwritable."""
    nonce = os.urandom(_NONCE_BYTES)
    new = roster.path.with_suffix(".new")
    try:
        with new.open("wb") as file:
            file.write(nonce + AESGCM(roster.key).encrypt(nonce, msgspec.json.encode(entries), _CONTEXT))
            file.flush()
            os.fsync(file.fileno())
        new.replace(roster.path)
    except OSError as error:
        problem = DiskFull() if error.errno == errno.ENOSPC else StoreUnwritable()
        raise problem from error
