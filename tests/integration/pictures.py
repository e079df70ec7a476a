"""Small pictures for tests."""

from io import BytesIO

from PIL import Image


def picture(kind: str, side: int = 40) -> bytes:
    """A picture of this kind, its side in pixels."""
    file = BytesIO()
    Image.linear_gradient("L").resize((side, side)).convert("RGB").save(file, kind)
    return file.getvalue()
