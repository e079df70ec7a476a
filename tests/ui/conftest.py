"""Windows without a screen, in the colours and fonts that ship."""

import pytest
from PySide6.QtWidgets import QApplication

from eventreg_desktop.ui import style
from eventreg_desktop.ui.colours import LIGHT
from eventreg_desktop.ui.style import Scheme


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> None:
    """Every window test begins in the light scheme."""
    if not qapp.styleSheet() or style.colours() != LIGHT:
        style.apply(qapp, Scheme.LIGHT)
