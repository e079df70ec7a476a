"""What every test stands on: Qt draws without a screen, and a Qt warning fails the test."""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"
