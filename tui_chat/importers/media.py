"""Images and files that come with a message."""

from __future__ import annotations

import base64
import binascii
import re

from tui_chat.domain.attachments import image_type
from tui_chat.domain.messages import FilePart, ImagePart

NO_IMAGE = "images that the export does not hold"
MISSING_IMAGE = "[image]"
"""Stands where such an image was."""
NO_FILE = "attached files that the export does not hold"
NO_TEXT = "attached files that are no text"

_DATA_URL = re.compile(r"data:(?P<type>[\w.+-]+/[\w.+-]+)?[^,]{0,100};base64,", re.IGNORECASE)

_TEXT_TYPES = ("text/", "application/json", "application/xml", "application/javascript", "application/x-")


def image(data: bytes, name: str = "") -> ImagePart | None:
    """Return the bytes of an image as a part; ``None`` if they are none."""
    # Old exports hold bitmaps, too; a text may begin with the same two letters, but has no zeros.
    kind = image_type(data) or ("image/bmp" if data.startswith(b"BM") and data[6:10] == bytes(4) else "")
    return ImagePart(media_type=kind, data=base64.b64encode(data).decode(), name=name) if kind else None


def image_at(address: str, name: str = "") -> ImagePart | None:
    """Return the image that a web address or a ``data:`` address stands for; ``None`` if it is neither."""
    if address.startswith(("https://", "http://")):
        return ImagePart(media_type="image/*", url=address, name=name)
    found = _DATA_URL.match(address)
    return image_of_base64(address[found.end() :], name) if found else None


def image_of_base64(encoded: str, name: str = "") -> ImagePart | None:
    """Return an image that is there in base64; ``None`` if it is none."""
    try:
        return image(base64.b64decode(encoded, validate=False), name)
    except (binascii.Error, ValueError):
        return None


def file_of(data: bytes, name: str, media_type: str = "") -> FilePart | None:
    """Return a text file as a part; ``None`` if it is no text."""
    if b"\0" in data:
        return None
    try:
        decoded = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if not media_type.startswith(_TEXT_TYPES):
            return None
        decoded = data.decode("cp1252", "replace")
    return FilePart(name=name, text=decoded, media_type=media_type or "text/plain")
