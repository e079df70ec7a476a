"""Evenings as hypothesis makes them up: whatever happens to laptops, network, clocks and server, nothing is lost.

    python -m tests.soak.stateful --examples 5000 --steps 60 --seed 1 [--postgres | --planted] [--json]

An evening is some laptops (the real desktop code on real files), a server, and at most so many things that happen in
any order: scans, lost requests and answers, programs that die between any two of their steps, clocks that are set,
copied disks, tickets that are cancelled, replaced or paid, lists that change, a server that comes back from a copy.
When it is quiet again nothing is lost and nothing double, laptops and server agree on who is where, and the state's
hash and the conflicts are those of every other order of arrival. The first evening that breaks a promise is made as
short as it can be, and printed. The seed repeats it.

The server is one in memory, which judges by the same `eventreg_core`; with `--postgres` it is the real one.
With `--planted` each bug that is planted on purpose must be found within `--examples` evenings.
"""

import argparse
import sys
import time
from collections.abc import Sequence

import msgspec

from tests.soak.evenings import Found, on_postgres
from tests.sync.memory_truth import MemoryTruth
from tests.sync.planted import BUGS
from tests.sync.running import Tally, run

TOLD_EVERY_S = 60


def find_planted(examples: int, steps: int, seed: int) -> list[Found]:
    """How many evenings it took to find each planted bug; none of them counts as found after `examples`."""
    found = []
    for name, bug in BUGS.items():
        with bug.wrong():
            tally = run(bug.truth, examples, steps, seed, orders=1, shrink=False)
        found.append(Found(name, tally.examples + 1, tally.failed.partition("\n")[0]))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when every promise held; with `--planted` when every bug was found."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--examples", type=int, default=5000, help="evenings")
    parser.add_argument("--steps", type=int, default=60, help="things that happen in one, at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--postgres", action="store_true", help="at the real server, on PostgreSQL")
    parser.add_argument("--planted", action="store_true", help="look for the bugs that are planted on purpose")
    parser.add_argument("--json", action="store_true", help="the line at the end is JSON")
    told = parser.parse_args(arguments)
    if told.planted:
        found = find_planted(told.examples, told.steps, told.seed)
        print(msgspec.json.encode(found).decode() if told.json else "\n".join(map(str, found)))
        return 0 if all(each.how for each in found) else 1
    tally = _run(told.postgres, told.examples, told.steps, told.seed)
    print(msgspec.json.encode(tally).decode() if told.json else tally)
    return 0 if tally.well else 1


def _run(postgres: bool, examples: int, steps: int, seed: int) -> Tally:
    heard = _Telling(examples)
    if not postgres:
        return run(MemoryTruth, examples, steps, seed, heard=heard)
    with on_postgres() as truth:
        return run(truth, examples, steps, seed, heard=heard)


class _Telling:
    """Says once a minute how far it is."""

    def __init__(self, examples: int) -> None:
        self._examples, self._said = examples, time.monotonic()

    def __call__(self, tally: Tally) -> None:
        if time.monotonic() - self._said >= TOLD_EVERY_S:
            self._said = time.monotonic()
            print(f"{tally.examples} of {self._examples} evenings, {tally.facts} facts", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
