"""An evening of several laptops at the real server, uploaded in many orders: each of them ends in one state.

    python -m tests.soak.sync --devices 4 --steps 200 --orders 6 --seed S [--json]

Real laptops (desktop code on real files) and the real server on PostgreSQL. First everything happens as the dice of the
seed say, syncs over a bad network among it, until all is quiet and everybody agrees. Then the server forgets what doors
told, and is told it anew in other orders: whole journals one after the other, backwards, or in pieces of which some
come twice. `state_hashes` and `conflict_lists` count how many different ones there were over all orders: one of each.
"""

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import msgspec
import structlog

from eventreg_core.admission import EntryPolicy, Kind, Status
from eventreg_core.wire import PushRequest
from tests.soak.evenings import on_postgres
from tests.sync.evening import Evening, Truth
from tests.sync.festival import ADULT, PRESS
from tests.sync.machine import empty_laptop
from tests.sync.outcome import Outcome
from tests.sync.rest import come_to_rest, portions

NETWORK = ("", "", "", "lost", "twice", "unreachable")
SKEWS = (0, -120, 7, 1440)


class Tally(msgspec.Struct, kw_only=True):
    """What was seen; `state_hash` is that of every order if there is one."""

    seed: str
    devices: int
    steps: int
    orders: int
    facts: int
    conflicts: int
    state_hash: str
    state_hashes: int
    conflict_lists: int

    @property
    def well(self) -> bool:
        """Whether the promise held."""
        return self.state_hashes == 1 and self.conflict_lists == 1


def happen(evening: Evening, dice: random.Random) -> None:
    """Let one thing happen."""
    who, which, where = dice.randrange(8), dice.randrange(30), dice.randrange(3)
    kind = dice.choice((Kind.ENTRY, Kind.ENTRY, Kind.EXIT))
    types = dice.choice(((ADULT,), (ADULT, PRESS)))
    acts: list[tuple[int, Callable[[], object]]] = [
        (40, lambda: evening.scan(who, which, where, kind, dice.choice(("scanned", "scanned", "chosen", "paid")))),
        (12, lambda: evening.sync(who, [dice.choice(NETWORK) for _ in range(3)])),
        (10, lambda: evening.wait(dice.choice((1, 30, 120, 1200)))),
        (6, lambda: evening.annul(who, which, dice.random() < 0.5)),
        (4, lambda: evening.die(who, dice.randrange(40), lambda: evening.sync(who))),
        (4, lambda: evening.change(which, status=dice.choice((Status.VALID, Status.BLOCKED, Status.CANCELLED)))),
        (3, lambda: evening.change(which, settled=dice.random() < 0.5)),
        (3, lambda: evening.reissue(which)),
        (3, evening.register),
        (3, lambda: evening.settle_list(where, dice.choice(list(EntryPolicy)), dice.choice((None, -60, 60)), types)),
        (3, lambda: evening.set_clock(who, dice.choice((-61, -3, 3, 1500)))),
        (3, lambda: evening.reboot(who, dice.choice((0, 0, -61)))),
        (1, evening.back_up),
        (1, evening.restore),
    ]
    [act] = dice.choices([act for _, act in acts], weights=[weight for weight, _ in acts])
    act()


def upload(evening: Evening, number: int, dice: random.Random) -> Outcome:
    """Tell the server everything anew, in another way for each number."""
    whole: list[tuple[UUID, PushRequest]] = [
        (member.device, member.portion(journal, chain))
        for member in evening.members
        for journal, chain in member.journals()
        if chain
    ]
    if number == 0:
        return evening.server.anew(whole)
    if number == 1:
        return evening.server.anew(whole[::-1])
    return evening.server.anew(portions(evening, dice))


def run(truth: Truth, path: Path, devices: int, steps: int, orders: int, seed: str) -> Tally:
    """One evening, and then its uploads."""
    dice = random.Random(seed)
    evening = Evening(truth, path, empty_laptop)
    try:
        evening.open_doors([timedelta(minutes=SKEWS[number % len(SKEWS)]) for number in range(devices)])
        for number in range(devices):
            evening.sync(number)
        for _ in range(steps):
            happen(evening, dice)
        ends = [come_to_rest(evening, 0, dice)]
        facts = len(evening.server.facts())
        ends += [upload(evening, number, dice) for number in range(orders)]
    finally:
        evening.close()
        truth.close()
    return Tally(
        seed=seed,
        devices=devices,
        steps=steps,
        orders=orders,
        facts=facts,
        conflicts=len(ends[0].conflicts),
        state_hash=ends[0].state_hash,
        state_hashes=len({end.state_hash for end in ends}),
        conflict_lists=len({end.conflicts for end in ends}),
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every order ended in one state."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--devices", type=int, default=4)
    parser.add_argument("--steps", type=int, default=200, help="things that happen")
    parser.add_argument("--orders", type=int, default=6, help="other orders in which all is uploaded")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--json", action="store_true", help="the line at the end is JSON")
    told = parser.parse_args(arguments)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    path = Path(tempfile.mkdtemp(prefix="eventreg-evening-"))
    try:
        with on_postgres() as truth:
            tally = run(truth(), path, told.devices, told.steps, told.orders, told.seed)
    finally:
        shutil.rmtree(path, ignore_errors=True)
    print(msgspec.json.encode(tally).decode() if told.json else tally)
    return 0 if tally.well else 1


if __name__ == "__main__":
    sys.exit(main())
