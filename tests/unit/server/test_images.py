"""Pictures from strangers: what is kept of them, and what is not let in."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image as Pictures
from PIL.Image import Exif

from server.errors import ApiProblem
from server.storage import images
from server.storage.images import clean

ORIENTATION, AUTHOR = 0x0112, 0x013B
ON_ITS_SIDE = 6


def picture(kind: str, mode: str = "RGB", size: tuple[int, int] = (40, 20), exif: Exif | None = None) -> bytes:
    file = BytesIO()
    made = Pictures.linear_gradient("L").resize(size).convert(mode)
    made.save(file, kind, **({} if exif is None else {"exif": exif}))
    return file.getvalue()


@pytest.mark.parametrize(("kind", "suffix"), [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")])
def test_a_picture_is_painted_anew_in_its_own_kind_without_what_it_told_about_its_owner(kind: str, suffix: str) -> None:
    exif = Exif()
    exif[AUTHOR] = "Ana Müller"

    kept = clean(picture(kind, exif=exif))

    with Pictures.open(BytesIO(kept.content)) as opened:
        assert (opened.format, dict(opened.getexif())) == (kind, {})
    assert b"Ana" not in kept.content
    assert (kept.media_type, kept.suffix) == (f"image/{kind.lower()}", suffix)
    assert (kept.width, kept.height) == (40, 20)


def test_a_picture_taken_sideways_stands_upright() -> None:
    exif = Exif()
    exif[ORIENTATION] = ON_ITS_SIDE

    kept = clean(picture("JPEG", exif=exif))

    assert (kept.width, kept.height) == (20, 40)


def test_of_a_telephones_jpeg_with_several_pictures_the_first_is_kept() -> None:
    file = BytesIO()
    behind = Pictures.new("RGB", (40, 20), "blue")
    Pictures.new("RGB", (40, 20), "red").save(file, "MPO", save_all=True, append_images=[behind])

    kept = clean(file.getvalue())

    assert (kept.media_type, kept.suffix) == ("image/jpeg", "jpg")
    with Pictures.open(BytesIO(kept.content)) as opened:
        red, _, blue = opened.convert("RGB").getpixel((5, 5))  # type: ignore[misc]
        assert (opened.format, red > 200, blue < 50) == ("JPEG", True, True)


def test_what_is_see_through_stays_so() -> None:
    with Pictures.open(BytesIO(clean(picture("PNG", "RGBA")).content)) as opened:
        assert opened.mode == "RGBA"


def test_what_follows_a_picture_in_its_file_is_left_behind() -> None:
    assert b"<script>" not in clean(picture("PNG") + b"<script>alert(1)</script>").content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture("GIF"),
        picture("PNG")[:-40],
        b"\xff\xd8\xff",
    ],
    ids=["nothing", "begun", "svg", "gif", "cut short", "header"],
)
def test_what_is_no_whole_picture_of_a_known_kind_is_refused(content: bytes) -> None:
    with pytest.raises(ApiProblem) as refusal:
        clean(content, "logo")
    assert (refusal.value.status, refusal.value.code, refusal.value.field) == (422, "not_an_image", "logo")


@pytest.mark.parametrize("size", [(50_000, 50_000), (10_001, 10), (7_000, 7_000)], ids=["bomb", "long", "large"])
def test_a_picture_that_would_fill_the_memory_is_refused_by_its_header(size: tuple[int, int]) -> None:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100))
    with pytest.raises(ApiProblem) as refusal:
        clean(bomb)
    assert (refusal.value.status, refusal.value.code) == (413, "image_too_large")


def test_a_file_of_too_many_bytes_is_refused_unopened() -> None:
    with pytest.raises(ApiProblem) as refusal:
        clean(b"\0" * (images.MOST_BYTES + 1))
    assert refusal.value.code == "image_too_large"
