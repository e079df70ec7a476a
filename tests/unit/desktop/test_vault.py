"""Secrets in the system's keyring, and what happens on a computer without one."""

import threading
from collections.abc import Callable, Iterator
from uuid import UUID

import keyring
import keyring.backends.fail
import keyring.backends.null
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from eventreg_desktop.store import device
from eventreg_desktop.store.device import Secrets
from eventreg_desktop.store.vault import IN_MEMORY, Kept, Vault, open_vault


class Drawer(KeyringBackend):
    """A keyring that works, until it is told not to."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = False
        self.key = threading.Event()
        self.key.set()

    def get_password(self, service: str, username: str) -> str | None:
        self._open()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._open()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._open()
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("nothing there")

    def _open(self) -> None:
        self.key.wait()
        if self.locked:
            raise KeyringLocked


class Forgetful(Drawer):
    """A keyring that says yes and keeps nothing."""

    def get_password(self, service: str, username: str) -> str | None:
        return None


Plain = type("PlaintextKeyring", (Drawer,), {"__module__": "keyrings.alt.file"})


@pytest.fixture(autouse=True)
def _own_keyring() -> Iterator[None]:
    """The system's keyring is as before after each test."""
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def test_secrets_are_kept_in_the_keyring_and_found_again() -> None:
    drawer = Drawer()
    keyring.set_keyring(drawer)
    vault = open_vault()
    assert (vault.kept, vault.sentence) == (Kept.KEYRING, "")
    vault.keep("one", b"\x00secret")
    assert open_vault().find("one") == b"\x00secret"
    open_vault().forget("one")
    assert open_vault().find("one") is None
    open_vault().forget("one")
    assert drawer.kept == {}


@pytest.mark.parametrize("make", [keyring.backends.fail.Keyring, keyring.backends.null.Keyring, Plain, Forgetful])
def test_without_a_real_keyring_secrets_are_in_memory_and_the_vault_says_so(
    make: Callable[[], KeyringBackend],
) -> None:
    backend = make()
    keyring.set_keyring(backend)
    vault = open_vault()
    vault.keep("one", b"secret")
    assert (vault.kept, vault.sentence) == (Kept.MEMORY, IN_MEMORY)
    assert vault.find("one") == b"secret"
    assert open_vault().find("one") is None
    assert getattr(backend, "kept", {}) == {}


def test_a_keyring_that_fails_later_leaves_the_door_its_secrets() -> None:
    drawer = Drawer()
    vault = Vault(drawer)
    vault.keep("one", b"secret")
    drawer.locked = True
    vault.keep("two", b"other")
    assert vault.kept is Kept.MEMORY
    assert (vault.find("one"), vault.find("two"), vault.find("three")) == (b"secret", b"other", None)


def test_a_keyring_that_waits_for_a_password_does_not_freeze_the_door() -> None:
    drawer = Drawer()
    drawer.key.clear()
    vault = Vault(drawer, patience_s=0.01)
    assert vault.find("one") is None
    assert vault.kept is Kept.MEMORY
    drawer.key.set()


def test_a_device_finds_its_secrets_again_or_must_enrol_again() -> None:
    vault, number = Vault(None), UUID(int=1)
    assert device.find_secrets(vault, number) is None
    signing = Ed25519PrivateKey.generate()
    device.keep_secrets(vault, number, Secrets(signing, bytes(32)))
    found = device.find_secrets(vault, number)
    assert found is not None
    assert (found.signing.private_bytes_raw(), found.mirror) == (signing.private_bytes_raw(), bytes(32))
    device.forget_secrets(vault, number)
    assert device.find_secrets(vault, number) is None
