"""What happens at the desk of a door without a window: operators, exceptions, money, parties, mistakes taken back."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from uuid import UUID

from eventreg_core.problems import Problem
from eventreg_desktop import scenario
from eventreg_desktop.clocks import Clock
from eventreg_desktop.door.annul import Annulled, NotAnnulled, annul
from eventreg_desktop.door.counts import Counts, attach, count
from eventreg_desktop.door.door import Allowed, Door
from eventreg_desktop.door.operators import Operator, add, check, list_operators
from eventreg_desktop.door.outcome import Outcome
from eventreg_desktop.door.party import admit_party, find_party
from eventreg_desktop.door.redeem import redeem
from eventreg_desktop.door.rehearse import begin_rehearsal
from eventreg_desktop.door.walk_in import NoneLeft, Sale, sell
from eventreg_desktop.store.roster import Roster
from eventreg_desktop.store.stock import list_shelves
from eventreg_desktop.store.stores import Stores

DeskStep = scenario.Allow | scenario.Pay | scenario.Admit | scenario.Sell


@dataclass
class HeadlessDesk:
    """Remembers whoever was judged last; `open_stores` gives connections of its own to count with."""

    roster: Roster
    clock: Clock
    open_stores: Callable[[], Stores]
    last: Outcome | None = None
    passed: list[UUID] | None = None
    token: str = ""

    def judged(self, outcome: Outcome) -> None:
        """This one is the last now."""
        self.last = outcome
        if outcome.fact is not None:
            self.passed = [*(self.passed or []), outcome.fact]

    def sign_in(self, door: Door, step: scenario.SignIn) -> Door:
        """The door with this operator; raises Problem for a wrong PIN."""
        known = any(each.name == step.name for each in list_operators(self.roster))
        who = self._known(step.name, step.pin) if known else add(self.roster, step.name, step.pin, supervisor=False)
        if not isinstance(who, Operator):
            raise Problem("bad_operator", f"{step.name} cannot be added with this PIN.")
        return replace(door, operator=who.id)

    def rehearse(self, stores: Stores, door: Door, step: scenario.Rehearse) -> Door:
        """The door in a rehearsal, or out of it."""
        return replace(door, rehearsal=begin_rehearsal(stores) if step.on else None)

    def differs(self, door: Door, step: scenario.Count) -> str:
        """What is wrong about a count; empty when it is right."""
        found: int = getattr(self.count(door), step.what)
        return "" if found == step.people else f"{found} people are {step.what}, {step.people} should be"

    def count(self, door: Door) -> Counts:
        """How full it is now."""
        with closing(self.open_stores()) as stores:
            attach(stores)
            return count(stores, door, self.clock())

    def act(self, stores: Stores, door: Door, step: DeskStep) -> list[Outcome]:
        """Do it, for whoever was judged last, or who has no ticket."""
        if isinstance(step, scenario.Sell):
            outcome = self._sell(stores, door, step)
            return [] if outcome is None else [outcome]
        last = self.last
        if last is None or last.entered is None:
            raise Problem("nobody_judged", "Nobody was judged yet. Scan a ticket first.")
        match step:
            case scenario.Allow(name=name, pin=pin, words=words):
                allowed = Allowed(self._known(name, pin).id, f"{name}: {words}")
                return [redeem(stores, door, last.entered, self.clock(), allowed)]
            case scenario.Pay(taken=taken):
                return [redeem(stores, door, last.entered, self.clock(), taken=taken)]
            case scenario.Admit(numbers=numbers):
                return admit_party(stores, door, self._party(stores, door, last, numbers), self.clock())

    def sells_otherwise(self, stores: Stores, step: scenario.Stocked) -> str:
        """What is wrong about the stock; empty when it is right."""
        left = sum(each.left for each in list_shelves(stores, None))
        return "" if left == step.left else f"{left} tickets are left to sell, {step.left} should be"

    def sold_last(self) -> str:
        """The code of the ticket that was sold last; raises Problem before the first."""
        if not self.token:
            raise Problem("nothing_sold", "No ticket was sold yet.")
        return self.token

    def _sell(self, stores: Stores, door: Door, step: scenario.Sell) -> Outcome | None:
        shelves = list_shelves(stores, None if door.rehearsal is None else door.rehearsal.after)
        number = next((each.ticket_type for each in shelves if each.name == step.ticket_type), 0)
        sold = sell(stores, door, Sale(step.name, number, step.taken, not step.for_later), self.clock())
        if isinstance(sold, NoneLeft):
            raise Problem("none_left", f"No {step.ticket_type} is left to sell.")
        self.token = sold.token
        if sold.outcome is None:
            self.passed = [*(self.passed or []), sold.fact]
        return sold.outcome

    def undo(self, stores: Stores, door: Door) -> Annulled | NotAnnulled:
        """Take the newest passage back; raises Problem when nobody has passed."""
        if not self.passed:
            raise Problem("nobody_passed", "Nobody has passed yet.")
        undone = annul(stores, door, self.passed[-1], self.clock())
        if isinstance(undone, Annulled):
            self.passed.pop()
        return undone

    def _party(self, stores: Stores, door: Door, last: Outcome, numbers: tuple[int, ...]) -> list[bytes]:
        party = [] if last.serial is None else [*find_party(stores, door, last.serial, self.clock()).members]
        if not numbers:
            return [each.serial for each in party if each.status == "valid" and each.admitted_at is None]
        if not all(1 <= number <= len(party) for number in numbers):
            raise Problem("no_such_member", f"The party has {len(party)} members.")
        return [party[number - 1].serial for number in numbers]

    def _known(self, name: str, pin: str) -> Operator:
        found = next((each for each in list_operators(self.roster) if each.name == name), None)
        checked = None if found is None else check(self.roster, found.id, pin, self.clock())
        if not isinstance(checked, Operator):
            raise Problem("wrong_pin", f"This is not the PIN of {name}.")
        return checked
