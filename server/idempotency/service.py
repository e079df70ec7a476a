"""A request that is sent again gets the answer that the first one got, and nothing happens twice.

The answer is written in the transaction that causes it, so a crash leaves both or neither. Whoever works on a key
holds a lock of its name until the commit; another request with that key is told so and does not wait.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from server import sealing
from server.errors import ApiProblem
from server.idempotency import queries
from server.idempotency.queries import Row
from server.sync.feed import Executor

COME_BACK_S = 1


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that carries a key: who sent it, and the hash of what it asks for."""

    caller: str
    key: str
    request_hash: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered to a request; `headers` are those of its own."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Fresh:
    """Nothing was answered under this key yet, and this transaction alone works on it: do it, then `keep`."""


@dataclass(frozen=True, slots=True)
class Answered:
    """It was done before; this is the answer."""

    answer: Answer


@dataclass(frozen=True, slots=True)
class KeyReused:
    """The key belongs to another request."""


@dataclass(frozen=True, slots=True)
class InFlight:
    """Somebody else works on this key at this moment."""


Found = Fresh | Answered | KeyReused | InFlight


async def look_up(executor: Executor, data_keys: tuple[bytes, ...], asked: Sequence[Asked]) -> list[Found]:
    """What is known of each request, in order; of two with one key in a batch the later is *in flight*.

    Two statements for any number of requests: an answer that was committed before the lock was had is seen.
    """
    if not asked:
        return []
    locked = await queries.try_locks(executor, [_lock_number(each) for each in asked])
    rows = await queries.list_rows(executor, list({(each.caller, each.key) for each in asked}))
    known = {(row.caller, row.key): row for row in rows}
    begun: set[tuple[str, str]] = set()
    found: list[Found] = []
    for each, mine in zip(asked, locked, strict=True):
        name = each.caller, each.key
        if name in known:
            found.append(_told(each, known[name], data_keys))
        else:
            found.append(Fresh() if mine and name not in begun else InFlight())
        begun.add(name)
    return found


async def keep(executor: Executor, data_keys: tuple[bytes, ...], given: Sequence[tuple[Asked, Answer]]) -> None:
    """Write the answers to *fresh* requests, sealed, in the transaction of what they did."""
    rows = [
        Row(
            asked.caller,
            asked.key,
            asked.request_hash,
            answer.status,
            answer.headers,
            sealing.seal(data_keys, answer.body, purpose_of(asked.caller, asked.key, asked.request_hash)),
        )
        for asked, answer in given
    ]
    if rows:
        await queries.insert(executor, rows)


def problem_of(outcome: KeyReused | InFlight) -> ApiProblem:
    """422 `idempotency_key_reused`, or 409 `request_in_flight` with a time to come back."""
    if isinstance(outcome, KeyReused):
        sentence = "This Idempotency-Key was used for another request. Make a new key for a new request."
        return ApiProblem(422, "idempotency_key_reused", sentence, field="Idempotency-Key")
    sentence = "The same request is being worked on at this moment. Send it again in a second to hear its answer."
    return ApiProblem(409, "request_in_flight", sentence, headers={"Retry-After": str(COME_BACK_S)})


def purpose_of(caller: str, key: str, request_hash: bytes) -> bytes:
    """What an answer is sealed for: it opens for no other caller, key or request."""
    return b"idempotent-answer:" + sha256(f"{caller}\n{key}".encode()).digest() + request_hash


def _told(asked: Asked, row: Row, data_keys: tuple[bytes, ...]) -> Answered | KeyReused:
    if row.request_hash != asked.request_hash:
        return KeyReused()
    body = sealing.unseal(data_keys, row.answer_sealed, purpose_of(row.caller, row.key, row.request_hash))
    return Answered(Answer(row.status, row.headers, body))


def _lock_number(asked: Asked) -> int:
    digest = sha256(f"idempotency-key\n{asked.caller}\n{asked.key}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
