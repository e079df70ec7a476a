"""Where the files that ship with the program are: fonts, icons, style sheets."""

import sys
from pathlib import Path

FAMILIES = ["Noto Sans", "Noto Sans Arabic", "EventReg CJK"]
"""Fonts that ship with the program, in the order in which a letter is looked for."""


def resources() -> Path:
    """The folder `resources`, in a checkout beside the packages, in a wheel inside this one, frozen beside the program.

    Raises FileNotFoundError when none of them exists: the installation is broken.
    """
    here = Path(__file__).resolve().parent
    frozen = Path(getattr(sys, "_MEIPASS", here))
    for folder in (frozen / "resources", here / "resources", here.parent / "resources"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError("The folder 'resources' is missing. Install the program again.")


def fonts() -> list[Path]:
    """Every font file that ships, in a steady order."""
    return sorted(file for file in (resources() / "fonts").iterdir() if file.suffix in {".ttf", ".otf"})


def icon(name: str) -> Path:
    """The SVG of the line icon `name` (one of lucide's)."""
    return resources() / "icons" / "lucide" / f"{name}.svg"


def logo() -> Path:
    """The program's own mark."""
    return resources() / "icons" / "eventreg.svg"


def style_sheet() -> Path:
    """The style sheet, a template whose `$names` are colours and sizes of the visual language."""
    return resources() / "qss" / "eventreg.qss"
