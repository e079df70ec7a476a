"""The device's secrets, in the operating system's keyring; where there is none in memory, and the vault says so."""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar
from uuid import uuid4

import keyring
from keyring.backend import KeyringBackend
from keyring.backends.chainer import ChainerBackend
from keyring.errors import KeyringError, PasswordDeleteError

from eventreg_desktop import log

SERVICE = "eventreg"
PATIENCE_S = 20.0
"""How long a keyring may think; it may be asking the user for a password."""

REFUSED = ("keyrings.alt", "keyring.backends.fail", "keyring.backends.null")
"""Backends that keep nothing, or keep it in plain sight (by the module they come from)."""

IN_MEMORY = "No keyring on this computer: sign-in is kept in memory until you close the program."


class Kept(StrEnum):
    """Where secrets are."""

    KEYRING = "keyring"
    MEMORY = "memory"


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Failed:
    error: Exception


class Vault:
    """Secrets by name. One that is kept in memory is gone when the program ends: the laptop must enrol again."""

    def __init__(self, backend: KeyringBackend | None, patience_s: float = PATIENCE_S) -> None:
        """Keep secrets in `backend`, or in memory."""
        self._backend = backend
        self._patience_s = patience_s
        self._memory: dict[str, bytes] = {}

    @property
    def kept(self) -> Kept:
        """Where secrets are kept."""
        return Kept.MEMORY if self._backend is None else Kept.KEYRING

    @property
    def sentence(self) -> str:
        """What the screen says about it; empty where all is well."""
        return IN_MEMORY if self._backend is None else ""

    def find(self, name: str) -> bytes | None:
        """A secret by its name."""
        if name in self._memory:
            return self._memory[name]
        text = self._ask(lambda backend: backend.get_password(SERVICE, name))
        return None if text is None else bytes.fromhex(text)

    def keep(self, name: str, secret: bytes) -> None:
        """Keep a secret; in memory too, so that a keyring that fails later does not stop the door."""
        self._memory[name] = secret
        self._ask(lambda backend: backend.set_password(SERVICE, name, secret.hex()))

    def forget(self, name: str) -> None:
        """Destroy a secret; nothing happens when there is none."""
        self._memory.pop(name, None)
        self._ask(lambda backend: _delete(backend, name))

    def _ask(self, question: Callable[[KeyringBackend], T]) -> T | None:
        backend = self._backend
        if backend is None:
            return None
        try:
            return _within(self._patience_s, lambda: question(backend))
        except (KeyringError, TimeoutError, OSError, RuntimeError) as error:
            log.logger("vault").warning("keyring failed", backend=type(backend).__name__, error=type(error).__name__)
            self._backend = None
            return None


def open_vault(patience_s: float = PATIENCE_S) -> Vault:
    """Find the system's keyring and try it once; without a working one the vault keeps secrets in memory."""
    vault = Vault(_acceptable(keyring.get_keyring()), patience_s)
    name, secret = f"trial.{uuid4()}", uuid4().bytes
    if vault.kept is Kept.KEYRING and not _works(vault, name, secret):
        return Vault(None)
    return vault


def _works(vault: Vault, name: str, secret: bytes) -> bool:
    vault.keep(name, secret)
    kept = Vault(vault._backend, vault._patience_s).find(name)
    vault.forget(name)
    return kept == secret


def _acceptable(backend: KeyringBackend) -> KeyringBackend | None:
    if isinstance(backend, ChainerBackend):
        return next((inner for each in backend.backends if (inner := _acceptable(each)) is not None), None)
    module = type(backend).__module__
    refused = any(module == name or module.startswith(name + ".") for name in REFUSED)
    return None if refused else backend


def _delete(backend: KeyringBackend, name: str) -> None:
    try:
        backend.delete_password(SERVICE, name)
    except PasswordDeleteError:
        return


def _within(seconds: float, call: Callable[[], T]) -> T:
    """Call in a thread that may be left behind: a keyring that waits for a password must not freeze the door."""
    answers: queue.SimpleQueue[T | _Failed] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put(call())
        except Exception as error:  # noqa: BLE001 - carried over to the thread that asked
            answers.put(_Failed(error))

    threading.Thread(target=run, name="keyring", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except queue.Empty as error:
        raise TimeoutError from error
    if isinstance(answer, _Failed):
        raise answer.error
    return answer
