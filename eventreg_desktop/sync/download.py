"""A large file that is fetched in as many parts as the network needs, kept in memory alone."""

import hashlib
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import httpx

from eventreg_desktop.sync.answers import NoAnswer, refusal_of

Ask = Callable[[dict[str, str]], AbstractContextManager[httpx.Response]]
"""Sends the request with further headers; the answer's body is read while the block runs."""
MOST_BYTES = 512 * 1024 * 1024
_PART = re.compile(r"bytes ([0-9]+)-[0-9]+/([0-9]+)")
_TAG = re.compile(r'"([0-9a-f]{64})"')


@dataclass(slots=True)
class Download:
    """What has come so far of a file whose ETag is its SHA-256; a cut line costs only what was not here yet."""

    media_type: str
    _tag: str = ""
    _content: bytearray = field(default_factory=bytearray)

    def fetch(self, ask: Ask, given_up: Callable[[], bool]) -> bytes:
        """The whole file; raises NoAnswer when the line is cut, what came is damaged, or it is `given_up` meanwhile.

        Raises also the server's own refusal.
        """
        rest = {"Range": f"bytes={len(self._content)}-", "If-Range": self._tag} if self._content else {}
        rest["Accept-Encoding"] = "identity"  # packed already
        with ask(rest) as response:
            if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                self._forget()
                raise NoAnswer
            if response.headers.get("Content-Type") != self.media_type or not response.is_success:
                response.read()
                raise refusal_of(response)
            self._begin(response)
            for part in response.iter_bytes():
                self._content += part
                if given_up():
                    raise NoAnswer
                if len(self._content) > MOST_BYTES:
                    self._forget()
                    raise NoAnswer
        return self._checked()

    def _begin(self, response: httpx.Response) -> None:
        """Go on where the answer goes on; from the start if it is another file."""
        tag: str = response.headers.get("ETag", "")
        part = _PART.fullmatch(response.headers.get("Content-Range", ""))
        goes_on = response.status_code == httpx.codes.PARTIAL_CONTENT and part is not None
        if goes_on and (tag != self._tag or part is None or int(part[1]) != len(self._content)):
            self._forget()
            raise NoAnswer
        if not goes_on:
            self._forget()
            self._tag = tag

    def _checked(self) -> bytes:
        told = _TAG.fullmatch(self._tag)
        content = bytes(self._content)
        self._forget()
        if told is None or hashlib.sha256(content).hexdigest() != told[1]:
            raise NoAnswer
        return content

    def _forget(self) -> None:
        self._tag = ""
        self._content = bytearray()
