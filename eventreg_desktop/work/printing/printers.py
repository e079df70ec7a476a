"""Printers of this computer, and files in their place: opened for one badge, with a sentence where that fails."""

from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QMarginsF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from eventreg_core.problems import Problem
from eventreg_desktop.door.badge import FILES, Paper, PrintSetup

TITLE = "EventReg badge"
"""What the system's queue shows of a job: no name."""


class PrinterGone(Problem):
    """The printer was taken away, or switched off for good."""

    def __init__(self) -> None:
        super().__init__(
            "print_gone", "The printer is not there. Check cable and power, or choose another with Ctrl+Shift+P."
        )


class NotTaken(Problem):
    """The printer or its queue refuses the job."""

    def __init__(self) -> None:
        super().__init__("print_refused", "The printer did not take the badge. Check cable and paper, print it again.")


class FolderRefused(Problem):
    """Files of badges cannot be kept."""

    def __init__(self) -> None:
        super().__init__(
            "print_folder", "The folder for badges cannot be written to. Choose another with Ctrl+Shift+P."
        )


class NoneChosen(Problem):
    """Nobody has said where badges are printed."""

    def __init__(self) -> None:
        super().__init__("print_none", "No printer is chosen. Choose one with Ctrl+Shift+P.")


class Stopped(Problem):
    """The queue has taken the job, and prints nothing at present."""

    def __init__(self) -> None:
        super().__init__(
            "print_stopped",
            "The printer has stopped. What was sent comes out when it is ready: do not print it again.",
        )


def list_printers() -> list[str]:
    """The printers that this computer knows, its default first; asking the system may take a moment."""
    names = list(QPrinterInfo.availablePrinterNames())
    usual = QPrinterInfo.defaultPrinterName()
    return sorted(names, key=lambda name: (name != usual, name))


def open_printer(setup: PrintSetup, job: UUID) -> QPrinter:
    """A printer that is set for one badge; nothing is sent yet. Raises NoneChosen, PrinterGone and FolderRefused."""
    if not setup.printer:
        raise NoneChosen
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    if setup.printer == FILES:
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(_room_for_files(setup) / f"badge-{job}.pdf"))
    else:
        if QPrinterInfo.printerInfo(setup.printer).isNull():  # else Qt silently takes the default printer
            raise PrinterGone
        printer.setPrinterName(setup.printer)
    printer.setDocName(TITLE)
    printer.setCreator("EventReg")
    printer.setPageLayout(layout_of(setup.paper))
    printer.setFullPage(True)
    return printer


def check_queue(setup: PrintSetup) -> None:
    """Raises Stopped where the system says that this printer's queue does not move."""
    if setup.printer in ("", FILES):
        return
    if QPrinterInfo.printerInfo(setup.printer).state() is QPrinter.PrinterState.Error:
        raise Stopped


def layout_of(paper: Paper) -> QPageLayout:
    """The page of one badge without margins; what is wider than high lies across it, as printers' own sizes do."""
    width, height = paper.size
    short, long = sorted((width, height))
    size = QPageSize(QSizeF(short, long), QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.ExactMatch)
    across = QPageLayout.Orientation.Landscape if width > height else QPageLayout.Orientation.Portrait
    return QPageLayout(size, across, QMarginsF(0, 0, 0, 0))


def _room_for_files(setup: PrintSetup) -> Path:
    folder = Path(setup.folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FolderRefused from error
    return folder
