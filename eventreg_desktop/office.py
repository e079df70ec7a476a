"""The office's program: its window, its model, and the server that they speak with in the background."""

import argparse
import os
import re
import signal
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar
from uuid import UUID

import httpx
from PySide6.QtCore import QMarginsF, QObject, QSettings, Slot
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument
from PySide6.QtWidgets import QApplication

from eventreg_core.problems import Problem
from eventreg_desktop import log
from eventreg_desktop.admin.answers import Conflict, Event
from eventreg_desktop.admin.remote import Asked, Remote, Wish
from eventreg_desktop.config import DATA_VARIABLE, config_of
from eventreg_desktop.sync.pin import open_client
from eventreg_desktop.ui import languages
from eventreg_desktop.ui.conflicts.model import OfficeModel
from eventreg_desktop.ui.conflicts.state import Bulk
from eventreg_desktop.ui.conflicts.view import OfficeWindow
from eventreg_desktop.work.background import Background

T = TypeVar("T")
BAD_ADDRESS = Problem("bad_address", "An address begins with https:// (http:// only on this computer). Check it.")


class Office(QObject):
    """From signing in to the last conflict. The GUI thread asks no server: `Background` does."""

    def __init__(self, qt: QApplication, settings: QSettings, address: str = "", pin: str = "") -> None:
        """Build the window and connect it; nothing is asked before somebody signs in."""
        super().__init__()
        self._settings, self._pin = settings, pin
        self._remote: Remote | None = None
        self.background = Background(self)
        self.window = OfficeWindow(qt, settings)
        self.model = OfficeModel(address or str(settings.value("office/address", "")), self)
        self._connect_view()
        self._connect_model()
        self.window.display(self.model.state)

    def start(self) -> None:
        """Show the window."""
        self.window.show()

    def stop(self) -> None:
        """Let go of everything; returns when no thread of ours runs."""
        self.background.stop()
        if self._remote is not None:
            self._remote.close()

    def _connect_view(self) -> None:
        window, model = self.window, self.model
        window.sign_in.asked.connect(model.sign_in)
        window.event_chosen.connect(model.choose_event)
        window.screen_chosen.connect(model.show_screen)
        window.refresh_asked.connect(model.refresh)
        window.undo_asked.connect(model.undo)
        window.proof_asked.connect(model.print_proof)
        page = window.conflicts
        page.chosen.connect(model.choose)
        page.more_wanted.connect(model.show_more)
        page.bulk_stopped.connect(model.stop_bulk)
        page.filters.changed.connect(model.filter_by)
        page.filters.class_settled.connect(model.settle_class)
        page.detail.decided.connect(model.settle)
        page.detail.undone.connect(model.undo)

    def _connect_model(self) -> None:
        model = self.model
        model.changed.connect(self.window.display)
        model.sign_in_wanted.connect(self._sign_in)
        model.lists_wanted.connect(self._lists)
        model.page_wanted.connect(self._page)
        model.detail_wanted.connect(self._detail)
        model.settle_wanted.connect(self._settle)
        model.bulk_wanted.connect(self._bulk)
        model.reopen_wanted.connect(self._reopen)
        model.everything_wanted.connect(self._everything)
        model.proof_wanted.connect(self._proof)

    @Slot(str, str, str)
    def _sign_in(self, address: str, email: str, password: str) -> None:
        work = partial(_signed_in, address, self._pin, email, password)
        self.background.run(work, self._signed_in, self.model.failed)

    def _signed_in(self, begun: tuple[Remote, list[Event]]) -> None:
        self._remote, events = begun
        self._settings.setValue("office/address", self.model.state.address)
        self.model.signed_in(events)

    @Slot(object)
    def _lists(self, event: UUID) -> None:
        self._ask(lambda remote: remote.list_lists(event), partial(self.model.lists_known, event))

    @Slot(object)
    def _page(self, asked: Asked) -> None:
        self._ask(lambda remote: remote.list_conflicts(asked), partial(self.model.page_known, asked))

    @Slot(object)
    def _detail(self, conflict: UUID) -> None:
        self._ask(lambda remote: remote.read_conflict(conflict), self.model.detail_known)

    @Slot(object, str)
    def _settle(self, conflict: Conflict, wish: Wish) -> None:
        self._ask(lambda remote: remote.settle(conflict.id, wish, conflict.fact_ids), self.model.settled)

    @Slot(object)
    def _bulk(self, bulk: Bulk) -> None:
        event = self.model.state.event
        if event is not None:
            work = event.id, bulk.kind, bulk.wish, bulk.until
            self._ask(lambda remote: remote.settle_many(*work), self.model.bulk_went_on)

    @Slot(object, object)
    def _reopen(self, event: UUID, ids: Sequence[UUID]) -> None:
        self._ask(lambda remote: remote.reopen(event, ids), lambda _: self.model.reopened(ids))

    @Slot(object)
    def _everything(self, event: UUID) -> None:
        self._ask(lambda remote: remote.read_completeness(event), partial(self.model.everything_known, event))

    @Slot(object, str)
    def _proof(self, event: UUID, path: str) -> None:
        self._ask(lambda remote: remote.read_proof(event), partial(self._print, path))

    def _print(self, path: str, page: str) -> None:
        try:
            write_pdf(page, Path(path))
        except OSError as error:
            self.model.failed(Problem("not_written", f"The file cannot be written: {error.strerror}. Choose another."))
            return
        self.model.proof_kept(path)

    def _ask(self, work: Callable[[Remote], T], done: Callable[[T], None]) -> None:
        remote = self._remote
        if remote is not None:
            self.background.run(lambda: work(remote), done, self.model.failed)


def write_pdf(page: str, path: Path) -> None:
    """Keep a page as A4, landscape; raises OSError where the file cannot be written."""
    path.open("ab").close()
    writer = QPdfWriter(str(path))
    writer.setPageLayout(
        QPageLayout(QPageSize(QPageSize.PageSizeId.A4), QPageLayout.Orientation.Landscape, QMarginsF(12, 12, 12, 12))
    )
    document = QTextDocument()
    document.setHtml(re.sub(r"margin: 2.2cm 1.8cm;", "", page))
    document.print_(writer)


def _signed_in(address: str, pin: str, email: str, password: str) -> tuple[Remote, list[Event]]:
    local = re.match(r"http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?/?$", address)
    if not address.startswith("https://") and local is None:
        raise BAD_ADDRESS
    try:
        remote = Remote(open_client(address.rstrip("/"), pin))
    except httpx.InvalidURL as error:
        raise BAD_ADDRESS from error
    try:
        remote.sign_in(email, password)
        return remote, remote.list_events()
    except Problem:
        remote.close()
        raise


def main(arguments: Sequence[str]) -> int:
    """`eventreg office`: run the office's window until it is closed."""
    parser = argparse.ArgumentParser(
        prog="eventreg office", description="Settle what the doors did, and print a proof."
    )
    parser.add_argument(
        "--server", metavar="ADDRESS", default="", help="the server, such as https://tickets.example.org"
    )
    parser.add_argument("--pin", metavar="SHA256", default="", help="the server's certificate, where it made its own")
    parser.add_argument("--data", metavar="FOLDER", help=f"where settings are kept (else {DATA_VARIABLE})")
    told = parser.parse_args(arguments)
    folder = Path(told.data) if told.data else config_of(os.environ).data
    folder.mkdir(parents=True, exist_ok=True)
    log.write_to(folder)
    qt = QApplication(["eventreg"])
    settings = QSettings(str(folder / "office.ini"), QSettings.Format.IniFormat)
    languages.speak(qt, languages.remembered(settings))
    office = Office(qt, settings, told.server, told.pin)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    office.start()
    code = qt.exec()
    office.stop()
    return code
