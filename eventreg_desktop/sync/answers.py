"""What may come back instead of an answer: each a Problem, none of them a reason to stop scanning or to drop a fact."""

from typing import TypeVar

import httpx
import msgspec

from eventreg_core.problems import Problem
from eventreg_core.protocol import UnknownProtocol
from eventreg_core.wire import PROTOCOL

T = TypeVar("T")

_NOT_ABOUT_US = frozenset({408, 425, 429})
"""Statuses that a proxy or a busy server gives: ask again later."""


class NoAnswer(Problem):
    """Nobody answered, or somebody who is not our server: a proxy, a hotel's sign-in page."""

    def __init__(self) -> None:
        super().__init__(
            "no_answer", "The server does not answer. Scan on: nothing is lost, and all is sent when it is back."
        )


class TooLarge(NoAnswer):
    """What was sent is more than somebody on the way lets through, be it our server or a proxy; less may pass."""


class WrongPin(Problem):
    """The server at this address shows another certificate than the one that was pinned."""

    def __init__(self) -> None:
        super().__init__(
            "wrong_pin",
            "Another computer answers at the server's address. Check the network, or ask for a new enrolment code.",
        )


class ServerRefused(Problem):
    """Our server understood and said no; `code` and sentence are its own."""


class Told(msgspec.Struct, frozen=True):
    """The parts of a problem+json answer that a device reads."""

    type: str
    code: str
    detail: str
    server_time: str | None = None


class _Spoken(msgspec.Struct, frozen=True):
    protocol: int = PROTOCOL


def answer_of(response: httpx.Response, kind: type[T]) -> T:
    """Read our server's answer; raises NoAnswer, ServerRefused or UnknownProtocol."""
    if not response.is_success or not _says(response, "application/json"):
        raise refusal_of(response)
    try:
        spoken = msgspec.json.decode(response.content, type=_Spoken)
        if spoken.protocol != PROTOCOL:
            raise UnknownProtocol(spoken.protocol)
        return msgspec.json.decode(response.content, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise NoAnswer from error


def refusal_of(response: httpx.Response) -> Problem:
    """What an answer that is no success means for this device."""
    if response.status_code == httpx.codes.REQUEST_ENTITY_TOO_LARGE:
        return TooLarge()
    told = find_told(response)
    if told is None or response.status_code >= 500 or response.status_code in _NOT_ABOUT_US:
        return NoAnswer()
    return ServerRefused(told.code, told.detail)


def find_told(response: httpx.Response) -> Told | None:
    """Our server's own words in a problem+json answer; None for anybody else's."""
    if response.is_success or not _says(response, "application/problem+json"):
        return None
    try:
        told = msgspec.json.decode(response.content, type=Told)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return told if told.type.startswith("urn:eventreg:problem:") else None


def _says(response: httpx.Response, kind: str) -> bool:
    content_type: str = response.headers.get("Content-Type", "")
    return content_type.partition(";")[0].strip().lower() == kind
