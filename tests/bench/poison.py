"""A laptop that brings nothing but poison, as fast as a desktop ever syncs: what another door still gets done.

    python -m tests.bench.poison [--seconds 5] [--json]

One server process. A door pushes its scans, twenty at a time, one push after the other: first alone, then while a
laptop of the same event pushes 100 texts every 150 ms that are no facts: NULs, half characters, four thousand signs, a
time that is none. Floor: the door keeps half its rate.
"""

import argparse
import json
import multiprocessing
import sys
import time
from collections.abc import Sequence
from itertools import count
from multiprocessing.connection import Connection
from typing import Any

import httpx
import msgspec

from eventreg_core.facts import digest
from eventreg_core.wire import Head
from server.clock import utc_now
from tests.bench._stage import FIRST_SERIAL, Stage, stage
from tests.integration.laptop import Festival, Laptop

FLOOR = 0.5
AT_ONCE, POISONED, GUESTS = 20, 100, 2000
EVERY_S = 0.15


class Result(msgspec.Struct, frozen=True):
    """Facts a second of the good door, alone and meanwhile, and their ratio; texts that were set aside meanwhile."""

    alone_per_s: float
    meanwhile_per_s: float
    ratio: float
    quarantined: int


def measure(seconds: float) -> Result:
    """Both rates, one after the other."""
    with stage(GUESTS, 1) as place, _client(place.ports[0]) as client, _client(place.ports[0]) as organizer:
        organizer.headers["Authorization"] = f"Bearer {place.access_token()}"
        door = Laptop(client, organizer, place.festival, "Good")
        _rate(door, seconds / 5)
        alone = _rate(door, seconds)
        ours, theirs = multiprocessing.get_context("spawn").Pipe()
        told = (theirs, place.ports[0], place.access_token(), *_told(place))
        poisoner = multiprocessing.get_context("spawn").Process(target=_poison, args=told, daemon=True)
        poisoner.start()
        theirs.close()
        ours.recv()
        meanwhile = _rate(door, seconds)
        ours.send("over")
        quarantined = ours.recv()
        poisoner.join()
    return Result(round(alone), round(meanwhile), round(meanwhile / alone, 2), quarantined)


def _client(port: int) -> httpx.Client:
    return httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=30)


def _told(place: Stage) -> tuple[Any, ...]:
    festival = place.festival
    return festival.event, festival.check_in_list, festival.gate, festival.registrations, festival.tokens


def _rate(door: Laptop, seconds: float) -> float:
    """Facts a second that this door gets receipts for."""
    begun, sent = time.perf_counter(), 0
    while time.perf_counter() < begun + seconds:
        before = len(door.facts)
        for number in range(before, before + AT_ONCE):
            door.exit(f"{FIRST_SERIAL + number % GUESTS:016x}", utc_now())
        answer = door.push(door.facts[before:])
        assert all(receipt.state.value == "recorded" for receipt in answer.receipts)
        sent += AT_ONCE
    return sent / (time.perf_counter() - begun)


def _poison(end: Connection, port: int, token: str, *of_festival: Any) -> None:
    with _client(port) as client, _client(port) as organizer:
        organizer.headers["Authorization"] = f"Bearer {token}"
        laptop = Laptop(client, organizer, Festival(*of_festival), "Poisoned")
        fields = json.loads(laptop.check_in(laptop.festival.serial(), utc_now()).raw)
        numbers, quarantined = count(), 0
        while not end.poll():
            begun = time.monotonic()
            texts = [_text(fields, next(numbers)) for _ in range(POISONED)]
            answer = laptop.push_texts(texts, Head(1, digest(texts[-1].encode())))
            receipts = answer.raise_for_status().json()["receipts"]
            quarantined += sum(receipt["state"] == "quarantined" for receipt in receipts)
            if quarantined == len(receipts):
                end.send("begun")
            time.sleep(max(0.0, EVERY_S - (time.monotonic() - begun)))
        end.send(quarantined)


def _text(fields: dict[str, Any], number: int) -> str:
    bad = ({"operator": f"a\u0000{number}"}, {"operator": f"\ud800{number}"}, {"wall": f"1970-13-{number}"})
    return json.dumps(fields | bad[number % 3]) if number % 4 else f"{number}" + "Z" * 4000


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when the floor holds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--json", action="store_true")
    told = parser.parse_args(arguments)
    result = measure(told.seconds)
    missed = ["ratio"] if result.ratio < FLOOR else []
    found = msgspec.structs.asdict(result) | {"floors": {"ratio": FLOOR}, "missed": missed}
    print(json.dumps(found) if told.json else result)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
