"""The keys of the door screen, always in sight at its foot: a key and its word are never torn apart."""

from PySide6.QtWidgets import QLabel, QWidget

BETWEEN = " · "
UNBROKEN = "\u00a0"


class KeyLine(QLabel):
    """Each key with what it does, in as many lines as there is room for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "caption")
        self.setWordWrap(True)
        keys = self.tr(
            "F2 Entry · F3 Exit · F4 Operator · Ctrl+F Search · Ctrl+D Discreet · Ctrl+N Sell · Ctrl+P Badge"
            " · Ctrl+J Prints · Ctrl+Shift+P Printer · Ctrl+Shift+D Door list · Ctrl+L Place · Ctrl+M Sound"
            " · F11 Full screen"
        )
        self.setText(BETWEEN.join(each.replace(" ", UNBROKEN) for each in keys.split(BETWEEN)))
