"""A laptop syncs through a proxy that misbehaves at random: each green arrives once, and nothing is sent for ever.

    python -m tests.soak.proxy --count 500 --seed 1 [--folder FOLDER] [--json]

`--count` requests are cut at any byte of question or answer, doubled, delayed, dripped, answered by somebody else or
with what belongs to another request, while guests are let in between. Then 5,000 scans wait, and go over round trips of
100 ms through a line that breaks in the middle. With `--folder` a later call goes on where an earlier one ended.

In the answer, `greens`: lights that were seen, `facts`: those of them that are at the server, `lost`: the others, and
facts of the journal that the server lacks. `doubled`: conflicts, or two facts of one id. `broken`: journals whose chain
does not hold, or does not end where the server's does. `again`: facts of the long queue that were sent a second time.
"""

import random
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import msgspec

from eventreg_core.wire import PushRequest
from eventreg_desktop.clocks import laptop_clock
from eventreg_desktop.door.door import Door, Scanned
from eventreg_desktop.door.redeem import redeem
from eventreg_desktop.store.stores import Stores, prepare, sync_stores
from eventreg_desktop.sync.cycle import MOST, sync_once
from tests.integration import bad_proxy
from tests.integration.bad_proxy import Call, Mischief, Proxy, proxy
from tests.soak import push
from tests.soak.killable import Place, list_of, place
from tests.soak.line import soak

QUEUE = 5000
ROUND_TRIP_S = 0.1
BETWEEN_LOOKS = 250
"""Mischiefs after which all goes as it should, and what was green is compared."""


class Tally(msgspec.Struct):
    """What was seen over all mischiefs so far."""

    mischiefs: int = 0
    greens: int = 0
    facts: int = 0
    lost: int = 0
    doubled: int = 0
    broken: int = 0
    queued: int = 0
    again: int = 0

    @property
    def well(self) -> bool:
        """Whether the promise held: of a queue only what had no receipt goes a second time."""
        return not (self.lost or self.doubled or self.broken) and self.again <= MOST


def any_mischief(dice: random.Random) -> Mischief:
    """One of all that a network may do."""
    share, rudely = dice.random(), dice.random() < 0.3
    return dice.choice(
        [
            bad_proxy.cuts_request(share, rudely),
            bad_proxy.cuts_request(share, rudely),
            _cuts_answer_anywhere(dice.random()),
            _cuts_answer_anywhere(dice.random()),
            bad_proxy.cuts_answer(share, rudely),
            bad_proxy.doubles,
            bad_proxy.brings_up_the_first_push,
            bad_proxy.answers_with_the_answer_before,
            bad_proxy.drips(dice.randint(1, 400)),
            bad_proxy.says(dice.choice((200, 204, 302, 403, 404, 407, 413, 429, 500, 502, 503, 504))),
            bad_proxy.says(200, dice.choice((b"{}", b"[]", b"null", b"", b"{")), "application/json"),
            bad_proxy.says_though_done(dice.choice((408, 502, 504))),
            bad_proxy.babbles,
        ]
    )


def _cuts_answer_anywhere(share: float) -> Mischief:
    """Any byte is as likely, and the request is made but once."""

    def cut(call: Call) -> None:
        answer = call.answer()
        call.send(answer[: int(share * len(answer))])
        call.hang_up()

    return cut


class Shift:
    """The laptop between its guests and the proxy."""

    def __init__(self, at: Place, kept: push.Kept, stores: Stores, between: Proxy) -> None:
        self.kept, self.stores, self.between, self.tokens = kept, stores, between, at.festival.tokens
        self.door = Door(kept.device.event, list_of(at.festival))
        self.clock = laptop_clock()
        self.greens: set[UUID] = set()

    def admit(self, dice: random.Random, guests: int) -> None:
        """Let in some of the guests, again and again."""
        for _ in range(guests):
            outcome = redeem(self.stores, self.door, Scanned(dice.choice(self.tokens)), self.clock())
            if outcome.fact is not None:
                self.greens.add(outcome.fact)

    def sync(self) -> int:
        """One cycle through the proxy; what still waits."""
        with self.kept.api(self.between.url) as api:
            return sync_once(self.stores, api, self.kept.party, self.clock).unsent


def suffer(shift: Shift, count: int, dice: random.Random) -> None:
    """So many mischiefs, some while facts go and some while news come."""
    for _ in range(count):
        shift.admit(dice, dice.randint(1, 4))
        shift.between.plan = [*[bad_proxy.passes] * dice.randint(0, 1), any_mischief(dice)]
        shift.sync()
        shift.between.plan = []


def drain(shift: Shift, dice: random.Random) -> int:
    """A long queue over a slow line that breaks once; how many facts were sent a second time."""
    while shift.sync():
        pass
    shift.admit(dice, QUEUE)
    shift.between.kept.clear()
    shift.between.delay_s = ROUND_TRIP_S
    shift.between.plan = [*[bad_proxy.passes] * 3, bad_proxy.cuts_answer(0.5)]
    while shift.sync():
        pass
    shift.between.delay_s = 0.0
    sent = [msgspec.json.decode(raw.partition(b"\r\n\r\n")[2], type=PushRequest) for raw in shift.between.pushes()]
    return sum(len(request.facts) for request in sent) - QUEUE


def run(folder: Path, count: int, seed: str) -> Tally:
    """Misbehave until `count` mischiefs are done in this folder, then let a long queue go; or the promise is broken."""
    notes = folder / "tally.json"
    tally = msgspec.json.decode(notes.read_bytes(), type=Tally) if notes.exists() else Tally()
    with place(folder, entry="unlimited") as at, proxy(urlsplit(at.server.address).port or 0) as between:
        kept = push.become_a_laptop(at)
        prepare(kept.folder, kept.mirror, kept.device.server)
        while tally.well and (tally.mischiefs < count or not tally.queued):
            dice = random.Random(f"{seed} {tally.mischiefs}")
            some = min(BETWEEN_LOOKS, count - tally.mischiefs)
            with closing(sync_stores(kept.folder, kept.mirror)) as stores:
                shift = Shift(at, kept, stores, between)
                shift.sync()
                suffer(shift, some, dice)
                if tally.mischiefs + some >= count:
                    tally.again, tally.queued = drain(shift, dice), QUEUE
            tally = _looked(at, kept, shift.greens, tally, some)
            notes.write_bytes(msgspec.json.encode(tally))
    return tally


def _looked(at: Place, kept: push.Kept, greens: set[UUID], tally: Tally, some: int) -> Tally:
    seen = push.look(at, kept, greens, push.Tally(greens=tally.greens, facts=tally.facts), 0)
    return Tally(
        mischiefs=tally.mischiefs + some,
        greens=seen.greens,
        facts=seen.facts,
        lost=seen.lost,
        doubled=seen.doubled,
        broken=seen.broken,
        queued=tally.queued,
        again=tally.again,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the promise held."""
    return soak(__doc__, run, arguments)


if __name__ == "__main__":
    sys.exit(main())
