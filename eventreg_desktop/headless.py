"""A door without a window: plays a scenario through the same code as the window, and says what differed."""

import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Protocol

from eventreg_core.enrolment import enrolment_of
from eventreg_core.problems import MalformedText, Problem
from eventreg_desktop import scenario
from eventreg_desktop.clocks import Clock
from eventreg_desktop.door.annul import Annulled
from eventreg_desktop.door.counts import Counts
from eventreg_desktop.door.directory import Directory
from eventreg_desktop.door.door import Chosen, Door, Scanned
from eventreg_desktop.door.end import end_shift
from eventreg_desktop.door.lookup import find
from eventreg_desktop.door.outcome import Candidate, Outcome
from eventreg_desktop.door.redeem import redeem
from eventreg_desktop.headless_desk import HeadlessDesk
from eventreg_desktop.played import NOT_SEEN, Played, Report, as_json, as_plain, told_of
from eventreg_desktop.scenario import Expected, Step
from eventreg_desktop.store import journal, mirror
from eventreg_desktop.store.mirror import EventHere
from eventreg_desktop.store.roster import open_roster
from eventreg_desktop.store.stores import Folder, Stores, held
from eventreg_desktop.store.vault import Vault
from eventreg_desktop.sync.cycle import sync_once
from eventreg_desktop.sync.http import HttpSyncApi
from eventreg_desktop.sync.state import Connection, SyncState
from eventreg_desktop.work.camera import scans
from eventreg_desktop.work.laptop import Enrolled, become_enrolled, find_enrolled
from eventreg_desktop.work.opencv import Picture


class Watcher(Protocol):
    """Whoever wants to look while a scenario is played."""

    def stood(self, event: EventHere, check_in_list: str, gate: str | None) -> None:
        """The door stands at this list and gate, by name."""

    def judged(self, outcome: Outcome, picture: Picture | None, counted: Callable[[], Counts]) -> None:
        """A scan was judged; the picture is the one it was seen in, `counted` tells how full it is since."""


class Nobody:
    """Looks away."""

    def stood(self, event: EventHere, check_in_list: str, gate: str | None) -> None:
        """Say nothing."""

    def judged(self, outcome: Outcome, picture: Picture | None, counted: Callable[[], Counts]) -> None:
        """Say nothing."""


@dataclass
class Headless:
    """One door, as far as a scenario has brought it."""

    folder: Folder
    vault: Vault
    clock: Clock
    said: Callable[[Played], None]
    watcher: Watcher
    online: bool = True
    played: list[Played] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    _enrolled: Enrolled | None = None
    _stores: Stores | None = None
    _api: HttpSyncApi | None = None
    _door: Door | None = None
    _directory: Directory = field(default_factory=Directory)
    _found: tuple[Candidate, ...] = ()
    _at_desk: HeadlessDesk | None = None

    def play(self, step: Step) -> None:
        """Do one step; raises Problem when the scenario cannot go on."""
        match step:
            case scenario.Enrol(text=text):
                self._enrol(text)
            case scenario.Stand() as stand:
                self._door = self._stand(stand)
            case scenario.Turn(kind=kind):
                self._door = replace(self._at_door(), kind=kind)
            case scenario.Connect(online=online):
                self.online = online
            case scenario.Sync():
                self._must_sync()
            case scenario.Unsent(count=count):
                self._compare_unsent(count)
            case scenario.Find(typed=typed):
                found = find(self._opened_stores(), self._directory, self._at_door(), typed, self.clock())
                self._found = found.candidates
            case scenario.SignIn() | scenario.Rehearse() | scenario.Count() | scenario.Stocked():
                self._at_the_desk(step)
            case scenario.Undo(expected=expected):
                self._undo(next(iter(expected), None))
            case _:
                self._judge(step)

    def _at_the_desk(self, step: scenario.SignIn | scenario.Rehearse | scenario.Count | scenario.Stocked) -> None:
        match step:
            case scenario.SignIn():
                self._door = self._desk().sign_in(self._at_door(), step)
            case scenario.Rehearse():
                self._door = self._desk().rehearse(self._opened_stores(), self._at_door(), step)
            case scenario.Count():
                self.wrong += filter(None, [self._desk().differs(self._at_door(), step)])
            case scenario.Stocked():
                self.wrong += filter(None, [self._desk().sells_otherwise(self._opened_stores(), step)])

    def report(self) -> Report:
        """What happened so far."""
        counts = journal.counts(self._opened_stores().journal)
        return Report(self.played, counts.facts, counts.unsent)

    def close(self) -> None:
        """End the shift; give files and connections back."""
        if self._stores is not None:
            end_shift(self._stores, self._device().secrets.signing)
            self._stores.close()
        if self._api is not None:
            self._api.close()
        self._stores = self._api = None

    def _judge(self, step: scenario.Judged) -> None:
        expected = iter(step.expected)
        for judge, picture in self._judgements(step):
            self._enter(judge, picture, next(expected, None))
        for missing in expected:
            self._note(Played(len(self.played) + 1, missing.verdict, missing.reason, None, NOT_SEEN, 0.0, 0.0))
        seen = len(self.played)
        if isinstance(step, scenario.Video) and step.expected and self.played[-1].expected is None:
            self.wrong.append(f"{step.file.name}: more scans than expected, {seen} by now")
        if self.online:
            self._sync()

    def _judgements(self, step: scenario.Judged) -> Iterator[tuple[Callable[[], Outcome], Picture | None]]:
        if isinstance(step, scenario.Allow | scenario.Pay | scenario.Admit | scenario.Sell):
            for outcome in self._desk().act(self._opened_stores(), self._at_door(), step):
                yield partial(_itself, outcome), None
            return
        for entered, picture in self._entered(step):
            yield partial(redeem, self._opened_stores(), self._at_door(), entered, self.clock()), picture

    def _entered(self, step: scenario.Judged) -> Iterator[tuple[Scanned | Chosen, Picture | None]]:
        match step:
            case scenario.Scan(text=text):
                yield Scanned(text), None
            case scenario.Choose(number=number):
                if not 1 <= number <= len(self._found):
                    raise MalformedText("bad_scenario", f"choose {number}: {len(self._found)} tickets were found.")
                yield Chosen(self._found[number - 1].serial), None
            case scenario.Show():
                yield Scanned(self._desk().sold_last()), None
            case scenario.Video(file=file):
                for seen in scans(str(file)):
                    yield Scanned(seen.text, seen.decode_ms), seen.frame

    def _undo(self, expected: Expected | None) -> None:
        done = self._desk().undo(self._opened_stores(), self._at_door())
        told, why = ("undone", None) if isinstance(done, Annulled) else ("stands", done.why.value)
        verdict, because = (None, None) if expected is None else (expected.verdict, expected.reason)
        self._note(Played(len(self.played) + 1, verdict, because, told, why, 0.0, 0.0))
        if self.online:
            self._sync()

    def _enter(self, judge: Callable[[], Outcome], picture: Picture | None, expected: Expected | None) -> None:
        number = len(self.played) + 1
        verdict, because = (None, None) if expected is None else (expected.verdict, expected.reason)
        try:
            outcome = judge()
        except Problem as problem:
            self._note(Played(number, verdict, because, None, problem.code, 0.0, 0.0))
            return
        self._desk().judged(outcome)
        told, reason = told_of(outcome)
        decode_ms, commit_ms = round(outcome.decode_ms, 3), round(outcome.commit_ms, 3)
        self._note(Played(number, verdict, because, told, reason, decode_ms, commit_ms))
        self.watcher.judged(outcome, picture, partial(self._desk().count, self._at_door()))

    def _note(self, played: Played) -> None:
        self.played.append(played)
        self.said(played)

    def _enrol(self, text: str) -> None:
        self.close()
        self._enrolled = become_enrolled(self.folder, self.vault, enrolment_of(text), platform.node() or "Door")
        self._sync()

    def _stand(self, stand: scenario.Stand) -> Door:
        stores = self._opened_stores()
        event = mirror.find_event(stores.mirror, self._device().device.event)
        lists = [] if event is None else mirror.list_lists(stores.mirror, event)
        found = next((each for each in lists if each.name == stand.list), None)
        gates = mirror.list_gates(stores.mirror)
        gate = next((each for each in gates if found and (each.name, each.list) == (stand.gate, found.id)), None)
        if event is None or found is None or (stand.gate is not None and gate is None):
            known = ", ".join([each.name for each in lists] + [each.name for each in gates]) or "nothing yet"
            raise Problem("no_list", f"There is no such list or gate here. Known: {known}.")
        self.watcher.stood(event, stand.list, stand.gate)
        server_key = bytes.fromhex(self._device().device.server_key)
        return Door(event.id, found.id, None if gate is None else gate.id, server_key=server_key)

    def _compare_unsent(self, count: int) -> None:
        unsent = journal.counts(self._opened_stores().journal).unsent
        if unsent != count:
            self.wrong.append(f"{unsent} facts are unsent, expected were {count}")

    def _must_sync(self) -> None:
        state = self._sync()
        if state.connection is not Connection.ONLINE:
            raise Problem("no_answer", state.sentence or "The server does not answer.")

    def _sync(self) -> SyncState:
        enrolled, stores = self._device(), self._opened_stores()
        if self._api is None:
            self._api = enrolled.api(self.clock)
        return sync_once(stores, self._api, enrolled.party, self.clock)

    def _device(self) -> Enrolled:
        if self._enrolled is None:
            self._enrolled = find_enrolled(self.folder, self.vault)
        if self._enrolled is None:
            raise Problem("not_enrolled", "This laptop is not enrolled. Begin the scenario with an enrol line.")
        return self._enrolled

    def _opened_stores(self) -> Stores:
        if self._stores is None:
            self._stores = self._device().sync_stores()
            self._directory = Directory()
        return self._stores

    def _desk(self) -> HeadlessDesk:
        if self._at_desk is None:
            enrolled = self._device()
            roster = open_roster(self.folder, self.vault, enrolled.device.id)
            self._at_desk = HeadlessDesk(roster, self.clock, enrolled.door_stores)
        return self._at_desk

    def _at_door(self) -> Door:
        if self._door is None:
            raise Problem("no_list", "No door yet. Say which list with a door line.")
        return self._door


def run(
    file: Path,
    folder: Folder,
    vault: Vault,
    clock: Clock,
    watcher: Watcher,
    write: Callable[[str], None],
    *,
    json: bool,
) -> int:
    """Play the scenario in `file` on the data folder; a line by `write` for each scan, and a last one.

    0 when all was as expected, 1 when something differed, 2 when the scenario could not be played.
    """

    def said(played: Played) -> None:
        write(as_json(played) if json else as_plain(played))

    door = Headless(folder, vault, clock, said, watcher)
    try:
        with held(folder):
            for step in scenario.read_scenario(file):
                door.play(step)
            report = door.report()
    except Problem as problem:
        write(as_json({"problem": problem.code, "sentence": problem.sentence}) if json else problem.sentence)
        return 2
    finally:
        door.close()
    for line in door.wrong:
        write(as_json({"differs": line}) if json else f"differs: {line}")
    if json:
        write(as_json(report))
    else:
        write(f"{len(report.scans)} scans, {report.device_facts} facts, {report.unsent} unsent")
    return 1 if door.wrong or any(played.differs for played in door.played) else 0


def _itself(outcome: Outcome) -> Outcome:
    return outcome
