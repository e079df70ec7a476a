"""Pictures from strangers: checked, and painted anew, so that nothing of the file itself is kept."""

import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image as Pictures
from PIL import ImageOps, UnidentifiedImageError

from server.errors import ApiProblem

MOST_BYTES = 10_000_000
MOST_PIXELS = 40_000_000
"""What the sensor of a good telephone gives; four bytes each while it is painted."""
LONGEST_SIDE = 10_000
KINDS = {"JPEG": ("image/jpeg", "jpg"), "PNG": ("image/png", "png"), "WEBP": ("image/webp", "webp")}
SEVERAL_JPEGS = "MPO"
"""What Pillow calls a JPEG with further pictures behind it, as many telephones write them; the first is kept."""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture as we keep it: no metadata, upright; `suffix` for its key. Width and height in pixels."""

    content: bytes
    media_type: str
    suffix: str
    width: int
    height: int


def clean(content: bytes, field: str = "file") -> Image:
    """The picture in these bytes, painted anew. Takes up to a second: call it in a thread.

    Raises ApiProblem 413 `image_too_large`, 422 `not_an_image` for whatever is not a whole JPEG, PNG or WebP.
    """
    if len(content) > MOST_BYTES:
        raise _too_large(field)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Pictures.DecompressionBombWarning)
            # The header tells the size before anything is unpacked.
            with Pictures.open(BytesIO(content), formats=tuple(KINDS)) as picture:
                if picture.width * picture.height > MOST_PIXELS or max(picture.size) > LONGEST_SIDE:
                    raise _too_large(field)
                kind = "JPEG" if picture.format == SEVERAL_JPEGS else str(picture.format)
                return _painted(ImageOps.exif_transpose(picture), kind)
    except (Pictures.DecompressionBombError, Pictures.DecompressionBombWarning) as error:
        raise _too_large(field) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, OverflowError, MemoryError) as error:
        sentence = "This is not a whole picture. Send a JPEG, PNG or WebP file."
        raise ApiProblem(422, "not_an_image", sentence, field=field) from error


def _painted(picture: Pictures.Image, kind: str) -> Image:
    see_through = kind != "JPEG" and picture.has_transparency_data
    plain = picture.convert("RGBA" if see_through else "RGB")
    # A new canvas: neither metadata nor further frames nor profiles come along.
    canvas = Pictures.new(plain.mode, plain.size)
    canvas.paste(plain)
    file = BytesIO()
    canvas.save(file, kind, **({"optimize": True} if kind == "PNG" else {"quality": 88}))
    media_type, suffix = KINDS[kind]
    return Image(file.getvalue(), media_type, suffix, canvas.width, canvas.height)


def _too_large(field: str) -> ApiProblem:
    sentence = f"A picture may have {MOST_BYTES:,} bytes and {MOST_PIXELS:,} pixels. Make it smaller."
    return ApiProblem(413, "image_too_large", sentence, field=field)
