"""What an attached file is, by its bytes, and what is said about it in a row."""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Sequence

from tui_chat.domain.messages import FilePart, ImagePart, Part
from tui_chat.domain.words import counted

PASTED = "pasted text"
"""Name of a text that was pasted rather than read from a file."""

_HEAD = 1 << 17
"""Characters of base64 among which the size of an image is looked for; behind large comments it is not found."""

_PNG = b"\x89PNG\r\n\x1a\n"

_WITHOUT_SIZE = {0xC4, 0xC8, 0xCC}
"""Markers of a JPEG that are numbered like those that hold its size."""


def image_type(data: bytes) -> str:
    """Return the media type of an image by its first bytes; empty for all that is not sent as one."""
    if data.startswith(_PNG):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "image/gif"
    return "image/webp" if data.startswith(b"RIFF") and data[8:12] == b"WEBP" else ""


def image_size(data: bytes) -> tuple[int, int] | None:
    """Return the width and height of a PNG, GIF, JPEG or WebP image by its first bytes; ``None`` if unknown."""
    try:
        match image_type(data):
            case "image/png":
                return _pair(struct.unpack(">II", data[16:24]))
            case "image/gif":
                return _pair(struct.unpack("<HH", data[6:10]))
            case "image/jpeg":
                return _jpeg_size(data)
            case "image/webp":
                return _webp_size(data)
    except (struct.error, IndexError):
        pass
    return None


def encoded_image_size(data: str) -> tuple[int, int] | None:
    """Return the width and height of an image in base64; ``None`` if unknown."""
    try:
        return image_size(base64.b64decode(data[:_HEAD], validate=True))
    except (binascii.Error, ValueError):
        return None


def facts(part: Part) -> list[str]:
    """Return what is said about an attached part: its name, then what it measures."""
    match part:
        case FilePart():
            return [part.name, lines_in_words(part.text), size_in_words(len(part.text.encode("utf-8", "replace")))]
        case ImagePart() if part.data:
            size = encoded_image_size(part.data)
            measured = [f"{size[0]} × {size[1]}"] if size else []
            return [part.name or "image", *measured, size_in_words(len(part.data) * 3 // 4)]
        case ImagePart():
            return [part.name or "image", part.url or part.media_type]
        case _:
            return []


def named(parts: Sequence[Part]) -> str:
    """Return the names of attached parts in a few words: ``a.py``, ``a.py and b.py``, ``a.py and 7 more``."""
    names = [facts(part)[0] for part in parts if isinstance(part, FilePart | ImagePart)]
    if len(names) <= 2:
        return " and ".join(names)
    return f"{names[0]} and {len(names) - 1} more"


def lines_in_words(text: str) -> str:
    """Return how many lines a text has: ``1 line``, ``120 lines``."""
    count = text.rstrip("\n").count("\n") + 1 if text else 0
    return counted(count, "line")


def size_in_words(count: int) -> str:
    """Return a number of bytes in words: ``12 B``, ``84 kB``, ``1.5 MB``."""
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:.0f} kB" if count < 999_500 else f"{count / 1_000_000:.1f} MB"


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # a filler byte
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in _WITHOUT_SIZE:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    match data[12:16]:
        case b"VP8 ":
            width, height = struct.unpack("<HH", data[26:30])
            return width & 0x3FFF, height & 0x3FFF
        case b"VP8L":
            (bits,) = struct.unpack("<I", data[21:25])
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":
            return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    return None


def _pair(values: tuple[int, ...]) -> tuple[int, int]:
    return values[0], values[1]
