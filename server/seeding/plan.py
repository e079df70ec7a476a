"""How much shall be made, and how it is spread over the events."""

from dataclasses import dataclass
from random import Random

from eventreg_core.problems import Problem

MOST_REGISTRATIONS = 10_000_000
LARGEST = 100_000
"""The first event has a tenth of all registrations, and no more than this."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to make: registrations in so many events, accounts beside those of the staff.

    `largest` registrations are at the first event, which takes place now; the others share what is left, unevenly.
    `scanned` is the share of tickets, of events that have begun, whose guests came in. The same `seed` gives the same
    people, sizes and payments; ids, serials and keys are new each time.
    """

    registrations: int
    events: int
    users: int
    largest: int
    scanned: float = 0.0
    seed: int = 1


def plan_of(
    registrations: int,
    events: int | None = None,
    users: int = 0,
    scanned: float = 0.0,
    seed: int = 1,
    largest: int | None = None,
) -> Plan:
    """A plan with what was left open filled in: a hundred registrations an event.

    Raises Problem `bad_plan` for what cannot be spread.
    """
    many = events if events is not None else max(1, registrations // 100)
    first = largest if largest is not None else min(LARGEST, max(registrations // 10, registrations // many))
    if many == 1:
        first = registrations
    if not 0 < registrations <= MOST_REGISTRATIONS or not 0 < many <= registrations or users < 0:
        raise Problem("bad_plan", f"Ask for 1 to {MOST_REGISTRATIONS:,} registrations, in no more events than that.")
    if not 0 <= scanned <= 1:
        raise Problem("bad_plan", "--scanned is a share: from 0 (nobody came) to 1 (everybody did).")
    if not 0 < first <= registrations - (many - 1):
        raise Problem("bad_plan", "The first event cannot be as large: each other event needs a registration too.")
    return Plan(registrations, many, users, first, scanned, seed)


def sizes(plan: Plan, rng: Random) -> list[int]:
    """How many registrations each event has, the largest first; together exactly what was asked for."""
    others, left = plan.events - 1, plan.registrations - plan.largest
    if not others:
        return [plan.registrations]
    weights = [rng.uniform(0.2, 1.8) for _ in range(others)]
    # One for each, then shares of the rest; what rounding leaves goes to the first ones.
    spare, total = left - others, sum(weights)
    shared = [1 + int(spare * weight / total) for weight in weights]
    for index in range(left - sum(shared)):
        shared[index] += 1
    return [plan.largest, *shared]
