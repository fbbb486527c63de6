"""From the bytes of an image to a picture of a few cells. Pillow does it, in a thread, and only here."""

from __future__ import annotations

import base64
import io
from typing import Any, NamedTuple

from tui_chat.app.transcript.picture_terminal import Drawing

MOST_ROWS = 15
"""A picture is never taller than this."""
MOST_PIXELS = 25_000_000
"""An image with more of them is not decoded: it would take a hundred megabytes and more. A JPEG may have twice as
many, if it can be decoded small."""
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
"""What is decoded. Pillow knows many more, some of them by calling other programs."""
CELL = (10, 20)
"""Pixels that are sent for a cell; the terminal makes them fit."""
_ORIENTATION = 0x0112
"""Where a photo tells how the camera was held."""
_LAST_LEVEL = 4
"""Higher orientations are a quarter turn away."""
_CHUNK = 1 << 20
"""Characters of base64 that are decoded at once: the interpreter does nothing else meanwhile."""


class Fit(NamedTuple):
    """How large a picture may be."""

    columns: int
    """The most cells in a row."""
    aspect: float = 2.0
    """How much taller than wide a cell is."""
    drawing: Drawing = Drawing.BLOCKS

    def cells(self, width: int, height: int) -> tuple[int, int]:
        """Return the columns and rows for an image of a size in pixels, as true to its proportions as cells allow.

        A small image is not blown up: no dot is larger than one of its pixels.
        """
        grain = CELL[0] if self.drawing is Drawing.KITTY else 1
        widest = min(self.columns, width / grain, MOST_ROWS * self.aspect * width / height)
        columns = max(1, round(widest))
        rows = round(columns * height / width / self.aspect)
        return columns, max(1, min(MOST_ROWS, rows))


class Made(NamedTuple):
    """A picture as it is made of an image."""

    width: int
    """Of the image, in pixels, as it is seen: a photo is turned the right way."""
    height: int
    columns: int
    """Of the picture, in cells."""
    rows: int
    dots: bytes
    """Red, green, blue and opacity of its dots, row by row, two of them a cell."""
    png: bytes
    """What a terminal gets that draws images itself; empty for any other."""


class TooLarge(ValueError):
    """An image has too many pixels."""


def make_picture(data: str, fit: Fit) -> Made:
    """Return an image in the size of a picture.

    A broken image raises whatever Pillow raises for it.

    Args:
        data: The image in base64.
        fit: How large the picture may be.

    Raises:
        ImportError: Pillow is not installed.
        TooLarge: The image would take too much memory.
    """
    # Late: most sessions show no image, and the extra may not be installed.
    from PIL import Image, ImageOps

    # Pillow's own check only warns at first; the size is checked below, before anything is decoded.
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(io.BytesIO(_decoded(data)), formats=FORMATS) as image:
        width, height = image.size
        image.draft("RGB", (fit.columns * CELL[0], MOST_ROWS * CELL[1]))
        if width * height > 2 * MOST_PIXELS or image.width * image.height > MOST_PIXELS:
            raise TooLarge(f"{width} × {height}")
        if image.getexif().get(_ORIENTATION, 1) > _LAST_LEVEL:
            width, height = height, width
        upright = ImageOps.exif_transpose(_small_values(image)).convert("RGBA")
    columns, rows = fit.cells(width, height)
    dots = upright.resize((columns, rows * 2), Image.Resampling.BOX).tobytes()  # so few dots show every overshoot
    png = b""
    if fit.drawing is Drawing.KITTY:
        sent = io.BytesIO()
        upright.resize((columns * CELL[0], rows * CELL[1]), reducing_gap=2.0).save(sent, "PNG")
        png = sent.getvalue()
    return Made(width, height, columns, rows, dots, png)


def _decoded(data: str) -> bytes:
    return b"".join(base64.b64decode(data[at : at + _CHUNK], validate=True) for at in range(0, len(data), _CHUNK))


def _small_values(image: Any) -> Any:
    """Return an image without values of 16 bits, which Pillow would cut off rather than scale down."""
    return image.point(lambda value: value / 256).convert("L") if image.mode.startswith("I") else image
