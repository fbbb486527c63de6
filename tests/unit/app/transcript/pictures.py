"""Images to show."""

from __future__ import annotations

import base64
import io
from typing import Any

from PIL import Image

from tui_chat.domain.messages import ImagePart

RED, GREEN, BLUE = (200, 30, 40), (30, 160, 60), (40, 60, 200)


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> str:
    """Return an image as messages hold it."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return base64.b64encode(file.getvalue()).decode()


def quarters(width: int = 400, height: int = 200) -> Image.Image:
    """Return an image that is red at the top left, green at the top right, blue at the bottom left, clear else."""
    image = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    for color, at in ((RED, (0, 0)), (GREEN, (width // 2, 0)), (BLUE, (0, height // 2))):
        image.paste((*color, 255), (*at, at[0] + width // 2, at[1] + height // 2))
    return image


def image_part(image: Image.Image | None = None, name: str = "name.png", kind: str = "PNG") -> ImagePart:
    """Return an image as a part of a message."""
    image = quarters() if image is None else image
    return ImagePart(media_type=f"image/{kind.lower()}", data=encoded(image, kind), name=name)
