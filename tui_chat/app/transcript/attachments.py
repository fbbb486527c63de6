"""Images, files and tool calls of a message, a row each."""

from __future__ import annotations

import base64
import binascii
import struct

from rich.cells import cell_len, set_cell_size

from tui_chat.app.transcript import inks
from tui_chat.app.transcript.plain import one_line
from tui_chat.app.transcript.rows import Frame, Row, Section, row
from tui_chat.domain.messages import ChatMessage, FilePart, ImagePart, Part, ToolCallPart, ToolResultPart

_HEAD = 64
"""Characters of base64 that hold the size of a PNG or GIF image."""


def attachments(message: ChatMessage, width: int, frame: Frame) -> list[Row]:
    """Return a row for each image, file and tool call of a message."""
    rows: list[Row] = []
    for part in message.parts:
        if facts := _facts(part):
            name, *more = (one_line(fact) for fact in facts)
            tail = "".join(f" · {fact}" for fact in more)
            most = max(1, width - cell_len(tail) - 2)
            name = name if cell_len(name) <= most else set_cell_size(name, most - 1) + "…"
            runs = [(name, inks.PANEL), (f"{tail} ", inks.PANEL_MUTED)]
            lead = [(" ", inks.PANEL)]
            rows.append(row(runs, frame=frame, section=Section.THOUGHT, line=_FIRST + len(rows), lead=lead))
    return rows


_FIRST = 1 << 20
"""Attachments come after the reasoning, however long that is."""


def _facts(part: Part) -> list[str]:
    match part:
        case ImagePart():
            return [part.name or "image", *_image_facts(part)]
        case FilePart():
            return [part.name, _size(len(part.text.encode("utf-8", "replace")))]
        case ToolCallPart():
            return [f"► {part.name}({part.arguments})"]
        case ToolResultPart():
            return ["► result" if not part.is_error else "► failed", part.text]
        case _:
            return []


def _image_facts(part: ImagePart) -> list[str]:
    if not part.data:
        return [part.url or part.media_type]
    size = dimensions(part.data)
    measured = [f"{size[0]} × {size[1]}"] if size else []
    return [*measured, _size(len(part.data) * 3 // 4)]


def dimensions(data: str) -> tuple[int, int] | None:
    """Return width and height of a PNG or GIF image in base64; ``None`` for anything else."""
    try:
        head = base64.b64decode(data[:_HEAD], validate=True)
        if head.startswith(b"\x89PNG\r\n\x1a\n"):
            width, height = struct.unpack(">II", head[16:24])
        elif head.startswith((b"GIF87a", b"GIF89a")):
            width, height = struct.unpack("<HH", head[6:10])
        else:
            return None
    except (binascii.Error, struct.error, ValueError):
        return None
    return width, height


def _size(count: int) -> str:
    if count < 1000:
        return f"{count} B"
    return f"{count / 1000:.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"
