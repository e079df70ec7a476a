"""The colours of each scheme.

Text on its ground keeps a contrast of at least 4.5 : 1 (WCAG 2.2 AA, 1.4.3) in every scheme; a test holds it to that.
"""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Colours:
    """One scheme's colours as `#rrggbb`. `on_x` is for text and icons on a ground filled with `x`."""

    window: str
    surface: str
    sunken: str
    line: str
    control_line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    hover: str
    admitted: str
    on_admitted: str
    look: str
    on_look: str
    stop: str
    on_stop: str
    admitted_text: str
    look_text: str
    stop_text: str


SIGNALS = {
    "admitted": "#0a7a3d",
    "on_admitted": "#ffffff",
    "look": "#ffb81c",
    "on_look": "#1c1300",
    "stop": "#b9131b",
    "on_stop": "#ffffff",
}
"""The verdicts' grounds are the same in every scheme: staff learn them once."""

LIGHT = Colours(
    window="#f2f4f8",
    surface="#ffffff",
    sunken="#e6eaf1",
    line="#d6dce6",
    control_line="#7c879b",
    text="#141a24",
    muted="#505b70",
    accent="#1d4fd7",
    on_accent="#ffffff",
    hover="#e8eefc",
    admitted_text="#0a6b36",
    look_text="#7a4f00",
    stop_text="#b9131b",
    **SIGNALS,
)
DARK = Colours(
    window="#10141b",
    surface="#191f29",
    sunken="#0a0d12",
    line="#2e3847",
    control_line="#6e7b90",
    text="#eef2f8",
    muted="#a6b2c5",
    accent="#86abff",
    on_accent="#0b1220",
    hover="#243044",
    admitted_text="#5bd98e",
    look_text="#ffc94d",
    stop_text="#ff8f8f",
    **SIGNALS,
)
CONTRAST = Colours(
    window="#000000",
    surface="#000000",
    sunken="#000000",
    line="#ffffff",
    control_line="#ffffff",
    text="#ffffff",
    muted="#ffffff",
    accent="#ffe14d",
    on_accent="#000000",
    hover="#333333",
    admitted_text="#6dff9f",
    look_text="#ffd24d",
    stop_text="#ff9d9d",
    **SIGNALS,
)


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    lights = sorted((_luminance(first), _luminance(second)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def grounds() -> list[tuple[str, str]]:
    """Which text colours stand on which grounds: pairs of names of `Colours` that must stay readable."""
    on = [(each.name, each.name.removeprefix("on_")) for each in fields(Colours) if each.name.startswith("on_")]
    plain = ("text", "muted", "admitted_text", "look_text", "stop_text", "accent")
    return on + [(text, ground) for text in plain for ground in ("window", "surface", "sunken")]
