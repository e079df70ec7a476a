"""What guests hold before the camera in the demo video: a ticket on a phone or on paper, a bar's menu, with a hand."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
import qrcode
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Colour = tuple[int, int, int]

WHITE, INK, MUTED = (255, 255, 255), (24, 28, 36), (112, 120, 134)
SKINS: tuple[Colour, ...] = ((236, 188, 160), (224, 172, 138), (198, 134, 98), (141, 85, 56), (96, 60, 44))
ACCENTS: tuple[Colour, ...] = ((38, 92, 168), (18, 110, 104), (128, 52, 128), (176, 66, 40))
SIZE = (900, 1560)


class Look(StrEnum):
    """On what a code is shown."""

    PHONE = "phone"
    DARK_PHONE = "dark_phone"
    """A phone in dark mode: light modules on a dark ground."""
    PAPER = "paper"
    MENU = "menu"
    """Not a ticket at all: the card on a bar's table."""


@dataclass(frozen=True, slots=True)
class Prop:
    """A held thing, seen from straight ahead: `image` is (height, width, 4) RGBA; where `glows` is 255 it shines."""

    image: NDArray[np.uint8]
    glows: NDArray[np.uint8]


def draw_prop(text: str, look: Look, name: str, title: str, kind: str, rng: Random) -> Prop:
    """A hand that holds `look` with a QR code of `text` on it, for the guest `name`, `title` and ticket type `kind`."""
    skin, accent = rng.choice(SKINS), rng.choice(ACCENTS)
    if look in (Look.PHONE, Look.DARK_PHONE):
        return _phone(_screen(text, name, title, kind, accent, dark=look is Look.DARK_PHONE), skin, rng)
    sheet = _menu(text) if look is Look.MENU else _paper(text, name, title, kind, accent)
    return _sheet_in_hand(sheet, skin, rng)


def qr_image(text: str, module: int, dark: Colour = (0, 0, 0), light: Colour = WHITE) -> Image.Image:
    """The QR code of `text`, ECC M, with its quiet zone of four modules, each `module` pixels wide."""
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    code.add_data(text)
    code.make(fit=True)
    cells = np.kron(np.array(code.get_matrix(), dtype=np.uint8), np.ones((module, module), dtype=np.uint8))
    pixels = np.where(cells[..., None] == 1, np.array(dark, np.uint8), np.array(light, np.uint8))
    return Image.fromarray(pixels.astype(np.uint8), "RGB")


def _screen(text: str, name: str, title: str, kind: str, accent: Colour, *, dark: bool) -> Image.Image:
    """A wallet app's ticket, 480×1020."""
    ground, ink, card = ((14, 17, 23), WHITE, (28, 33, 42)) if dark else ((232, 236, 242), INK, WHITE)
    screen = Image.new("RGB", (480, 1020), ground)
    draw = ImageDraw.Draw(screen)
    draw.text((36, 22), "19:42", fill=ink, font=_font(24, bold=True))
    for bar in range(4):
        draw.rectangle((348 + 9 * bar, 44 - 5 * bar, 353 + 9 * bar, 48), fill=ink)
    draw.rounded_rectangle((402, 28, 442, 48), 5, outline=ink, width=2)
    draw.rectangle((406, 32, 430, 44), fill=ink)
    draw.rounded_rectangle((188, 18, 292, 50), 16, fill=(0, 0, 0))
    draw.text((36, 84), "My tickets", fill=ink, font=_font(34, bold=True))
    draw.rounded_rectangle((20, 146, 460, 942), 26, fill=card)
    draw.rounded_rectangle((20, 146, 460, 276), 26, fill=accent)
    draw.rectangle((20, 240, 460, 276), fill=accent)
    _fitted(draw, (44, 166), title, 392, 32, WHITE)
    draw.text((44, 218), "Admit one", fill=(226, 232, 242), font=_font(22))
    colours = (WHITE, card) if dark else ((0, 0, 0), WHITE)
    code = _fitting_code(text, 416, *colours)
    screen.paste(code, (240 - code.width // 2, 500 - code.height // 2))
    _fitted(draw, (48, 734), name, 384, 42, ink)
    draw.text((48, 796), kind, fill=accent if not dark else (150, 190, 255), font=_font(28, bold=True))
    draw.line((48, 852, 432, 852), fill=(196, 202, 212) if not dark else (62, 70, 84), width=2)
    draw.text((48, 872), "Show this code at the entrance", fill=MUTED, font=_font(22))
    draw.rounded_rectangle((160, 992, 320, 998), 3, fill=ink)
    return screen


def _phone(screen: Image.Image, skin: Colour, rng: Random) -> Prop:
    canvas = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    _arm(canvas, skin, (300, 980, 660, 1150))
    draw = ImageDraw.Draw(canvas)
    draw.rounded_rectangle((176, 34, 724, 1126), 74, fill=(58, 62, 70, 255))
    draw.rounded_rectangle((182, 40, 718, 1120), 70, fill=(12, 13, 16, 255))
    window = Image.new("L", screen.size, 0)
    ImageDraw.Draw(window).rounded_rectangle((0, 0, 479, 1019), 52, fill=255)
    canvas.paste(screen, (210, 70), window)
    glows = Image.new("L", SIZE, 0)
    glows.paste(window, (210, 70))
    _glare(canvas, glows, rng)
    fingers = Image.new("L", SIZE, 0)
    for finger in range(3):
        _finger(canvas, fingers, skin, (118, 566 + 108 * finger, 226, 656 + 108 * finger))
    _finger(canvas, fingers, skin, (676, 610, 780, 810))
    shade = Image.composite(Image.new("L", SIZE, 0), glows, fingers)
    return Prop(np.array(canvas), np.array(shade))


def _paper(text: str, name: str, title: str, kind: str, accent: Colour) -> Image.Image:
    """A printed A6 ticket, 700×986."""
    sheet = Image.new("RGB", (700, 986), (250, 248, 243))
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((0, 0, 700, 150), fill=accent)
    _fitted(draw, (40, 28), title, 620, 50, WHITE)
    draw.text((40, 98), "Admit one  ·  doors from 18:00", fill=(230, 234, 240), font=_font(26))
    _fitted(draw, (40, 176), name, 620, 50, INK)
    draw.text((40, 242), kind, fill=accent, font=_font(34, bold=True))
    code = _fitting_code(text, 520, (16, 16, 18), (250, 248, 243))
    sheet.paste(code, (350 - code.width // 2, 306))
    foot = 330 + code.height
    for x in range(24, 690, 22):
        draw.line((x, foot, x + 10, foot), fill=(178, 176, 170), width=3)
    for line, words in enumerate(("Please have this code ready at the entrance.", "Valid once. Keep it dry and flat.")):
        draw.text((40, foot + 22 + 36 * line), words, fill=MUTED, font=_font(25))
    return sheet


def _menu(text: str) -> Image.Image:
    """The card on a bar's table, 700×986."""
    sheet = Image.new("RGB", (700, 986), (34, 58, 46))
    draw = ImageDraw.Draw(sheet)
    draw.rectangle((26, 26, 674, 960), outline=(214, 188, 128), width=4)
    draw.text((350, 110), "THE BOATHOUSE BAR", fill=(236, 214, 160), font=_font(46, bold=True), anchor="mm")
    draw.text((350, 176), "drinks  ·  small plates", fill=(220, 224, 214), font=_font(30), anchor="mm")
    code = _fitting_code(text, 480, (20, 30, 26), (244, 240, 228))
    sheet.paste(code, (350 - code.width // 2, 250))
    draw.text((350, 800), "Scan for our menu", fill=(236, 214, 160), font=_font(44, bold=True), anchor="mm")
    draw.text((350, 866), "and order to your table", fill=(220, 224, 214), font=_font(30), anchor="mm")
    return sheet


def _sheet_in_hand(sheet: Image.Image, skin: Colour, rng: Random) -> Prop:
    canvas = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    _arm(canvas, skin, (330, 1000, 690, 1150))
    canvas.paste(_creased(sheet, rng), (100, 60))
    _finger(canvas, Image.new("L", SIZE, 0), skin, (440, 950, 570, 1130))
    return Prop(np.array(canvas), np.zeros((SIZE[1], SIZE[0]), np.uint8))


def _creased(sheet: Image.Image, rng: Random) -> Image.Image:
    """The sheet with the soft shadow of a fold across it and a gradient of light, as paper is never flat."""
    rows = np.arange(sheet.height, dtype=np.float32)
    fold = sheet.height * rng.uniform(0.2, 0.3)
    light = 1 - 0.10 * np.exp(-(((rows - fold) / 14) ** 2)) - 0.10 * rows / sheet.height
    return Image.fromarray((np.asarray(sheet, dtype=np.float32) * light[:, None, None]).astype(np.uint8), "RGB")


def _glare(canvas: Image.Image, glows: Image.Image, rng: Random) -> None:
    """A lamp's soft reflection in the glass."""
    shine = Image.new("L", (SIZE[0] // 10, SIZE[1] // 10), 0)
    x, width = rng.uniform(15, 62), rng.uniform(5, 12)
    beam = ((x + 26, 4), (x + 26 + width, 4), (x + width - 20, 112), (x - 20, 112))
    ImageDraw.Draw(shine).polygon(beam, fill=rng.randint(24, 58))
    shine = shine.filter(ImageFilter.GaussianBlur(2.6)).resize(SIZE, Image.Resampling.BICUBIC)
    inside = Image.composite(shine, Image.new("L", SIZE, 0), glows)
    canvas.paste(Image.new("RGB", SIZE, WHITE), (0, 0), inside)


def _arm(canvas: Image.Image, skin: Colour, palm: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = palm
    layer = Image.new("RGBA", (right - left + 160, SIZE[1] - top + 160), (*_shaded(skin, 0.8), 0))
    width, down = layer.width, bottom - top + 100
    draw = ImageDraw.Draw(layer)
    draw.rounded_rectangle((40, 10, width - 40, down + 170), 110, fill=(*_shaded(skin, 0.86), 255))
    draw.rectangle((80, down, width - 70, layer.height), fill=(*_shaded(skin, 0.8), 255))
    draw.rounded_rectangle((46, 1430 - top, width - 26, layer.height + 60), 40, fill=(44, 50, 66, 255))  # a sleeve
    _lay(canvas, layer.filter(ImageFilter.GaussianBlur(7)), (left - 80, top - 100))


def _finger(canvas: Image.Image, covered: Image.Image, skin: Colour, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    layer = Image.new("RGBA", (width + 40, height + 40), (*_shaded(skin, 0.8), 0))
    draw = ImageDraw.Draw(layer)
    radius = min(width, height) // 2
    draw.rounded_rectangle((20, 20, 20 + width, 20 + height), radius, fill=(*_shaded(skin, 0.82), 255))
    draw.rounded_rectangle((34, 32, 4 + width, height - 6), radius - 16, fill=(*skin, 255))
    _lay(canvas, layer.filter(ImageFilter.GaussianBlur(6)), (left - 20, top - 20))
    ImageDraw.Draw(covered).rounded_rectangle(box, radius, fill=255)


def _lay(canvas: Image.Image, layer: Image.Image, at: tuple[int, int]) -> None:
    """Put `layer` on the canvas with its left top corner `at`; what reaches beyond the canvas is lost."""
    inside = layer.crop((0, 0, min(layer.width, canvas.width - at[0]), min(layer.height, canvas.height - at[1])))
    canvas.alpha_composite(inside, at)


def _shaded(colour: Colour, by: float) -> Colour:
    return round(colour[0] * by), round(colour[1] * by), round(colour[2] * by)


def _fitting_code(text: str, width: int, dark: Colour, light: Colour) -> Image.Image:
    code = qr_image(text, 1)
    return qr_image(text, max(1, width // code.width), dark, light)


def _fitted(draw: ImageDraw.ImageDraw, at: tuple[int, int], words: str, width: int, size: int, fill: Colour) -> None:
    """Write `words` in bold, smaller where they would not fit into `width`, Chinese ones in their own font."""
    runs = [run for run in re.split("([\u2e80-\uffff]+)", words) if run]
    wide = sum(_font(size, bold=True, of=run).getlength(run) for run in runs)
    size = size if wide <= width else int(size * width / wide)
    x: float = at[0]
    for run in runs:
        font = _font(size, bold=True, of=run)
        draw.text((x, at[1] + size * 1.07), run, fill=fill, font=font, anchor="ls")
        x += font.getlength(run)


@cache
def _font(size: int, *, bold: bool = False, of: str = "") -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font to write `of` in: our own where the resources are at hand, Pillow's own elsewhere."""
    chinese = any(letter >= "\u2e80" for letter in of)
    file = "EventRegCJK-Regular.otf" if chinese else "NotoSans-Bold.ttf" if bold else "NotoSans-Regular.ttf"
    root = Path(__file__).resolve().parents[2]
    for folder in (root / "resources", root / "eventreg_desktop" / "resources"):
        if (folder / "fonts" / file).is_file():
            return ImageFont.truetype(folder / "fonts" / file, size)
    return ImageFont.load_default(size)
