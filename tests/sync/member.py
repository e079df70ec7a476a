"""One laptop among several: its program dies and starts again, its disk is copied, its clock is set."""

import shutil
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from eventreg_core.admission import Kind
from eventreg_core.blanks import Stock
from eventreg_core.facts import FIRST_PREV, Recorded, broken_at, head_message
from eventreg_core.sync_api import SyncApi
from eventreg_core.wire import Cursor, Head, PullAnswer, PushAnswer, PushRequest
from eventreg_desktop.door.annul import NotAnnulled, annul
from eventreg_desktop.door.counts import attach, count
from eventreg_desktop.door.door import Allowed, Door, Entered, Taken
from eventreg_desktop.door.outcome import Outcome
from eventreg_desktop.door.redeem import redeem
from eventreg_desktop.store import journal, mirror, tickets
from eventreg_desktop.store.journal import Journal
from eventreg_desktop.store.stores import Stores, prepare, sync_stores
from eventreg_desktop.sync.answers import NoAnswer
from eventreg_desktop.sync.cycle import Party, sync_once
from eventreg_desktop.sync.state import SyncState
from tests.sync.laptop import KEY, Hands, small
from tests.sync.mortal import Died, Life, mortal
from tests.sync.outcome import Figures

Result = TypeVar("Result")
BOSS = Allowed("supervisor", "")


@dataclass
class Line:
    """The way to the server; `troubles` says of each request in turn what the network does to it."""

    server: SyncApi
    life: Life
    troubles: list[str]

    def push(self, request: PushRequest) -> PushAnswer:
        """As SyncApi."""
        return self._through(lambda: self.server.push(request))

    def pull(self, event: UUID, cursor: Cursor, journal: UUID) -> PullAnswer:
        """As SyncApi."""
        return self._through(lambda: self.server.pull(event, cursor, journal))

    def snapshot(self, event: UUID) -> bytes:
        """As SyncApi."""
        return self._through(lambda: self.server.snapshot(event))

    def blanks(self, event: UUID) -> Stock:
        """As SyncApi."""
        return self._through(lambda: self.server.blanks(event))

    def _through(self, ask: Callable[[], Result]) -> Result:
        trouble = self.troubles.pop(0) if self.troubles else ""
        self.life.step()
        if trouble == "unreachable":
            raise NoAnswer
        answer = ask()
        if trouble == "twice":
            answer = ask()
        self.life.step()
        if trouble == "lost":
            raise NoAnswer
        return answer


@dataclass
class Member:
    """A laptop: its files below `path`, who it is (`device`, `party`), its clocks, and the lights that people saw."""

    path: Path
    device: UUID
    party: Party
    clock: Hands
    greens: list[UUID] = field(default_factory=list)
    life: Life = field(default_factory=Life)
    starts: int = 0
    _files: Stores | None = None

    @property
    def files(self) -> Stores:
        """Its two files, for looking into them."""
        if self._files is None:
            folder = small(self.path)
            prepare(folder, KEY, self.party.server)
            self._files = sync_stores(folder, KEY)
            for file in (self._files.mirror, self._files.journal):
                file.execute("PRAGMA synchronous = OFF")  # what dies here is a program, never the disk
        return self._files

    def redeem(self, door: Door, entered: Entered, allowed: bool = False, taken: Taken | None = None) -> Outcome | None:
        """Judge; None where the program died before anybody saw a light."""
        boss = BOSS if allowed else None
        outcome = self._lives(lambda files: redeem(files, door, entered, self.clock(), boss, taken))
        if outcome is not None and outcome.fact is not None:
            self.greens.append(outcome.fact)
        return outcome

    def annul(self, door: Door, fact: UUID, allowed: bool) -> bool:
        """Undo; whether it may be undone now, which only who died in it does not know."""
        boss = BOSS if allowed else None
        return not isinstance(self._lives(lambda files: annul(files, door, fact, self.clock(), boss)), NotAnnulled)

    def sync(self, server: SyncApi, troubles: list[str]) -> SyncState | None:
        """One cycle; None where the program died in it."""
        line = Line(server, self.life, list(troubles))
        return self._lives(lambda files: sync_once(files, line, self.party, self.clock))

    def close(self) -> None:
        """Leave the files, as at the end of the program or of its life."""
        if self._files is not None:
            self._files.close()
        self._files = None

    def reboot(self, jump: timedelta) -> None:
        """Switch off and on; meanwhile the clock is set by `jump`."""
        self.close()
        self.starts += 1
        self.clock = replace(self.clock, wall=self.clock.wall + jump, boot=f"{self.path.name} {self.starts}", mono_ns=1)

    def copied(self, path: Path) -> "Member":
        """Another laptop with a copy of this one's disk."""
        self.close()
        shutil.copytree(self.path, path)
        clock = replace(self.clock, boot=f"{path.name} 0", mono_ns=1)
        return Member(path, self.device, self.party, clock, list(self.greens))

    def journals(self) -> list[tuple[Journal, list[Recorded]]]:
        """All its journals, each whole."""
        file = self.files.journal
        return [(each, journal.chain(file, each.id)) for each in journal.list_journals(file, self.party.server)]

    def figures(self, doors: Iterable[Door]) -> dict[UUID, Figures]:
        """What its screen shows at each of these doors, by their lists."""
        with closing(sync_stores(small(self.path), KEY)) as files:
            attach(files)
            counted = {door.list: count(files, door, self.clock()) for door in doors}
        return {each: Figures(one.inside, one.admitted, one.expected) for each, one in counted.items()}

    def standing(self, list_id: UUID, serial: bytes) -> list[tuple[UUID, Kind]]:
        """Which passages stand for it at its door, in order."""
        anchor = mirror.state(self.files.mirror).anchor
        at_door = tickets.at_door(self.files, list_id, serial, anchor)
        return [(passage.fact, passage.kind) for passage in at_door.standing if passage.fact is not None]

    def seat_of(self, serial: bytes) -> tuple[object, ...]:
        """Whose place this serial is, as far as its list tells."""
        row = self.files.mirror.execute(
            "SELECT registration, place FROM tickets WHERE serial = ?", (serial,)
        ).fetchone()
        return (serial,) if row is None or row[0] is None else tuple(row)

    def portion(self, chain: Journal, facts: list[Recorded]) -> PushRequest:
        """Consecutive facts of one journal, vouched for."""
        last = facts[-1]
        head = Head(last.fact.seq or 0, last.hash)
        signature = self.party.signing.sign(head_message(chain.id, head.seq, head.hash)).hex()
        texts = [each.raw.decode() for each in facts]
        return PushRequest(journal=chain.id, facts=texts, head=head, signature=signature, continues=chain.continues)

    def is_whole(self) -> bool:
        """Whether each of its chains holds."""
        return all(broken_at(chain, 0, FIRST_PREV) is None for _, chain in self.journals())

    def _lives(self, do: Callable[[Stores], Result]) -> Result | None:
        try:
            return do(mortal(self.files, self.life))
        except Died:
            self.close()
            return None
        finally:
            self.life.left = None
