"""Pictures of the window in every state: `python -m tests.ui.screenshots OUTDIR [--scale 2]`.

Qt reads the scale at its start, so the pictures at 200 % are made in a process of their own.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from eventreg_desktop import assets

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

SIZE = (1366, 768)
ONLY_OURS = "<fontconfig><dir>{ours}</dir><cachedir>{cache}</cachedir></fontconfig>"
"""No font of this computer: pictures are the same everywhere."""


def main() -> int:
    """Make the pictures; without `--scale` at 100 % and at 200 %."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", choices=("1", "2"))
    asked = parser.parse_args()
    if asked.scale is not None:
        return picture_all(asked.folder, asked.scale)
    with tempfile.TemporaryDirectory() as folder:
        fonts = Path(folder) / "fonts.conf"
        fonts.write_text(ONLY_OURS.format(ours=assets.resources() / "fonts", cache=folder))
        for scale in ("1", "2"):
            chosen = {"QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": scale, "FONTCONFIG_FILE": str(fonts)}
            again = [sys.executable, "-m", "tests.ui.screenshots", str(asked.folder), "--scale", scale]
            subprocess.run(again, env=os.environ | chosen, check=True)
    return 0


def picture_all(folder: Path, scale: str) -> int:
    """Every state in every scheme and language; at 200 % one of each, where pixels are twice as fine."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    from eventreg_desktop.ui import languages, style
    from eventreg_desktop.ui.style import Scheme
    from tests.ui import scenes

    app = QApplication([])
    folder.mkdir(parents=True, exist_ok=True)
    schemes = (Scheme.LIGHT, Scheme.DARK, Scheme.CONTRAST) if scale == "1" else (Scheme.LIGHT,)
    for scheme in schemes:
        style.apply(app, scheme)
        for name, widget in scenes.all_scenes():
            _picture(widget, folder / f"{name}-{scheme.value}{'' if scale == '1' else '-200'}.png")
    if scale == "1":
        style.apply(app, Scheme.LIGHT)
        for language in languages.LANGUAGES[1:]:
            catalogue = languages.speak(app, language)
            for name, widget in scenes.all_scenes():
                _picture(widget, folder / f"{name}-{language.code}.png")
            if catalogue is not None:
                app.removeTranslator(catalogue)
    return 0


def _picture(widget: "QWidget", file: Path) -> None:
    from PySide6.QtWidgets import QApplication

    from tests.ui import scenes

    widget.resize(*SIZE)
    widget.show()
    QApplication.processEvents()
    scenes.fade(widget)
    widget.grab().save(str(file))
    widget.close()


if __name__ == "__main__":
    sys.exit(main())
