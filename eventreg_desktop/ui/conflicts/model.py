"""What the office's screen is about. Holds no widget, asks no server: it says what is wanted, and hears what came."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from PySide6.QtCore import QObject, Signal, Slot

from eventreg_core.problems import Problem
from eventreg_desktop.admin.answers import CheckInList, Completeness, Conflict, Detail, Event, Page, SettledMany
from eventreg_desktop.admin.remote import Asked, Wish
from eventreg_desktop.ui import texts
from eventreg_desktop.ui.conflicts import wording
from eventreg_desktop.ui.conflicts.state import Bulk, Filter, OfficeState, Screen, Undo


class OfficeModel(QObject):
    """One signed-in organizer at work on one event."""

    changed = Signal(object)
    """An `OfficeState`."""
    sign_in_wanted = Signal(str, str, str)
    lists_wanted = Signal(object)
    page_wanted = Signal(object)
    detail_wanted = Signal(object)
    settle_wanted = Signal(object, str)
    bulk_wanted = Signal(object)
    reopen_wanted = Signal(object, object)
    everything_wanted = Signal(object)
    proof_wanted = Signal(object, str)

    def __init__(self, address: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state = OfficeState(address=address)
        self._stopped: Bulk | None = None
        """Stopped while a step of it ran, whose answer is still to come."""

    @Slot(str, str, str)
    def sign_in(self, address: str, email: str, password: str) -> None:
        """Somebody wants to begin."""
        self._become(replace(self.state, address=address, email=email, busy=True, problem=""))
        self.sign_in_wanted.emit(address, email, password)

    def signed_in(self, events: Sequence[Event]) -> None:
        """It is them; the newest event is shown."""
        self._become(replace(self.state, screen=Screen.CONFLICTS, events=tuple(events), busy=False))
        if events:
            self.choose_event(events[0])

    @Slot(object)
    def choose_event(self, event: Event) -> None:
        """Work on another event."""
        if event == self.state.event:
            return
        self._stopped = None
        fresh = replace(self.state, event=event, lists=(), items=(), chosen=None, detail=None, everything=None)
        self._become(replace(fresh, filter=Filter(), undo=None, bulk=None, said="", total=0, open=()))
        self.lists_wanted.emit(event.id)
        self.refresh()

    def lists_known(self, event: UUID, lists: Sequence[CheckInList]) -> None:
        """The lists one may filter by; of another event than is chosen by now, dropped."""
        if self._is_chosen(event):
            self._become(replace(self.state, lists=tuple(lists)))

    @Slot(object)
    def filter_by(self, wished: Filter) -> None:
        """List something else."""
        if wished != self.state.filter:
            self._become(replace(self.state, filter=wished, chosen=None, detail=None))
            self.refresh()

    @Slot(object)
    def show_screen(self, screen: Screen) -> None:
        """Turn to another page."""
        self._become(replace(self.state, screen=screen, problem=""))
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Ask again for what is shown."""
        asked = self.state.asked
        if asked is None:
            return
        self._become(replace(self.state, busy=True, problem=""))
        if self.state.screen is Screen.EVERYTHING:
            self.everything_wanted.emit(asked.event)
        else:
            self.page_wanted.emit(asked)

    @Slot()
    def show_more(self) -> None:
        """The next page of the same list."""
        asked = self.state.asked
        if asked is not None and self.state.cursor is not None and not self.state.busy:
            self._become(replace(self.state, busy=True))
            self.page_wanted.emit(replace(asked, cursor=self.state.cursor))

    def page_known(self, asked: Asked, page: Page) -> None:
        """A page came; one that is not wanted any more is dropped."""
        present = self.state.asked
        if present is None or replace(asked, cursor=None) != present:
            return
        items = (*self.state.items, *page.items) if asked.cursor is not None else page.items
        counted = replace(self.state, total=page.total, open=tuple(page.open.items()))
        self._become(replace(counted, items=items, cursor=page.next_cursor, busy=False))
        still = any(each.id == self.state.chosen for each in items)
        self.choose(self.state.chosen if still else items[0].id if items else None)

    @Slot(object)
    def choose(self, conflict: UUID | None) -> None:
        """Look at one closely."""
        detail = self.state.detail
        same = detail is not None and detail.conflict == self.state.conflict and detail.conflict.id == conflict
        self._become(replace(self.state, chosen=conflict, detail=detail if same else None))
        if conflict is not None and not same:
            self.detail_wanted.emit(conflict)

    def detail_known(self, detail: Detail) -> None:
        """Everything that happened there."""
        if detail.conflict.id == self.state.chosen:
            self._become(replace(self.state, detail=detail))

    @Slot(str)
    def settle(self, wish: Wish) -> None:
        """Decide about the chosen one."""
        conflict = self.state.conflict
        if conflict is not None and conflict.is_open and not self.state.busy:
            self._become(replace(self.state, busy=True, problem=""))
            self.settle_wanted.emit(conflict, wish)

    def settled(self, conflict: Conflict) -> None:
        """It is settled; the next one of the list is chosen."""
        undo = None if conflict.gone else Undo((conflict.id,), wording.settled_one(conflict))
        said = wording.settled_one(conflict)
        self._become(replace(self.state, busy=False, undo=undo, said=said, chosen=self._next(conflict.id), detail=None))
        self.refresh()

    @Slot()
    def settle_class(self) -> None:
        """Settle every open conflict of the chosen one's class, each as proposed, as far as they were seen."""
        kind = self.state.filter.kind
        at_work = self.state.bulk is not None or self._stopped is not None
        if kind is None or at_work or self.state.open_of(kind) == 0:
            return
        until = max((each.updated_at for each in self.state.items if each.kind is kind), default=None)
        if until is not None:
            bulk = Bulk(kind, "proposed", until, left=self.state.open_of(kind))
            self._become(replace(self.state, bulk=bulk, problem=""))
            self.bulk_wanted.emit(bulk)

    @Slot()
    def stop_bulk(self) -> None:
        """Leave the rest open."""
        if self.state.bulk is not None:
            self._stopped = self.state.bulk
            self._bulk_ended(self.state.bulk)

    def bulk_went_on(self, step: SettledMany) -> None:
        """Some more are settled."""
        bulk = self.state.bulk
        if bulk is None:
            stopped, self._stopped = self._stopped, None
            if stopped is not None:  # while this step ran: what it settled can be taken back with the rest
                self._bulk_ended(replace(stopped, settled=stopped.settled + step.settled))
            return
        bulk = replace(bulk, settled=bulk.settled + step.settled, left=step.left)
        if step.left == 0 or not step.settled:
            self._bulk_ended(bulk)
            return
        self._become(replace(self.state, bulk=bulk))
        self.bulk_wanted.emit(bulk)

    @Slot()
    def undo(self) -> None:
        """Open again what was settled last, or the chosen one."""
        conflict = self.state.conflict
        undo = self.state.undo
        ids = undo.ids if undo is not None else (conflict.id,) if conflict and not conflict.is_open else ()
        if ids and self.state.event is not None:
            self._become(replace(self.state, busy=True, undo=None, problem=""))
            self.reopen_wanted.emit(self.state.event.id, ids)

    def reopened(self, ids: Sequence[UUID]) -> None:
        """They are open again, but for those whose scans were annulled."""
        self._become(replace(self.state, busy=False, said=wording.reopened(len(ids))))
        self.refresh()

    def everything_known(self, event: UUID, found: Completeness) -> None:
        """What is here of every laptop; of another event than is chosen by now, dropped."""
        if self._is_chosen(event):
            self._become(replace(self.state, everything=found, busy=False))

    @Slot(str)
    def print_proof(self, path: str) -> None:
        """Keep the proof as a file to print."""
        if self.state.event is not None:
            self._become(replace(self.state, busy=True))
            self.proof_wanted.emit(self.state.event.id, path)

    def proof_kept(self, path: str) -> None:
        """The file is there."""
        self._become(replace(self.state, busy=False, said=wording.proof_kept(path)))

    def failed(self, problem: Problem) -> None:
        """Something did not work; a bulk stops there."""
        self._stopped = None
        self._become(replace(self.state, busy=False, bulk=None, problem=texts.problem(problem.sentence)))
        if problem.code == "conflict_changed":
            sentence = self.state.problem
            self.refresh()
            self._become(replace(self.state, problem=sentence))

    def _bulk_ended(self, bulk: Bulk) -> None:
        said = wording.settled_many(len(bulk.settled), bulk.kind)
        undo = Undo(bulk.settled, said) if bulk.settled else None
        self._become(replace(self.state, bulk=None, undo=undo, said=said, chosen=None, detail=None))
        self.refresh()

    def _is_chosen(self, event: UUID) -> bool:
        return self.state.event is not None and self.state.event.id == event

    def _next(self, conflict: UUID) -> UUID | None:
        ids = [each.id for each in self.state.items]
        if self.state.filter.state != "open" or conflict not in ids:
            return conflict
        at = ids.index(conflict)
        rest = ids[at + 1 :] or ids[:at][-1:]
        return rest[0] if rest else None

    def _become(self, state: OfficeState) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit(state)
